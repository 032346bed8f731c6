"""The program behind HTTP: signed operations, the desk, the pages."""

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from sandbox.answers import Answer, Dropped, Refused
from sandbox.desk import desk
from sandbox.face_pages import face_pages
from sandbox.operations import OPERATIONS, Operation
from sandbox.pages import pages
from sandbox.parent import end_with_parent
from sandbox.settings import Settings, settings
from sandbox.store import Store
from sandbox.transfer_pages import transfer_pages
from sandbox.wire import BULK_LIMIT_BYTES, dropped, http_error, refused, signed_body, written
from sandbox.world import World


def application() -> Flask:
    """What the server's worker runs, with the settings of the environment."""
    end_with_parent()
    return build(settings())


def build(given: Settings) -> Flask:
    """The whole interface over the state in the given folder."""
    world = World(Store(given.folder), given.keys, given.hall_url)
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = BULK_LIMIT_BYTES
    for operation in OPERATIONS:
        _add(app, world, operation, given.keys[operation.party])
    app.register_blueprint(desk(world))
    app.register_blueprint(pages(world))
    app.register_blueprint(face_pages(world))
    app.register_blueprint(transfer_pages(world))
    app.add_url_rule("/health", "health", _health)
    _add_error_handlers(app)
    return app


def _add(app: Flask, world: World, operation: Operation, key: bytes) -> None:
    def answer() -> Response:
        return written(world.do(operation, signed_body(key, operation.shape)))

    app.add_url_rule(operation.path, operation.target, answer, methods=["POST"])


def _health() -> Response:
    return written(Answer({"state": "running"}))


def _add_error_handlers(app: Flask) -> None:
    app.register_error_handler(Refused, refused)
    app.register_error_handler(Dropped, dropped)
    app.register_error_handler(HTTPException, http_error)
