"""One support per collectivity and proposal."""
