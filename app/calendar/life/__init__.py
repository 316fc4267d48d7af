"""The life of a consultation: a draft its team sees, announced, running, then archived."""
