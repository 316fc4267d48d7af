"""Contributions being written: kept for oneself, or prepared by a helper for a territory."""
