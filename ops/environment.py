"""What every process of a hall is told, and nothing more: each one gets only its own passwords and keys."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass

from ops.keys import OUTSIDE, Secrets, secrets_of
from ops.places import CHECKOUT, Home
from ops.ports import kept
from services.common.topology import SERVICES, VHOST

# Taken over from the person's own environment; everything else a process gets is computed here.
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH")
Environment = dict[str, str]


@dataclass(frozen=True)
class Setting:
    """The hall a process belongs to: its folder, its ports, its secrets."""

    home: Home
    ports: Mapping[str, int]
    secrets: Secrets

    @classmethod
    def of(cls, home: Home) -> "Setting":
        """Read the setting of a hall whose ports have been chosen."""
        return cls(home, kept(home), secrets_of(home))


def environment(setting: Setting, name: str) -> Environment:
    """Compute the whole environment of the process `name`."""
    own = {
        "sandbox": _sandbox,
        "relay": _relay,
        "gateway": _gateway,
    }
    make = own.get(name, _service)
    return _inherited() | _common(setting, name) | make(setting, name)


def migration(setting: Setting, service: str) -> Environment:
    """Compute the environment in which a service's tables are made, as the role that owns them."""
    owner = {"OWNER_DATABASE_URL": database_url(setting, service, f"{service}_owner")}
    return environment(setting, service) | owner


def database_url(setting: Setting, database: str, role: str) -> str:
    """Address of a database for a role, password included, in SQLAlchemy's form for psycopg 3."""
    password = setting.secrets["database"][role]
    return f"postgresql+psycopg://{role}:{password}@127.0.0.1:{setting.ports['postgresql']}/{database}"


def broker_url(setting: Setting, user: str) -> str:
    """Address of the broker for a user, password included."""
    return f"amqp://{user}:{setting.secrets['broker'][user]}@127.0.0.1:{setting.ports['rabbitmq']}/{VHOST}"


def page_urls(setting: Setting) -> tuple[str, str]:
    """Addresses people open: the gateway's and the outside world's."""
    return f"http://127.0.0.1:{setting.ports['gateway']}", f"http://127.0.0.1:{setting.ports['sandbox']}"


def _inherited() -> Environment:
    return {name: os.environ[name] for name in INHERITED if name in os.environ}


def _common(setting: Setting, name: str) -> Environment:
    return {
        "PYTHONPATH": str(CHECKOUT),
        "PYTHONUNBUFFERED": "1",
        "HALL_DEPLOYMENT": "sandbox",
        "HALL_SERVICE": name,
        "HALL_CLOCK_FILE": str(setting.home.clock_file),
        "METRICS_HOST": "127.0.0.1",
        "METRICS_PORT": str(setting.ports[f"{name}.metrics"]),
        "POLICY_CITY": "qingdao",
        "TOKEN_PUBLIC_KEY": json.dumps(setting.secrets["token"]["public"]),
    }


def _service(setting: Setting, name: str) -> Environment:
    if name not in SERVICES:
        raise KeyError(f"no process is called {name}")
    sealing = setting.secrets["sealing"][name]
    return {
        "DATABASE_URL": database_url(setting, name, name),
        "BROKER_URL": broker_url(setting, name),
        "PSYCOPG_WAIT_FUNC": "wait_selector",
        "SEALING_KEYS": json.dumps(sealing["keys"]),
        "SEALING_KEY_CURRENT": sealing["current"],
        "BLIND_INDEX_KEY": sealing["blind_index"],
        **_signing(setting, name),
        **_outside(setting, name),
    }


def _signing(setting: Setting, name: str) -> Environment:
    token, receipt = setting.secrets["token"], setting.secrets["receipt"]
    keys = {
        "auth": {"TOKEN_PRIVATE_KEY": token["private"], "RECEIPT_PUBLIC_KEY": receipt["public"]},
        "deposit": {"RECEIPT_PUBLIC_KEY": receipt["public"]},
        "withdrawal": {"RECEIPT_PUBLIC_KEY": receipt["public"]},
        "notify": {"RECEIPT_PRIVATE_KEY": receipt["private"]},
    }
    return {variable: json.dumps(key) for variable, key in keys.get(name, {}).items()}


# Two providers of one kind are told apart by where they are asked.
PLACES = {"sms_second": "/second"}


def _outside(setting: Setting, name: str) -> Environment:
    # Each service reaches only the part of the outside world that it has business with.
    gateway_url, url = page_urls(setting)
    parties = {
        "auth": ("face",),
        "deposit": ("bank", "registers", "transfers"),
        "withdrawal": ("bank", "registers"),
        "notify": ("sms", "sms_second"),
    }
    known = {
        "auth": {"CAPTCHA_WITNESS_URL": url, "GATEWAY_URL": gateway_url},
        "deposit": {"GATEWAY_URL": gateway_url},
    }
    told = dict(known.get(name, {}))
    for party in parties.get(name, ()):
        place = url + PLACES.get(party, "")
        told |= {f"{party.upper()}_URL": place, f"{party.upper()}_KEY": setting.secrets[party]}
    return told


def _relay(setting: Setting, name: str) -> Environment:
    urls = {service: database_url(setting, service, "relay") for service in SERVICES}
    return {"RELAY_DATABASE_URLS": json.dumps(urls), "BROKER_URL": broker_url(setting, name)}


def _gateway(setting: Setting, name: str) -> Environment:
    gateway_url, sandbox_url = page_urls(setting)
    return {
        "BROKER_URL": broker_url(setting, name),
        "GATEWAY_URL": gateway_url,
        "GATEWAY_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(setting.ports["gateway"]),
        # A rehearsal's scripts stand for many people: each names its own address, as a proxy in front would.
        "GATEWAY_PROXIES": "1",
        "GATEWAY_HOSTS": '["127.0.0.1", "localhost"]',
        "OPERATION_KEY": setting.secrets["operation"],
        "CURSOR_KEY": setting.secrets["cursor"],
        "COOKIE_SECURE": "false",
        "SANDBOX_PAGE_URL": sandbox_url,
    }


def _sandbox(setting: Setting, name: str) -> Environment:
    gateway_url, _ = page_urls(setting)
    keys = {f"{party.upper()}_KEY": setting.secrets[party] for party in OUTSIDE}
    return keys | {
        "HALL_URL": gateway_url,
        "SANDBOX_HOST": "127.0.0.1",
        "SANDBOX_PORT": str(setting.ports["sandbox"]),
        "SANDBOX_FOLDER": str(setting.home.sandbox),
    }
