"""Who may act for a territory."""
