"""Supports given or withdrawn by a contested right, annulled or restored one by one."""
