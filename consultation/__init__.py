"""What territories say."""
