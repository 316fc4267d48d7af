"""One-time codes sent to the official mailbox."""
