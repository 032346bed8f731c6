"""The gateway: HTTP in, calls on the bus out. Owns no data."""
