"""People are appointed to serve the agency, a committee or a prefecture."""
