"""Contributions deposited without the right to, annulled one by one."""
