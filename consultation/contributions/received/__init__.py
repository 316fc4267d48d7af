"""Contributions received outside the platform, taken in from a file."""
