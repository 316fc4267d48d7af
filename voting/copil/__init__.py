"""What the steering committee chooses, and its reasons."""
