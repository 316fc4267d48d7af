"""Step-up: whoever holds a power of the agency confirms that it is them, with a second factor."""
