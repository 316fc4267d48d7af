"""What there is to do in every consultation, gathered for the administration."""
