"""What may stand in an address: converters that every route uses, so that rubbish is simply not found."""

from flask import Flask
from werkzeug.routing import BaseConverter


class Segment(BaseConverter):
    """A number, code or id in a path; anything else is not found."""

    regex = r"[A-Za-z0-9_-]{1,80}"
    part_isolating = True


class Login(BaseConverter):
    """A login name of staff in a path."""

    regex = r"[a-z][a-z0-9._-]{2,39}"
    part_isolating = True


def know_converters(app: Flask) -> None:
    """Let the routes of `app` say `<segment:number>` and `<login:login_name>`."""
    app.url_map.converters.update(segment=Segment, login=Login)
