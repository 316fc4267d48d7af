"""Syndicats (SIVU, SIVOM, syndicats mixtes, PETR), which no package lists: known by a file."""
