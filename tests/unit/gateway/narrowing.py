"""Gateways with narrow limits."""

from dataclasses import replace
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from gateway.application import create_app
from gateway.revocations import Revocations
from gateway.sessions import Sessions
from gateway.settings import GatewaySettings


def narrow(settings: GatewaySettings, app: Flask, revocations: Revocations, **limits: Any) -> FlaskClient:
    """A browser at a gateway with narrow limits, around the hall of `app`."""
    sessions = Sessions(revocations, secure=False)
    return create_app(replace(settings, **limits), app.extensions["hall"], sessions, {}).test_client()
