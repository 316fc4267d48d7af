"""Neighbouring funding schemes a contribution can be reoriented to."""
