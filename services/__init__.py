"""The services of the hall: each owns its data and meets the others on the bus."""
