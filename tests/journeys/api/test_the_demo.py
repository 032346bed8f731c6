"""`./hall demo` plays the main job on the running hall, twice, with other people each time."""

import os
import subprocess
import sys

from ops.files import read_json
from ops.places import CHECKOUT
from tests.journeys.halls import JourneyHall


def _play(hall: JourneyHall) -> str:
    surroundings = os.environ | {"HALL_HOME": str(hall.home.path), "PYTHONPATH": str(CHECKOUT)}
    played = subprocess.run(
        [sys.executable, "-m", "ops", "demo", "--hurry"],
        env=surroundings,
        cwd=CHECKOUT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert played.returncode == 0, played.stdout[-2000:] + played.stderr[-2000:]
    return played.stdout


def test_the_demo_plays_again_with_others(hall: JourneyHall) -> None:
    for _ in range(2):
        told = _play(hall)
        assert "项核对全部成立" in told
        assert "借方合计等于贷方合计" in told
    played = read_json(hall.home.path / "demo_played.json")
    assert len(set(played)) == len(played) >= 8
