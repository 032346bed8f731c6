"""Baseline: nameko's HTTP gateway, which asks who it is and then for the account."""

import json
from typing import Any

from nameko.rpc import RpcProxy
from nameko.web.handlers import http
from werkzeug.wrappers import Response


class GatewayService:
    """The door."""

    name = "gateway"

    auth = RpcProxy("auth")
    accounts = RpcProxy("accounts")

    @http("GET", "/account")  # type: ignore[untyped-decorator]
    def account(self, request: Any) -> Response:
        """The own account of whoever holds the token."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        session = self.auth.verify(token)
        if session is None:
            return Response("{}", status=401, mimetype="application/json")
        account = self.accounts.account(session["fund_number"])
        return Response(json.dumps(account, ensure_ascii=False), mimetype="application/json")
