"""The notices sent to the official mailbox, each with a link to contest what it is about."""
