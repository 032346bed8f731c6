"""What auth does, one module per use; each function takes what it needs and decides nothing about the bus."""
