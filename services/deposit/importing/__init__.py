"""What the deposit service takes over from a centre's books, and what it refuses."""
