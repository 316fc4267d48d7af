"""What one acts for a territory by: a membership or a mandate, given, contested, ended."""
