"""What moderators decide of a contested membership, and of each act it did."""
