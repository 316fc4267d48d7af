"""Whoever is suspended by a contest is heard before a moderator decides."""
