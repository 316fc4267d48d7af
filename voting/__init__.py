"""What collectivities express, and what the committee chooses."""
