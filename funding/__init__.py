"""What money there is, and who may ask for it."""
