"""How a freelancer of a proof behaves: opens an account or has one, pays in by card and by code, cancels."""

import json
import time
import uuid
from dataclasses import replace

import requests

from ops.prove.citizen import ASKED_AGAIN_S, STEP_S, Actor, Occasion
from ops.prove.client import Answer, Body, Client, GaveUp
from ops.prove.history import CONTRIBUTION, OK, Wish
from ops.prove.people import OPENING

BILLS = "/contribution-bills"
PLACES = {
    "settle_by_card": "card-settlement",
    "settle_by_code": "payment-code",
    "cancel_card": "card-settlement-cancellation",
    "cancel_code": "payment-code-cancellation",
    "check": "payment-check",
}
# What the bank does with the next debit of a case, and how often.
FATES: tuple[tuple[int, dict[str, object]], ...] = (
    (50, {}),
    (20, {"mode": "lose_answer"}),
    (15, {"mode": "unknown", "delay_ms": 2500}),
    (15, {"mode": "fail"}),
)
ENDED = frozenset({"booked", "deleted"})
FOLLOWED_S = 40.0
# Longer than a settlement may be cancelled, so that it is booked.
BOOKED_AFTER_S = 240
WRONG_FEN = 1


class Contributor(Actor):
    """One freelancer's thread; its cases are ways to pay in."""

    def __init__(self, client: Client, occasion: Occasion) -> None:
        super().__init__(client, occasion)
        self._last_order: dict[str, str] = {}

    def case(self, reason: str, fate: dict[str, object]) -> str | None:
        """Pay in one bill in the way `reason` names, with what may go wrong on the way."""
        if reason == OPENING:
            return self._open_account()
        self.client.keep_session()
        number = self.register_as_shown()
        if number is not None:
            {"card": self._by_card, "code": self._by_code, "both": self._by_both}[reason](number)
            self._until_booked(number)
        return number

    def _fate(self) -> dict[str, object]:
        weights = [weight for weight, _ in FATES]
        return self._chance.choices([fate for _, fate in FATES], weights)[0]

    def _open_account(self) -> str:
        """Open an account online (自由职业者住房公积金账户设立), and bind a card to it."""
        person = json.loads(self.client.citizen.applies)
        number, code, wish = self._proven(person)
        terms = self._asked("/freelancer-openings/terms")
        consent = {name: terms["agreement"][name] for name in ("version", "digest")}
        body = person | {"code": code, "password": f"Beweis-{uuid.uuid4().hex[:12]}", "consent": consent}
        answer = self._settled("POST", f"/freelancer-openings/{number}/account", body, wish)
        if answer.outcome != OK:
            raise GaveUp(f"no account: {answer.code}")
        self.client.citizen = replace(self.client.citizen, fund_number=str(answer.body["fund_number"]))
        self.client.enter(self._token(answer, body))
        card = {"bank_code": "102", "card_number": self.client.citizen.card_number}
        self.client.order("PUT", "/card", card, limit_s=ASKED_AGAIN_S)
        return number

    def _proven(self, person: Body) -> tuple[str, str, Wish]:
        before = self.client.newest_message()
        begun = self.client.made("POST", "/freelancer-openings", self._with_captcha(person))
        number = str(begun["applicant"])
        self.client.made("POST", f"/freelancer-openings/{number}/code", person)
        return number, self.client.code_after(before), self._pressing("open", number)

    def _with_captcha(self, person: Body) -> Body:
        captcha = self.client.made("POST", "/captchas", None)
        shown = requests.get(
            f"{self.client.stage.sandbox_url}/captchas/{captcha['captcha_id']}", timeout=10
        ).json()
        typed = {"captcha_id": captcha["captcha_id"], "captcha_answer": shown["answer"]}
        return person | typed | {"phone": self.client.citizen.phone}

    def _token(self, answer: Answer, body: Body) -> str:
        """The session of the opening; where it is not there yet, a login with the new password."""
        if answer.body.get("token"):
            return str(answer.body["token"])
        login = {"edition": "professional", "login_name": answer.body["fund_number"]}
        typed = self._with_captcha(login | {"password": body["password"]})
        typed.pop("phone")
        return str(self.client.made("POST", "/sessions", typed)["token"])

    def register_as_shown(self) -> str | None:
        """Register the bill that is proposed; its number, or None where nothing is due or it is refused."""
        shown = self._asked("/contribution-proposal")
        if not shown["months"]:
            return None
        wish = self._pressing("register", "", amount_fen=int(shown["amount"].replace(".", "")))
        answer = self._settled("POST", BILLS, {"months": shown["months"], "amount": shown["amount"]}, wish)
        return self._told_bill(answer)

    def _by_card(self, number: str) -> None:
        fate = self._fate()
        if fate:
            card = {"target": "bank.debits", "card_number": self.client.citizen.card_number, "times": 1}
            self.client.stage.set_fault(**card, **fate)
        self.settle_by_card(number)

    def settle_by_card(self, number: str) -> Answer:
        """Have the bound card debited, under the agreement where it is not accepted yet."""
        agreement = self._asked("/contribution-proposal")["agreement"]
        consent = {name: agreement[name] for name in ("code", "version", "digest")} if agreement else None
        return self.push(number, "settle_by_card", {"consent": consent})

    def _by_code(self, number: str) -> None:
        self.push(number, "settle_by_code")
        if self.reaches(number, {"awaiting_scan"}):
            self.scan_and_pay(number)
            if self._chance.random() < 0.3:
                self.scan_and_pay(number, anyhow=True)

    def _by_both(self, number: str) -> None:
        """A code that is cancelled, sometimes paid too late or wrongly; then a debit that is cancelled."""
        self.push(number, "settle_by_code")
        if self.reaches(number, {"awaiting_scan"}) and self._chance.random() < 0.5:
            self.scan_and_pay(number, amount_fen=WRONG_FEN)
        self.push(number, "cancel_code")
        if self.reaches(number, {"registered", "paid"}) == "registered":
            if self._chance.random() < 0.5:
                self.scan_and_pay(number, anyhow=True)
            self._by_card(number)
            if self.reaches(number, {"settled", "registered"}) == "settled":
                self.push(number, "cancel_card")

    def _until_booked(self, number: str) -> None:
        """Press what helps until the bill is booked, or patience ends."""
        until, state = time.monotonic() + FOLLOWED_S, ""
        while state not in ENDED and time.monotonic() < until and not self.occasion.over.is_set():
            state = str((self.client.ask(f"{BILLS}/{number}") or {}).get("state", state))
            if state == "settled":
                self.occasion.clock.let_a_minute_pass(self.client.stage)
            if state == "registered":
                self._by_card(number)
            if state in ("debit_unknown", "awaiting_scan"):
                self.push(number, "check")
            time.sleep(STEP_S)

    def push(self, number: str, action: str, body: Body | None = None) -> Answer:
        """Press one of the bill's buttons."""
        path = f"{BILLS}/{number}/{PLACES[action]}"
        return self._settled("POST", path, body, self._pressing(action, number))

    def scan_and_pay(self, number: str, **how: object) -> None:
        """Scan and pay as the world does: the code shown now or last. `how` is what the sandbox knows."""
        bill = self.client.ask(f"{BILLS}/{number}") or {}
        order = self._order_of(number, bill)
        body = {"channel": "wechat", **how}
        if order:
            url = f"{self.client.stage.sandbox_url}/bank/payment-codes/{order}/payments"
            requests.post(url, json=body, timeout=10)

    def _order_of(self, number: str, bill: Body) -> str:
        """The order of the present code, or of the last one; the bank knows no other."""
        shown = (bill.get("settlement") or {}).get("order_number")
        return str(shown or self._last_order.get(number, ""))

    def reaches(self, number: str, states: set[str]) -> str:
        """The first of these states that the bill is seen in, or nothing within the time it is followed."""
        until = time.monotonic() + FOLLOWED_S
        while time.monotonic() < until and not self.occasion.over.is_set():
            bill = self.client.ask(f"{BILLS}/{number}") or {}
            if shown := (bill.get("settlement") or {}).get("order_number"):
                self._last_order[number] = str(shown)
            if bill.get("state") in states:
                return str(bill["state"])
            time.sleep(STEP_S)
        return ""

    def _asked(self, path: str) -> Body:
        while not self.occasion.over.is_set():
            if (answer := self.client.ask(path)) is not None:
                return answer
            time.sleep(STEP_S)
        raise GaveUp(path)

    def _pressing(self, action: str, number: str, amount_fen: int | None = None) -> Wish:
        return replace(self._wish(action, number, amount_fen), business=CONTRIBUTION)
