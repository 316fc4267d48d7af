"""The proposals and every decision of the triage made public at one instant."""
