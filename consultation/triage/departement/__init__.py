"""What a prefecture reads of its département."""
