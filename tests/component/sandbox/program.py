"""The outside world as a real process on a free port, with what the tests ask of it."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import requests

from services.common.outside import Outside

ROOT = Path(__file__).resolve().parents[3]
PARTIES = ("bank", "sms", "sms_second", "registers", "face", "transfers")
KEYS = {f"{party.upper()}_KEY": f"{party}-test-key" for party in PARTIES}
START_LIMIT_S = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def within(limit_s: float, wanted: Any) -> Any:
    """The first true value of `wanted()`, asked again and again until the limit."""
    ends_at = time.monotonic() + limit_s
    while not (value := wanted()):
        assert time.monotonic() < ends_at, f"not within {limit_s} s"
        time.sleep(0.02)
    return value


class Program:
    """`python -m sandbox` over a folder; it can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.bank = Outside(self.url, KEYS["BANK_KEY"])
        self.sms = Outside(self.url, KEYS["SMS_KEY"])
        self.registers = Outside(self.url, KEYS["REGISTERS_KEY"])
        self.start()

    def start(self) -> None:
        environment = (
            os.environ
            | KEYS
            | {
                "SANDBOX_PORT": str(self.port),
                "SANDBOX_FOLDER": str(self.folder),
                "HALL_DEPLOYMENT": "sandbox",
            }
        )
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "sandbox"], cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        within(START_LIMIT_S, self.answers)

    def answers(self) -> bool:
        try:
            return requests.get(self.url + "/health", timeout=2).ok
        except requests.RequestException:
            return False

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)

    def fault(self, target: str, mode: str, **more: Any) -> None:
        answer = requests.put(f"{self.url}/faults", json={"target": target, "mode": mode} | more, timeout=5)
        assert answer.status_code == 200, answer.text

    def clear_faults(self) -> int:
        cleared: int = requests.delete(f"{self.url}/faults", timeout=5).json()["cleared"]
        return cleared

    def get(self, path: str) -> Any:
        answer = requests.get(self.url + path, timeout=5)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def query(self, order_number: str) -> Any:
        return self.bank.post("/bank/payouts/query", {"order_number": order_number}, 5)

    def executed(self) -> list[str]:
        """Numbers of the payouts that left the bank."""
        return [
            line["order_number"] for line in self.get("/bank/statement")["payouts"] if line["outcome"] == 0
        ]


def order(number: str, **changed: Any) -> dict[str, Any]:
    """A payout order of 8400 yuan to a made-up person."""
    return {
        "order_number": number,
        "bank_code": "102",
        "card_number": "6222021234567890123",
        "holder_name": "甄有房",
        "amount_fen": 840000,
        "purpose": "租房提取",
    } | changed
