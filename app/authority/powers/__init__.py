"""What a person may do now: the rights they have, and what they are appointed to."""
