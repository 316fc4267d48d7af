"""Every decision of the committee made public at one instant."""
