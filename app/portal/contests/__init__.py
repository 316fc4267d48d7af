"""What moderators decide of contested memberships and mandates, and of each act they did."""
