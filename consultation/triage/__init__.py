"""Every contribution gets exactly one outcome."""
