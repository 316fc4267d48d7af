"""What the official mailbox is told, with a link to contest it."""
