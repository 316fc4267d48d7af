"""What people publish, signalled by anyone, hidden by moderators, contested by its author."""
