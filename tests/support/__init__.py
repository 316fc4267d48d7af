"""What tests share: people, places and moments made through the operations, and strict readers."""
