"""Judging what a right that ended as contested did: who may, for what reason, who is sent it."""
