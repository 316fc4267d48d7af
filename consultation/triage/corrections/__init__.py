"""What was published is corrected: dated, reasoned, with what it said before, and who was told."""
