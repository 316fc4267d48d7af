"""Step-up: whoever has a power of the agency confirms that it is them, with a second factor."""
