"""Each act of a right that ended as contested is annulled, restored, or left, one by one."""
