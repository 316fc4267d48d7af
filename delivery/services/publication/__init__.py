"""The laureate services made public at one instant."""
