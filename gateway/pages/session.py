"""The browser's session: kept in the cookie after a login, dropped when leaving."""

from typing import Any

from flask import Response
from werkzeug.wrappers import Response as AnyResponse

from gateway.entrance import entrance


def keep_session(response: AnyResponse, opened: dict[str, Any]) -> AnyResponse:
    """Let the browser keep the session that `log_in` or `complete_first_visit` opened."""
    sessions = entrance().sessions
    kept = Response(headers=response.headers, status=response.status, response=response.response)
    sessions.open_cookie(kept, opened["token"], sessions.subject(opened["token"]))
    return kept


def leave_session(response: AnyResponse) -> AnyResponse:
    """Take the session from the browser."""
    left = Response(headers=response.headers, status=response.status, response=response.response)
    entrance().sessions.close_cookie(left)
    return left
