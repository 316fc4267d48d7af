"""Who belongs to which territory, on what proof, and until when."""
