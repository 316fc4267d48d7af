"""A territory lets named persons of a helper structure act for it, within bounds it signs."""
