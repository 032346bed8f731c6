"""The HTTP API under /api/v1: schemas, keys, cursors and problems around the uses of the hall."""
