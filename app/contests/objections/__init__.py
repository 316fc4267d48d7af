"""Whoever contests is heard, each in their own quality, in one case."""
