"""What is built with the territories."""
