"""Where moderators answer requests: what each says, what is known of its territory."""
