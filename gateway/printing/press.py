"""The press: hands jobs to the process that makes papers, a few at a time, and gives up on one that hangs."""

import subprocess
import sys
import threading
from contextlib import suppress
from typing import Any

import orjson

from gateway.printing.worker import LENGTH
from services.common.errors import Refusal
from services.common.logs import get_logger

log = get_logger(__name__)

WAITING_MOST = 4
WAIT_S = 15.0
JOB_S = 45.0
# Far beyond the longest statement: whatever is longer is a mistake, and would only hold the press.
JOB_BYTES_MAX = 8 * 1024 * 1024


class Busy(Refusal):
    """Too much is being printed, or this could not be: nothing was changed, try again."""

    status = 503


def busy() -> Busy:
    """The sentence for a press that has enough to do."""
    return Busy("printing_busy", "正在打印的文件较多，请稍后再试。", retry_after_s=5)


def failed() -> Busy:
    """The sentence for a paper that was not made."""
    return Busy(
        "printing_failed", "文件暂时无法生成，请稍后再试；也可以使用浏览器的打印功能。", retry_after_s=30
    )


class Press:
    """One process of its own, started when first needed and again when it is gone.

    At most `waiting_most` jobs wait or run; the next is refused at once.
    """

    def __init__(
        self, waiting_most: int = WAITING_MOST, job_s: float = JOB_S, wait_s: float = WAIT_S
    ) -> None:
        self._places = threading.BoundedSemaphore(waiting_most)
        self._turn = threading.Lock()
        self._job_s, self._wait_s = job_s, wait_s
        self._process: subprocess.Popen[bytes] | None = None

    def make(self, kind: str, job: dict[str, Any]) -> bytes:
        """The file. Raises Busy when too many wait, or when it was not made in time or is too long."""
        if not self._places.acquire(blocking=False):
            raise busy()
        try:
            return self._make_in_turn(_written(job | {"kind": kind}))
        finally:
            self._places.release()

    def stop(self) -> None:
        """End the process."""
        with self._turn:
            self._give_up()

    def _make_in_turn(self, job: bytes) -> bytes:
        if not self._turn.acquire(timeout=self._wait_s):
            raise busy()
        try:
            return self._make(job)
        finally:
            self._turn.release()

    def _make(self, job: bytes) -> bytes:
        process = self._running()
        hung = threading.Timer(self._job_s, process.kill)
        hung.start()
        try:
            made = _exchange(process, job)
        except OSError:
            made = None
        finally:
            hung.cancel()
        if made is None:
            self._give_up()
        if not made:
            log.error("paper not made", ended=made is None)
            raise failed()
        return made

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._give_up()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "gateway.printing.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        return self._process

    def _give_up(self) -> None:
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                # What could not be handed to an ended process is lost with it.
                with suppress(OSError):
                    pipe.close()
        self._process = None


def _written(job: dict[str, Any]) -> bytes:
    """The job as it is handed in. Raises Busy for one that is too long."""
    written = orjson.dumps(job)
    if len(written) > JOB_BYTES_MAX:
        log.error("paper too long", size_bytes=len(written))
        raise failed()
    return written


def _exchange(process: subprocess.Popen[bytes], job: bytes) -> bytes | None:
    """Hand the job in, take the file out: empty when it could not be made, None when the process ended."""
    if process.stdin is None or process.stdout is None:
        return None
    process.stdin.write(LENGTH.pack(len(job)) + job)
    process.stdin.flush()
    size = process.stdout.read(LENGTH.size)
    if len(size) < LENGTH.size:
        return None
    wanted = LENGTH.unpack(size)[0]
    made = process.stdout.read(wanted)
    return made if len(made) == wanted else None
