"""The official mailboxes of territories: what an e-mail address says of who has it."""
