"""What is alike in all that a collectivity says of a proposal, when moderators judge it."""
