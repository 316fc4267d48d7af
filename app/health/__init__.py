"""Whether the platform serves, for whoever watches over it; what robots and researchers read."""
