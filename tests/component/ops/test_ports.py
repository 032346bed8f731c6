"""Ports are chosen once, kept, and chosen anew only when a stranger took them."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops import ports
from ops.places import Home


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen(1)
        yield stranger.getsockname()[1]


def test_every_name_gets_a_port_of_its_own() -> None:
    chosen = ports.choose({})
    assert list(chosen) == list(ports.NAMES)
    assert len(set(chosen.values())) == len(chosen)


def test_chosen_ports_stay(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert ports.settle(home) == ports.settle(home) == ports.kept(home)


def test_a_port_a_stranger_took_is_chosen_anew_and_the_others_stay(taken_port: int) -> None:
    before = ports.choose({})
    after = ports.choose(before | {"rabbitmq": taken_port})
    assert after["rabbitmq"] != taken_port
    assert {**after, "rabbitmq": 0} == {**before, "rabbitmq": 0}


def test_a_port_somebody_listens_on_is_not_free(taken_port: int) -> None:
    assert not ports.is_free(taken_port)
