"""Judging what a right that ended as contested did: who may, for what reason, and who is told."""
