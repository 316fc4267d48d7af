"""A right contested, and what moderators decide of it and of its acts."""
