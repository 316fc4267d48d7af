"""The moderators’ desk for contests."""
