"""Notify's use cases between small stand-ins: auth's one answer, and a provider that remembers."""

import uuid
from collections import Counter
from typing import Any

from eventlet import GreenPool
from eventlet.event import Event

from services.common.clock import technical_now
from services.common.database import DatabaseAccess
from services.common.errors import Unavailable
from services.common.request import Request, digest_of
from services.common.subject import Subject
from services.notify import subscriptions, usecases
from services.notify.adapters import Outcome, Providers
from services.notify.errands import SIDE_BY_SIDE
from services.notify.sender import Dispatch
from tests.guards import refuse_open_transaction

PHONES = {
    "037000010001": "13900001111",
    "037000010002": "13700002222",
    "037000010003": "13900003333",
}
FORMER_PHONE = "13600004444"
RENT = digest_of({"reason": "rent", "amount_fen": 840000})
OTHER_AMOUNT = digest_of({"reason": "rent", "amount_fen": 840001})


class AuthStandIn:
    """Answers `contact`: a known fund number or first visit has a phone, any other only a target."""

    def __init__(self) -> None:
        self.visits: dict[str, str] = {}
        self.phones = dict(PHONES)
        self.away = False

    def call(self, method: str, arguments: dict[str, Any], request: Request) -> dict[str, Any]:
        refuse_open_transaction()
        assert method == "contact"
        assert request.remaining_s() > 0
        if self.away:
            raise Unavailable("auth")
        if "phone_change_id" in arguments:
            return {"phone": FORMER_PHONE, "target": digest_of(FORMER_PHONE)}
        person = arguments.get("fund_number") or self.visits.get(arguments.get("first_visit_id", ""), "")
        phone = self.phones.get(person)
        return {"phone": phone, "target": digest_of(phone or arguments)}


class ProviderStandIn:
    """Takes messages, idempotent by number; `says` are the answers to come, then ACCEPTED.

    `told` are number and phone of each hand-over. With `slow`, all that is no code waits for it.
    """

    def __init__(self) -> None:
        self.taken: dict[str, tuple[str, str]] = {}
        self.asked: Counter[str] = Counter()
        self.told: list[tuple[str, str]] = []
        self.says: list[Outcome] = []
        self.slow: Event | None = None

    def send(self, number: str, phone: str, text: str, timeout_s: float) -> Outcome:
        refuse_open_transaction()
        self.asked[number] += 1
        self.told.append((number, phone))
        if self.slow is not None and "验证码：" not in text:
            self.slow.wait()
        said = self.says.pop(0) if self.says else Outcome.ACCEPTED
        if said is not Outcome.REJECTED:
            self.taken[number] = (phone, text)
        return said


class Stage:
    """What a test needs to ask for codes and to see what reached the phone."""

    def __init__(self, database: DatabaseAccess) -> None:
        self.database = database
        self.auth = AuthStandIn()
        self.provider, self.second = ProviderStandIn(), ProviderStandIn()
        self.wakes = 0

    @property
    def providers(self) -> Providers:
        """Both providers, the first preferred."""
        named: Any = {"sms": self.provider, "sms_second": self.second}
        return Providers({name: one for name, one in named.items() if one}, dict.fromkeys(named, "key"))

    def issue(self, person: str = "037000010001", **changes: Any) -> dict[str, Any]:
        """A citizen asks for a withdrawal code, from an address of their own."""
        wanted = {"purpose": "withdrawal", "digest": RENT, "address": "203.0.113.7", "first_visit_id": None}
        return self.ask("issue_code", wanted | changes, person)

    def issue_first_visit(self, visit: str, **changes: Any) -> dict[str, Any]:
        """Somebody not logged in asks for the code of a first visit."""
        wanted = {"purpose": "first_visit", "digest": RENT, "address": "203.0.113.7", "first_visit_id": visit}
        return self.ask("issue_code", wanted | changes, None)

    def check(self, code: str, person: str | None = "037000010001", **changes: Any) -> dict[str, Any]:
        """A typed code is looked at."""
        typed = {"purpose": "withdrawal", "digest": RENT, "code": code, "first_visit_id": None}
        key = changes.pop("key", None)
        return self.ask("check_code", typed | changes, person, key)

    def ask(
        self, method: str, arguments: dict[str, Any], person: str | None, key: str | None = None
    ) -> dict[str, Any]:
        """Call a command as the bus face does: the stored answer of the key first."""
        request = request_of(method, arguments, person, key)
        if (stored := self.database.answered(request)) is not None:
            return stored
        if method == "check_code":
            return usecases.check(self.database, arguments, request)
        if method == "subscribe":
            return subscriptions.subscribe(self.database, self.auth, arguments, request, self.wake)
        if method == "issue_subscription_code":
            wish = subscriptions.wish_of(self.database, self.auth, arguments, request)
            return self.database.once(request, usecases.issue, wish, self.wake)
        wish = usecases.wish_of(self.auth, arguments, request)
        return self.database.once(request, usecases.issue, wish, self.wake)

    def wake(self) -> None:
        """What the sender would hear after a commit."""
        self.wakes += 1

    def send(self) -> int:
        """Send all that is due now; how many messages it were."""
        pool, sent = GreenPool(SIDE_BY_SIDE), 0
        dispatch = Dispatch(pool)
        while begun := dispatch.send_due(self, lambda: None):
            sent += begun
            pool.waitall()
        return sent

    def texts(self, phone: str = PHONES["037000010001"]) -> list[str]:
        """What the phone got, in order of the numbers."""
        return [text for _, (to, text) in sorted(self.provider.taken.items()) if to == phone]

    def text(self, phone: str = PHONES["037000010001"]) -> str:
        """Send what is due and read the newest text on the phone."""
        self.send()
        return self.texts(phone)[-1]

    def code(self, phone: str = PHONES["037000010001"]) -> str:
        """Send what is due and read the newest code on the phone."""
        self.send()
        return self.texts(phone)[-1].split("：")[1][:6]


def request_of(method: str, arguments: dict[str, Any], person: str | None, key: str | None = None) -> Request:
    """A gateway's request for `person`, under a key of its own unless one is given."""
    subject = Subject(id=person, role="citizen", session_id="s") if person else None
    return Request(
        method=method,
        caller="gateway",
        trace=uuid.uuid4().hex,
        deadline=technical_now() + 10,
        subject=subject,
        op_id=key or uuid.uuid4().hex,
        digest=digest_of(arguments),
    )


def other_than(code: str) -> str:
    """A well-formed code that is not this one."""
    return f"{(int(code) + 1) % 10**6:06d}"
