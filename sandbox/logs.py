"""Log lines as JSON on standard output, one object a line, nothing personal in any of them."""

import json
import logging
from typing import Any

from sandbox.answers import china_time


class JsonLines(logging.Formatter):
    """Time, level, logger and sentence; the traceback of an error."""

    def format(self, record: logging.LogRecord) -> str:
        """One JSON object."""
        line = {
            "at": china_time(record.created),
            "level": record.levelname.lower(),
            "service": "sandbox",
            "logger": record.name,
            "event": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": JsonLines}},
    "handlers": {
        "out": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stdout"}
    },
    "root": {"handlers": ["out"], "level": "INFO"},
    "loggers": {"_granian": {"handlers": ["out"], "level": "INFO", "propagate": False}},
}
