"""What is done by mandates: told to each territory, and to the moderators when it is much."""
