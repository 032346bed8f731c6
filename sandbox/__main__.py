"""Start the outside world: `python -m sandbox`."""

from granian import Granian
from granian.constants import Interfaces

from sandbox.alone import require_free_port, take_folder
from sandbox.logs import LOGGING
from sandbox.settings import Settings, settings

BLOCKING_THREADS = 32


def main() -> None:
    """Serve until told to stop. One worker, because the faults in force are kept in its memory."""
    given = settings()
    with take_folder(given.folder):
        require_free_port(given.host, given.port)
        _serve(given)


def _serve(given: Settings) -> None:
    Granian(
        "sandbox.application:application",
        factory=True,
        address=given.host,
        port=given.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=BLOCKING_THREADS,
        websockets=False,
        log_dictconfig=LOGGING,
    ).serve()


if __name__ == "__main__":
    main()
