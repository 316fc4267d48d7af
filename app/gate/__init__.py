"""Who may do what, and when: the only place that knows."""
