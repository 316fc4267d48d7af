"""What people say of themselves, and what it takes from their memberships."""
