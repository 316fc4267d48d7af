"""What a consultation prepares in private, made public at one instant."""
