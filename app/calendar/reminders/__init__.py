"""A word before a phase closes, to whoever it finds in the middle of something or who asked."""
