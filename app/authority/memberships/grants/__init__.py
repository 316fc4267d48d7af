"""Recognising that a person belongs to a territory, and ending it: what every path ends with."""
