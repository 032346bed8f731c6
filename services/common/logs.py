"""Structured logs: one JSON line each, with the trace of the request, and nothing personal in it."""

import logging
import re
import sys
from collections.abc import Callable, MutableMapping
from contextvars import ContextVar
from io import TextIOBase
from typing import Any, TextIO, cast

import structlog
from prometheus_client import Counter

_trace: ContextVar[str] = ContextVar("trace", default="")
LINES_LOST = Counter("hall_log_lines_lost", "Log lines that could not be written.")
_SECRET_KEYS = re.compile(
    r"password|passwd|token|receipt|secret|captcha_answer|^code$|_code$|phone|card|id_number|name_zh|holder|text|body",
    re.IGNORECASE,
)
_KEPT = {"bank_code", "reason_code", "outcome_code", "status_code"}
# Beside ASCII letters and dashes it is part of a bill's number, a trace or a key; beside Chinese it is not.
_LONG_NUMBER = re.compile(
    r"(?<![0-9A-Za-z_-])(?:\d{15,19}|\d{17}[Xx]|(?:\+?86[ -]?)?1[3-9]\d{9})(?![0-9A-Za-z_-])"
)


def current_trace() -> str:
    """The trace number of the request being handled, or an empty text."""
    return _trace.get()


class tracing:  # used as `with tracing(number):`
    """Everything logged and announced inside carries `trace`."""

    def __init__(self, trace: str) -> None:
        self._number = trace

    def __enter__(self) -> None:
        self._before = _trace.set(self._number)

    def __exit__(self, *_: object) -> None:
        _trace.reset(self._before)


def redacted(value: Any) -> Any:
    """`value` with ID numbers, phones and cards blanked out, in texts at any depth."""
    if isinstance(value, str):
        return _LONG_NUMBER.sub("[redacted]", value)
    if isinstance(value, dict):
        return {key: _redacted_item(key, item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [redacted(item) for item in value]
    return value


def _redacted_item(key: Any, item: Any) -> Any:
    hidden = isinstance(key, str) and key not in _KEPT and _SECRET_KEYS.search(key)
    return "[redacted]" if hidden else redacted(item)


def _redact(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: _redacted_item(key, item) for key, item in event.items()}


def _add_trace(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if trace := current_trace():
        event["trace"] = trace
    return event


def _naming(service: str) -> Callable[[Any, str, MutableMapping[str, Any]], MutableMapping[str, Any]]:
    """Says whose line it is, in greenthreads and threads too, which context variables do not reach."""

    def name(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["service"] = service
        return event

    return name


class _Unfailing(TextIOBase):
    """An output that takes no for an answer: a full disk costs lines, never the work they tell of."""

    def __init__(self, output: TextIO) -> None:
        self._output = output

    def write(self, text: str) -> int:
        """Write a line; what cannot be written is lost, and counted."""
        try:
            self._output.write(text)
            self._output.flush()
        except OSError:
            LINES_LOST.inc()
        return len(text)


class _Redirect(logging.Handler):
    """Lets records of the standard library's loggers leave in the same shape."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        log = structlog.get_logger(module=record.name)
        log.log(record.levelno, record.getMessage(), exc_info=record.exc_info or None)


def set_up_logs(service: str) -> None:
    """Send every log line of this process to standard output as JSON."""
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _naming(service),
            _add_trace,
            structlog.processors.format_exc_info,
            _redact,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(cast(TextIO, _Unfailing(sys.stdout))),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(handlers=[_Redirect()], level=logging.WARNING, force=True)


def get_logger(name: str) -> Any:
    """A logger bound to its module's name."""
    return structlog.get_logger(module=name)
