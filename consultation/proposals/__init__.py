"""What contributions are gathered into, and what is supported."""
