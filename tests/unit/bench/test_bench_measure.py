"""What a measurement counts: every process of a tree, those that ended too, each request once."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from bench.load import Line, Load, WrongAnswer, get
from bench.measure import Round, cpu_ms, measured, summary, tree

BUSY = "import time\nwhile time.process_time() < 0.3: pass"
# A parent that idles, starts a busy child, collects it, and waits for a line before it ends.
PARENT = (
    f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {BUSY!r}])\n"
    "print('done', flush=True)\ninput()"
)


def test_a_child_that_ended_is_counted_in_its_parent() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        done = measured({"tree": parent.pid}, 1, lambda: _read(parent))
        parent.communicate("\n")
    assert done.cpu_ms["tree"] >= 250


def _read(parent: "subprocess.Popen[str]") -> None:
    assert parent.stdout is not None
    assert parent.stdout.readline() == "done\n"


def test_a_tree_holds_what_its_root_has_started_and_nothing_else() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, text=True) as child:
        assert {os.getpid(), child.pid} <= tree(os.getpid())
        assert tree(child.pid) == {child.pid}
        child.communicate("\n")
    with pytest.raises(ProcessLookupError):
        tree(child.pid)


def test_trees_are_told_apart() -> None:
    spent = cpu_ms({"here": os.getpid(), "first": 1})
    assert set(spent) == {"here", "first"}
    assert spent["here"] > 0


def test_a_process_that_is_gone_is_an_error_and_not_a_saving() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    with pytest.raises(ProcessLookupError):
        cpu_ms({"gone": gone.pid})


def test_the_median_round_is_published_with_its_spread() -> None:
    rounds = [Round(100, 2.0, {"a": float(cost), "b": 100.0}) for cost in (100, 900, 200)]
    figures = summary(rounds)
    assert (figures["cpu_ms"], figures["cpu_ms_lowest"], figures["cpu_ms_highest"]) == (3.0, 2.0, 10.0)
    assert figures["by_process_ms"] == {"a": 2.0, "b": 1.0}
    assert figures["per_second"] == 50.0


@pytest.fixture
def echo() -> Iterator[tuple[str, int]]:
    """An HTTP server that answers each path with itself; /no with 404."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_accept, args=(listening,), daemon=True).start()
        yield listening.getsockname()[:2]


def _accept(listening: socket.socket) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        threading.Thread(target=_echo, args=(connection,), daemon=True).start()


def _echo(connection: socket.socket) -> None:
    with connection, connection.makefile("rb") as lines:
        while first := lines.readline():
            while lines.readline().strip():
                continue
            path = first.split()[1]
            outcome = b"404 Not Found" if path == b"/no" else b"200 OK"
            connection.sendall(
                b"HTTP/1.1 "
                + outcome
                + b"\r\nContent-Length: "
                + str(len(path)).encode()
                + b"\r\n\r\n"
                + path
            )


def test_every_request_is_asked_once(echo: tuple[str, int]) -> None:
    answers: list[bytes] = []
    requests = [get(f"/{number}", "token") for number in range(200)]
    Load(echo, 8).run(requests, lambda body: answers.append(body) is None)
    assert sorted(answers) == sorted(f"/{number}".encode() for number in range(200))


def test_a_refusal_stops_the_load(echo: tuple[str, int]) -> None:
    with pytest.raises(WrongAnswer, match="404"):
        Load(echo, 2).run([get("/no", "token")] * 10, lambda body: True)


def test_an_answer_of_another_kind_stops_the_load(echo: tuple[str, int]) -> None:
    with pytest.raises(WrongAnswer):
        Load(echo, 1).run([get("/yes", "token")], lambda body: body == b"/else")


def test_a_line_may_come_from_an_address_of_its_own(echo: tuple[str, int]) -> None:
    line = Line(*echo, "127.3.4.1")
    assert line.ask(get("/here", "token")) == b"/here"
    line.close()
