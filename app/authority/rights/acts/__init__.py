"""What was done for a territory: by whom, by which right, under which verb."""
