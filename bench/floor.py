"""The floor: a bare pika client asks a bare pika server for an account: one SELECT, nobody verified.

`python -m bench.floor serve` and `python -m bench.floor drive WIDTH` are the two processes. The second reads
a line of fund numbers from standard input, keeps WIDTH questions open until all are answered, writes "done".
"""

import json
import os
import sys
from collections import deque
from typing import Any

import pika
import psycopg

QUEUE = "floor"
SELECT = (
    "SELECT fund_number, holder_name, state, balance_fen, held_fen, monthly_fen, employer_name,"
    " opened_on::text, last_contribution_on::text FROM accounts WHERE fund_number = %s"
)
COLUMNS = (
    "fund_number",
    "holder_name",
    "state",
    "balance_fen",
    "held_fen",
    "monthly_fen",
    "employer_name",
    "opened_on",
    "last_contribution_on",
)
PREFETCH = 64


def serve() -> None:
    """Answer until killed."""
    connection = psycopg.connect(os.environ["BENCH_DATABASE_URL"], autocommit=True)
    channel = _channel()
    channel.queue_declare(QUEUE, exclusive=False, auto_delete=True)
    channel.basic_qos(prefetch_count=PREFETCH)

    def answer(_: Any, method: Any, properties: Any, body: bytes) -> None:
        row = connection.execute(SELECT, (json.loads(body)["fund_number"],)).fetchone()
        reply = json.dumps(dict(zip(COLUMNS, row or (), strict=True)), ensure_ascii=False).encode()
        channel.basic_publish(
            "", properties.reply_to, reply, pika.BasicProperties(correlation_id=properties.correlation_id)
        )
        channel.basic_ack(method.delivery_tag)

    channel.basic_consume(QUEUE, answer)
    print("ready", flush=True)
    channel.start_consuming()


class Driver:
    """The asking side: one connection, one reply queue, `width` questions open."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._channel = _channel()
        self._replies = self._channel.queue_declare("", exclusive=True).method.queue
        self._channel.basic_consume(self._replies, self._take, auto_ack=True)
        self._waiting: deque[str] = deque()
        self._open: dict[str, str] = {}
        self._asked = 0

    def run(self, fund_numbers: list[str]) -> None:
        """Ask for all of them."""
        self._waiting.extend(fund_numbers)
        for _ in range(min(self._width, len(fund_numbers))):
            self._ask()
        while self._open:
            self._channel.connection.process_data_events(time_limit=None)

    def _ask(self) -> None:
        self._asked += 1
        fund_number, correlation_id = self._waiting.popleft(), str(self._asked)
        self._open[correlation_id] = fund_number
        self._channel.basic_publish(
            "",
            QUEUE,
            json.dumps({"fund_number": fund_number}).encode(),
            pika.BasicProperties(reply_to=self._replies, correlation_id=correlation_id),
        )

    def _take(self, _: Any, __: Any, properties: Any, body: bytes) -> None:
        if json.loads(body)["fund_number"] != self._open.pop(properties.correlation_id):
            raise ValueError("the answer is about another account")
        if self._waiting:
            self._ask()


def drive(width: int) -> None:
    """Do what standard input asks for, line by line."""
    driver = Driver(width)
    print("ready", flush=True)
    for line in sys.stdin:
        driver.run(line.split())
        print("done", flush=True)


def _channel() -> Any:
    parameters = pika.URLParameters(os.environ["BENCH_BROKER_URL"])
    # The asking side sleeps while others are measured and could not answer a heartbeat.
    parameters.heartbeat = 0
    return pika.BlockingConnection(parameters).channel()


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve()
    else:
        drive(int(sys.argv[2]))
