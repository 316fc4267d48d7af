"""Memberships contested by the official mailbox, and what moderators decide of them."""
