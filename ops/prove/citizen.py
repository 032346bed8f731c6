"""How a citizen of a proof behaves: registers, watches the bill, presses what the page would offer."""

import random
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

import requests

from ops.prove.client import Answer, Body, Client, GaveUp
from ops.prove.history import OK, History, Wish
from ops.prove.stage import Stage

FORMS: dict[str, dict[str, str]] = {
    "minimum_living": {"category": "rent"},
    "commercial_loan": {},
    "rent_quota": {"marital_status": "single"},
    "retirement": {},
}
# What the bank does with the next payout of a case, and how often.
FATES: tuple[tuple[int, dict[str, object]], ...] = (
    (50, {}),
    (14, {"mode": "lose_answer"}),
    (12, {"mode": "unknown", "delay_ms": 2500}),
    (12, {"mode": "fail"}),
    (7, {"mode": "delay", "delay_ms": 1500}),
    (5, {"mode": "answer_late", "delay_ms": 2500}),
)
RESTING = frozenset({"booked", "deleted"})
ECHO_SHARE = 0.3
STEP_S = 0.8
# A wish is asked again until its outcome is known; the end of the proof ends that, too.
ASKED_AGAIN_S = 1200.0
CODE_ASKED_S = 20.0
A_MINUTE_S = 61
MINUTE_EVERY_S = 15.0
FOLLOWED_S = 30.0
FEN_MIN, FEN_MAX = 10_000, 400_000


class Clock:
    """Lets a minute of business time pass for whoever may not have another code yet, but not too often.

    A code lives five minutes, so one that is on its way to a phone stays good meanwhile.
    """

    def __init__(self) -> None:
        self._moving = threading.Lock()
        self._moved_at = -MINUTE_EVERY_S

    def let_a_minute_pass(self, stage: Stage) -> None:
        """Move the clock, unless somebody just did."""
        with self._moving:
            if time.monotonic() - self._moved_at >= MINUTE_EVERY_S:
                stage.move_clock(A_MINUTE_S)
                self._moved_at = time.monotonic()


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """What all citizens of a proof share: the history, how far it is (0 to 1), and whether it is over."""

    history: History
    seed: str
    progress: Callable[[], float]
    over: threading.Event
    clock: Clock = field(default_factory=Clock)


