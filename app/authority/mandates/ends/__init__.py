"""A mandate ends: for all the persons it names, or for one of them."""
