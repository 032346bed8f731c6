"""A wire between a program and its server that a test cuts, or that falls silent without an end."""

import socket
import ssl
import threading
from contextlib import suppress
from select import select
from urllib.parse import urlsplit, urlunsplit


class _Line:
    """One connection: the near end, the far end, and whether anything still comes through."""

    def __init__(self, near: socket.socket, far: socket.socket) -> None:
        self.near = near
        self.far = far
        self.silent = False

    def readable(self) -> list[socket.socket]:
        """The ends that have something to read; waits for one."""
        if isinstance(self.near, ssl.SSLSocket) and self.near.pending():
            return [self.near]
        return select([self.near, self.far], [], [])[0]

    def close(self) -> None:
        """End both connections."""
        for end in (self.near, self.far):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


class Wire:
    """A TCP relay to the server of an address; `url` is the address of its near end.

    `silenced_by` is what a server must not say: a connection on which it would falls silent before it.
    With `tls` the near end is encrypted, and the address is told as `scheme`.
    """

    def __init__(self, url: str, *, tls: ssl.SSLContext | None = None, scheme: str = "") -> None:
        self._target = urlsplit(url)
        self._tls = tls
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._lines: list[_Line] = []
        self.silenced_by = b""
        self.url = self._own(scheme or self._target.scheme)
        threading.Thread(target=self._accept, daemon=True).start()

    def _own(self, scheme: str) -> str:
        parts = self._target
        host = "localhost" if self._tls else "127.0.0.1"
        place = f"{parts.username}:{parts.password}@{host}:{self._listening.getsockname()[1]}"
        return urlunsplit(parts._replace(scheme=scheme, netloc=place))

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        with suppress(OSError, ValueError):
            if self._tls:
                near = self._tls.wrap_socket(near, server_side=True)
            line = _Line(near, socket.create_connection((self._target.hostname, self._target.port)))
            self._lines.append(line)
            try:
                self._carry(line)
            finally:
                # Silence has no end: both sides must find out by themselves.
                if not line.silent:
                    line.close()

    def _carry(self, line: _Line) -> None:
        while True:
            for source in line.readable():
                part = source.recv(65536)
                if source is line.far and self.silenced_by and self.silenced_by in part:
                    line.silent = True
                if line.silent or not part:
                    return
                (line.near if source is line.far else line.far).sendall(part)

    def cut(self) -> None:
        """End every connection; new ones are let through."""
        lines, self._lines = self._lines, []
        for line in lines:
            line.close()

    def fall_silent(self) -> None:
        """Let nothing more through on the connections there are, and end none; new ones are let through."""
        for line in self._lines:
            line.silent = True

    def close(self) -> None:
        """Cut it for good."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.cut()
