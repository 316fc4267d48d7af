"""Whom the administration appoints: for one consultation, or for all of them."""
