"""The public catalogue of services."""
