"""The hall's private RabbitMQ: its own node, folders, cookie and ports, with the topology loaded at boot."""

import os
import shutil
import socket
import struct
from pathlib import Path

from ops.environment import Environment, Setting
from ops.files import write_json, write_whole
from services.common.topology import definitions

# Debian's wrapper in /usr/sbin insists on the account `rabbitmq` and the system's folders.
SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
# Two schedulers that sleep instead of spinning: an idle broker then costs next to no CPU.
VIRTUAL_MACHINE = "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none +A 16"
LOOPBACK_ONLY = "-kernel inet_dist_use_interface {127,0,0,1}"
GREETING = b"AMQP\x00\x00\x09\x01"


def server_program() -> Path:
    """Find the broker's start script; raises FileNotFoundError."""
    if SERVER.exists():
        return SERVER
    elsewhere = shutil.which("rabbitmq-server")
    if elsewhere is None:
        raise FileNotFoundError("RabbitMQ is not installed: no rabbitmq-server found")
    return Path(elsewhere)


def prepare(setting: Setting) -> None:
    """Write the broker's configuration and the definitions it loads."""
    folder = setting.home.rabbitmq
    for name in ("mnesia", "log"):
        (folder / name).mkdir(exist_ok=True)
    write_json(folder / "definitions.json", definitions(setting.secrets["broker"]))
    write_whole(folder / "rabbitmq.conf", _configuration(setting))
    write_whole(folder / "enabled_plugins", "[].\n")


def command() -> list[str]:
    """Spell the command that runs the broker in the foreground."""
    return [str(server_program())]


def surroundings(setting: Setting) -> Environment:
    """Compute the broker's environment, which keeps it apart from any other broker of the machine."""
    folder, ports = setting.home.rabbitmq, setting.ports
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "ERL_EPMD_PORT": str(ports["epmd"]),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODENAME": f"hall-{setting.secrets['hall']}@localhost",
        "RABBITMQ_DIST_PORT": str(ports["distribution"]),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_LOGS": "-",
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced"),
        "RABBITMQ_CONF_ENV_FILE": "/dev/null",
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_GENERATED_CONFIG_DIR": str(folder / "generated"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"{VIRTUAL_MACHINE} {LOOPBACK_ONLY}",
        # The start script then replaces itself by the broker: the process we watch is the broker itself.
        "RUNNING_UNDER_SYSTEMD": "true",
    }


def answers(setting: Setting) -> bool:
    """Whether the broker speaks AMQP to a client (not only accepts its connection)."""
    try:
        with socket.create_connection(("127.0.0.1", setting.ports["rabbitmq"]), timeout=2) as client:
            client.sendall(GREETING)
            return _is_method_frame(client.recv(7))
    except OSError:
        return False


def _is_method_frame(head: bytes) -> bool:
    return len(head) == 7 and struct.unpack(">BHI", head)[:2] == (1, 0)


def _configuration(setting: Setting) -> str:
    folder = setting.home.rabbitmq
    lines = {
        "listeners.tcp.1": f"127.0.0.1:{setting.ports['rabbitmq']}",
        "num_acceptors.tcp": "4",
        "load_definitions": str(folder / "definitions.json"),
        "vm_memory_high_watermark.absolute": "512MB",
        "disk_free_limit.absolute": "100MB",
        "heartbeat": "20",
        "raft.wal_max_size_bytes": "16777216",
        "log.console": "true",
        "log.console.level": "warning",
        # Our own probes hang up after the greeting; refusals of clients are errors and stay.
        "log.connection.level": "error",
        "log.file": "false",
    }
    return "".join(f"{name} = {value}\n" for name, value in lines.items())
