"""The call for interest: referent territories and working groups of the selected proposals."""
