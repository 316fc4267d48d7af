"""The demonstration consultation, loaded through the operations."""
