"""What a person or the clock does."""
