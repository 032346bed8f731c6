"""Each process is told what it needs, and no other's secret."""

import json
from pathlib import Path

import pytest

from ops.environment import Environment, Setting, environment, migration
from ops.keys import secrets_of
from ops.places import Home
from ops.ports import NAMES as PORTS
from services.common.settings import UnsafeSettings, refuse_unsafe
from services.common.topology import SERVICES

PROCESSES = ("sandbox", "relay", *SERVICES, "gateway")


@pytest.fixture(scope="module")
def setting(tmp_path_factory: pytest.TempPathFactory) -> Setting:
    home = Home(tmp_path_factory.mktemp("home"))
    return Setting(home, {name: 20_000 + place for place, name in enumerate(PORTS)}, secrets_of(home))


def everything(told: Environment) -> str:
    return "\n".join(f"{name}={value}" for name, value in told.items())


@pytest.mark.parametrize("name", [name for name in PROCESSES if name != "sandbox"])
def test_a_process_knows_its_own_broker_password_only(setting: Setting, name: str) -> None:
    told = everything(environment(setting, name))
    known = [user for user, password in setting.secrets["broker"].items() if password in told]
    assert known == [name]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_knows_its_own_database_role_only(setting: Setting, service: str) -> None:
    told = everything(environment(setting, service))
    assert [role for role, password in setting.secrets["database"].items() if password in told] == [service]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_holds_its_own_sealing_keys_only(setting: Setting, service: str) -> None:
    told = everything(environment(setting, service))
    keys = {name: json.dumps(kept["keys"]) for name, kept in setting.secrets["sealing"].items()}
    assert [name for name, key in keys.items() if key in told] == [service]


@pytest.mark.parametrize(
    ("key", "owner"), [("TOKEN_PRIVATE_KEY", ["auth"]), ("RECEIPT_PRIVATE_KEY", ["notify"])]
)
def test_only_its_owner_holds_a_signing_key(setting: Setting, key: str, owner: list[str]) -> None:
    assert [name for name in PROCESSES if key in environment(setting, name)] == owner


def test_public_keys_carry_no_private_part(setting: Setting) -> None:
    public = [
        json.loads(environment(setting, "withdrawal")[f"{kind}_PUBLIC_KEY"]) for kind in ("TOKEN", "RECEIPT")
    ]
    assert [("d" in key, key["crv"]) for key in public] == [(False, "Ed25519")] * 2


def test_only_migrations_know_the_owner_of_the_tables(setting: Setting) -> None:
    assert "OWNER_DATABASE_URL" not in environment(setting, "deposit")
    assert "deposit_owner:" in migration(setting, "deposit")["OWNER_DATABASE_URL"]


def test_the_relay_enters_every_database_as_itself(setting: Setting) -> None:
    urls = json.loads(environment(setting, "relay")["RELAY_DATABASE_URLS"])
    assert sorted(urls) == sorted(SERVICES)
    assert all("://relay:" in url and url.endswith(f"/{service}") for service, url in urls.items())


def test_the_gateway_reaches_no_database_and_no_bank(setting: Setting) -> None:
    told = environment(setting, "gateway")
    assert not [name for name in told if "DATABASE" in name or name.startswith(("BANK", "SMS", "REGISTERS"))]


def test_a_process_of_another_name_is_refused(setting: Setting) -> None:
    with pytest.raises(KeyError):
        environment(setting, "stranger")


@pytest.mark.parametrize("name", ["auth", "gateway"])
def test_what_a_rehearsal_is_told_a_production_deployment_refuses(setting: Setting, name: str) -> None:
    with pytest.raises(UnsafeSettings):
        refuse_unsafe(environment(setting, name) | {"HALL_DEPLOYMENT": "production"})


def test_secrets_stay_the_same_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert secrets_of(home) == secrets_of(home)
    assert home.secrets_file.stat().st_mode & 0o777 == 0o600


def test_a_secret_an_older_hall_lacks_is_added_and_the_others_stay(tmp_path: Path) -> None:
    home = Home(tmp_path)
    older = secrets_of(home)
    kept = json.loads(home.secrets_file.read_text())
    del kept["cursor"], kept["broker"]["loan"]
    home.secrets_file.write_text(json.dumps(kept))
    newer = secrets_of(home)
    assert len(newer["cursor"]) == 64
    assert newer["broker"]["loan"] != older["broker"]["loan"]
    assert {**newer["broker"], "loan": ""} == {**older["broker"], "loan": ""}
