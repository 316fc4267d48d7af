"""Invitations by a referent."""
