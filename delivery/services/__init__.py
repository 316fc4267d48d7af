"""The laureate services, chosen among the original contributions."""
