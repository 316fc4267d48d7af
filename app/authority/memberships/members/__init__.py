"""The people of a territory among themselves: approvals, endings, referents."""
