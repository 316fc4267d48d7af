"""What is done by mandates: sent to each territory, and to the moderators when it is much."""
