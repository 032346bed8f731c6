"""Free ports on loopback, chosen once and kept, so that addresses stay the same over many starts."""

import random
import socket
from collections.abc import Iterable

from ops.files import read_json, write_json
from ops.places import Home
from services.common.topology import SERVICES

MEASURED = ("relay", *SERVICES, "gateway", "sandbox")
NAMES = (
    "postgresql",
    "rabbitmq",
    "distribution",
    "epmd",
    "sandbox",
    "gateway",
    *(f"{p}.metrics" for p in MEASURED),
)
# Below Linux's range for outgoing connections, so that none of those takes a port between two starts.
RANGE = range(20_000, 32_000)
WANTED = {"gateway": 8080, "sandbox": 8090}


def is_free(port: int) -> bool:
    """Whether this process could listen on `port` of loopback now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen(1)
        except OSError:
            return False
    return True


def choose(kept: dict[str, int], names: Iterable[str] = NAMES) -> dict[str, int]:
    """Keep each port that is still free and find another for the rest."""
    chosen: dict[str, int] = {}
    for name in names:
        port = kept.get(name)
        taken = set(chosen.values())
        chosen[name] = port if port and port not in taken and is_free(port) else _another(name, taken)
    return chosen


def settle(home: Home) -> dict[str, int]:
    """Choose the ports of a hall that is not running, and keep them in its folder."""
    chosen = choose(read_json(home.ports_file) or {})
    write_json(home.ports_file, chosen)
    return chosen


def kept(home: Home) -> dict[str, int]:
    """Read the ports of a hall that has been started before; an empty table otherwise."""
    ports: dict[str, int] = read_json(home.ports_file) or {}
    return ports


def _another(name: str, taken: set[int]) -> int:
    wanted = WANTED.get(name)
    if wanted and wanted not in taken and is_free(wanted):
        return wanted
    for port in random.sample(RANGE, len(RANGE)):
        if port not in taken and is_free(port):
            return port
    raise OSError("no free port on 127.0.0.1 between 20000 and 32000")
