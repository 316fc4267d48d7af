"""Who sits on the committee."""
