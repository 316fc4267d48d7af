"""Needs and existing services, as their authors deposit them."""
