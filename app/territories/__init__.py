"""Territories: the registry, who belongs to them, and the search among them."""
