"""A closed loop of HTTP requests over kept connections: each thread asks again when it has its answer."""

import itertools
import socket
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

ANSWER_LIMIT_S = 30.0
RECEIVE_BYTES = 65_536


class WrongAnswer(Exception):
    """A request was not answered with a success; `args` hold what was answered."""


class Line:
    """One kept connection, read as leanly as may be: the load must not starve what it measures."""

    def __init__(self, host: str, port: int, source: str = "") -> None:
        self._socket = socket.create_connection((host, port), ANSWER_LIMIT_S, (source, 0))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = b""

    def ask(self, request: bytes) -> bytes:
        """Send a whole request and return the body of a 2xx answer. Raises WrongAnswer."""
        return self.answered(request)[1]

    def answered(self, request: bytes) -> tuple[int, bytes]:
        """The same with the HTTP status."""
        self._socket.sendall(request)
        head = self._until_blank_line()
        body = self._body(_content_length(head))
        if not head.startswith(b"HTTP/1.1 2"):
            raise WrongAnswer(head[9:12].decode(errors="replace"), body.decode(errors="replace")[:600])
        return int(head[9:12]), body

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _until_blank_line(self) -> bytes:
        while b"\r\n\r\n" not in self._buffer:
            self._receive()
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        return head

    def _body(self, length: int) -> bytes:
        while len(self._buffer) < length:
            self._receive()
        body, self._buffer = self._buffer[:length], self._buffer[length:]
        return body

    def _receive(self) -> None:
        received = self._socket.recv(RECEIVE_BYTES)
        if not received:
            raise WrongAnswer("the connection was closed")
        self._buffer += received


class Load:
    """`width` connections to one address, new ones for every run: a server may close those that idle."""

    def __init__(self, address: tuple[str, int], width: int) -> None:
        self._address = address
        self._width = width

    def run(self, requests: Sequence[bytes], check: Callable[[bytes], bool]) -> None:
        """Ask every request once. Raises WrongAnswer, also where `check` does not accept a body."""
        lines = [Line(*self._address) for _ in range(self._width)]
        try:
            _driven(lines, requests, check)
        finally:
            for line in lines:
                line.close()


def _driven(lines: Sequence[Line], requests: Sequence[bytes], check: Callable[[bytes], bool]) -> None:
    places, stopped = itertools.count(), threading.Event()

    def drive(line: Line) -> None:
        while not stopped.is_set() and (place := next(places)) < len(requests):
            try:
                _accepted(line.ask(requests[place]), check)
            except BaseException:
                stopped.set()
                raise

    with ThreadPoolExecutor(len(lines)) as pool:
        for driven in [pool.submit(drive, line) for line in lines]:
            driven.result()


def get(path: str, token: str) -> bytes:
    """The bytes of a GET with a bearer token."""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n".encode()


def _accepted(body: bytes, check: Callable[[bytes], bool]) -> None:
    if not check(body):
        raise WrongAnswer(body.decode(errors="replace")[:300])


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise WrongAnswer("no content length: " + head.decode(errors="replace")[:300])
