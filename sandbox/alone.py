"""One outside world to a port and to a folder: a second one would answer from another state."""

import fcntl
import socket
import time
from pathlib import Path
from typing import IO

LOCK_NAME = "in-use"
PATIENCE_S = 3.0


class NotAlone(Exception):
    """Another program holds the port or the folder."""


def take_folder(folder: Path) -> IO[str]:
    """Lock the folder for as long as the returned file stays open. Raises NotAlone."""
    folder.mkdir(parents=True, exist_ok=True)
    held = (folder / LOCK_NAME).open("w")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        held.close()
        raise NotAlone(f"{folder} is in use") from None
    return held


def require_free_port(host: str, port: int) -> None:
    """The server would share a port with whoever shares it too, so ask before. Raises NotAlone.

    A worker whose parent was killed needs a moment to follow it.
    """
    gives_up_at = time.monotonic() + PATIENCE_S
    while not _is_free(host, port):
        if time.monotonic() > gives_up_at:
            raise NotAlone(f"{host}:{port} is in use")
        time.sleep(0.05)


def _is_free(host: str, port: int) -> bool:
    family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True
