"""The money of a consultation, and what is committed of it."""
