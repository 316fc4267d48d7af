"""The e-mails sent to people."""
