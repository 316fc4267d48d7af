"""What `make bench` measures, on servers and a database of its own."""
