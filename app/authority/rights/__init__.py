"""What one acts for a territory by: a membership or a mandate, each of which completes a right."""
