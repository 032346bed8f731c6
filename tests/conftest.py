"""For every test: eventlet announces its age when imported, and warnings are errors here."""

import os
import warnings

# As services.common.run does before psycopg is imported: its C wait would stop eventlet's hub (N18).
os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import eventlet  # noqa: F401
