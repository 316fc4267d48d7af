"""What a person may do now: the rights they hold, and what they are appointed to."""
