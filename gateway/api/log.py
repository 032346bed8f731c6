"""/api/v1: the log of what was done in the own name, as a list and as a file."""

from flask import Response

from gateway.api import windows
from gateway.api.answers.log import LogAnswer
from gateway.api.document import HallBlueprint, operation
from gateway.api.keys import hall, linked
from gateway.calls import Shape
from gateway.entrance import citizen
from gateway.log_files import FILES, attached

log = HallBlueprint("log", __name__, url_prefix="/api/v1", description="日志查询")

_TYPES = tuple(made.content_type.partition(";")[0] for made in FILES.values())


@log.get("/operation-log")
@log.taking(windows.LogWindow, "query")
@operation(LogAnswer, covers=("A-20",), errors=(422,))
def operation_log(window: Shape) -> Response:
    """Everything done in the own name, newest first; parts of silent services are named as missing."""
    return linked(hall().operation_log(citizen(), window))


@log.get("/operation-log/file")
@log.taking(windows.LogExport, "query")
@operation(None, covers=("A-20",), errors=(422,), files=_TYPES)
def operation_log_file(window: Shape) -> Response:
    """The same as an Excel or CSV file."""
    made = FILES[window["format"]]
    return attached(made, hall().whole_operation_log(citizen(), window), window)
