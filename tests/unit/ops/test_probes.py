"""What the supervisor asks to learn whether a process is alive."""

from pathlib import Path
from unittest.mock import patch

from ops import processes
from ops.environment import Setting
from ops.keys import secrets_of
from ops.places import Home
from ops.ports import NAMES as PORTS


def test_nothing_alive_is_looked_for_where_people_wait(tmp_path: Path) -> None:
    home = Home(tmp_path)
    setting = Setting(home, {name: 20_000 + place for place, name in enumerate(PORTS)}, secrets_of(home))
    asked: list[str] = []
    with patch.object(processes, "answers_http", side_effect=lambda url: asked.append(url) or True):
        plan = processes.whole_hall(setting)
        (gateway,) = [process for process in plan.processes if process.name == "gateway"]
        assert gateway.alive() and gateway.ready()
    assert asked == [
        f"http://127.0.0.1:{setting.ports['gateway.metrics']}/healthz",
        f"http://127.0.0.1:{setting.ports['gateway']}/readyz",
    ]
