"""Consultations: their dates, their rules, their themes."""
