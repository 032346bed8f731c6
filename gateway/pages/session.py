"""The browser's session: kept in the cookie after a login, dropped when leaving."""

from typing import Any

from flask import Response, current_app
from werkzeug.wrappers import Response as AnyResponse

from gateway.entrance import entrance


def keep_session(response: AnyResponse, opened: dict[str, Any]) -> Response:
    """Let the browser keep the session that `log_in` or `complete_first_visit` opened."""
    sessions, kept = entrance().sessions, current_app.make_response(response)
    sessions.open_cookie(kept, opened["token"], sessions.subject(opened["token"]))
    return kept


def leave_session(response: AnyResponse) -> Response:
    """Take the session from the browser."""
    left = current_app.make_response(response)
    entrance().sessions.close_cookie(left)
    return left