class Actor(threading.Thread):
    """One citizen's thread: each of its reasons in turn, spread over the time of the proof."""

    def __init__(self, client: Client, occasion: Occasion) -> None:
        super().__init__(name=client.citizen.fund_number or client.citizen.address, daemon=True)
        self.client = client
        self.occasion = occasion
        self.trouble: list[str] = []
        self.echo_share = ECHO_SHARE
        self.sent: list[Callable[[], None]] = []
        self._chance = random.Random(f"{occasion.seed}:{self.name}")  # noqa: S311 (no secret)

    def run(self) -> None:
        """Work through the reasons until it is over; what stays unknown is left unknown."""
        reasons = self.client.citizen.reasons
        for place, reason in enumerate(reasons):
            self._wait_for_turn((place + self._chance.random()) / (len(reasons) + 0.3))
            if self.occasion.over.is_set():
                return
            try:
                self.case(reason, self._fate())
            except (GaveUp, requests.RequestException) as error:
                if not self.occasion.over.is_set():
                    self.trouble.append(f"{reason}: {error}")

    def case(self, reason: str, fate: dict[str, object]) -> str | None:
        """Withdraw for one reason, the bank treating the first payout as `fate` says; the bill's number."""
        self.client.keep_session()
        if fate:
            card = {"target": "bank.payouts", "card_number": self.client.citizen.card_number, "times": 1}
            self.client.stage.set_fault(**card, **fate)
        number = self.register(reason)
        if number is not None:
            self.follow(number)
        return number

    def register(self, reason: str, code: str | None = None, amount_fen: int | None = None) -> str | None:
        """Ask for a code unless there is one, then register; the bill's number, or None for a refusal."""
        entry = self._entry(reason)
        amount_fen = amount_fen or self._amount_fen(entry)
        wanted = {"reason": reason} | ({"amount": f"{amount_fen / 100:.2f}"} if amount_fen else {})
        body = wanted | self._form(entry, reason) | {"code": code or self.fresh_code(wanted)}
        wish = self._wish("register", reason, amount_fen)
        return self._told_bill(self._settled("POST", "/withdrawals", body, wish))

    def fresh_code(self, wanted: Body) -> str:
        """The code of a registration, from the phone; a refused wish for one is repeated a little later."""
        until = time.monotonic() + 90
        while time.monotonic() < until and not self.occasion.over.is_set():
            if code := self._code_sent(wanted):
                return code
            self.occasion.clock.let_a_minute_pass(self.client.stage)
            self.occasion.over.wait(3)
        raise GaveUp("no code allowed")

    def _code_sent(self, wanted: Body) -> str | None:
        before, asked = self.client.newest_message(), {"purpose": "withdrawal"} | wanted
        try:
            answer = self.client.order("POST", "/verification-codes", asked, limit_s=CODE_ASKED_S)
            return self.client.code_after(before) if answer.outcome == OK else None
        except GaveUp:
            return None

    def press(self, number: str, action: str) -> Answer:
        """Press one of the bill's buttons."""
        place = f"/withdrawals/{number}"
        method, path = {
            "pay": ("POST", f"{place}/payment"),
            "check": ("POST", f"{place}/payment-check"),
            "cancel_settlement": ("POST", f"{place}/settlement-cancellation"),
            "delete": ("DELETE", place),
        }[action]
        return self._settled(method, path, None, self._wish(action, number, None))

    def follow(self, number: str) -> str:
        """Watch the bill and press what helps, until it rests or patience ends; the state last seen."""
        until, state = time.monotonic() + FOLLOWED_S, ""
        while state not in RESTING and time.monotonic() < until and not self.occasion.over.is_set():
            bill = self.client.ask(f"/withdrawals/{number}")
            state = bill["state"] if bill else state
            self._help_on(number, state)
            time.sleep(STEP_S)
        return state

    def _help_on(self, number: str, state: str) -> None:
        if state in ("payment_unknown", "sent") and self._chance.random() < 0.4:
            self.press(number, "check")
        elif state == "payment_failed":
            self.press(number, "cancel_settlement")
        elif state == "settlement_cancelled":
            self.press(number, "pay")

    def _settled(self, method: str, path: str, body: Body | None, wish: Wish) -> Answer:
        self.occasion.history.invoke(wish)
        answer = self.client.order(method, path, body, wish=wish, limit_s=ASKED_AGAIN_S)
        self.sent.append(lambda: self.client.echo(method, path, body, wish))
        if answer.outcome == OK and self._chance.random() < self.echo_share:
            self.client.echo(method, path, body, wish)
        return answer

    def _wish(self, action: str, subject: str, amount_fen: int | None) -> Wish:
        return Wish(
            key=uuid.uuid4().hex,
            fund_number=self.client.citizen.fund_number,
            action=action,
            subject=subject,
            amount_fen=amount_fen,
        )

    def _told_bill(self, answer: Answer) -> str | None:
        return str(answer.body["number"]) if answer.outcome == OK else None

    def _entry(self, reason: str) -> Body:
        while not self.occasion.over.is_set():
            entry = self.client.ask(f"/withdrawal-reasons/{reason}")
            if entry is not None:
                return entry
            time.sleep(STEP_S)
        raise GaveUp("no form")

    def _amount_fen(self, entry: Body) -> int | None:
        """Some amount within the ceiling; none where the whole account is paid."""
        if entry["amount"] != "entered":
            return None
        ceiling = entry["ceiling"]
        most = int(ceiling.replace(".", "")) if ceiling else FEN_MAX
        return max(1, min(most, self._chance.randint(FEN_MIN, FEN_MAX)))

    def _form(self, entry: Body, reason: str) -> Body:
        details = FORMS[reason]
        signed = [
            {"code": document["code"], "version": document["version"]}
            for document in entry["documents"]
            if document["when"] is None or details.get(document["when"]["name"]) == document["when"]["equals"]
        ]
        settlements = [one["code"] for one in entry["settlements"]]
        form: Body = {"details": details, "documents": signed}
        return form | ({"settlement": settlements[0]} if settlements else {})

    def _fate(self) -> dict[str, object]:
        weights = [weight for weight, _ in FATES]
        return self._chance.choices([fate for _, fate in FATES], weights)[0]

    def _wait_for_turn(self, share: float) -> None:
        while self.occasion.progress() < share and not self.occasion.over.is_set():
            self.client.ask(self._chance.choice(("/home", "/withdrawals", "/account")))
            self.occasion.over.wait(1.0 + 3 * self._chance.random())
