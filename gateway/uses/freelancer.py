"""Opening a freelancer's account without being anybody yet, and adjusting its base afterwards."""

import time
from time import monotonic

from gateway.amounts import fen_of
from gateway.calls import Command, Missing, Outstanding, Shape
from gateway.uses.desk import Desk
from gateway.visitor import Visitor
from services.common.applications import FREELANCER_OPENING, opening_digest
from services.common.errors import Refusal

# Deposit tells auth by an event: mostly heard within a fraction of a second.
ENTER_WITHIN_S = 4.0
ENTER_AGAIN_S = 0.2
NOT_HEARD = "opening_not_heard"


class FreelancerUses(Desk):
    """Uses around freelancers (自由职业者): deposit decides, auth knows who applies, notify sends codes."""

    def freelancer_terms(self, visitor: Visitor) -> Shape:
        """What the opening form needs (D-30).

        {offices: [{code, title}], base_lower, base_upper, rates_percent, agreement: {title, text, version,
        digest}, …}. Anonymous.
        """
        return self._ask(visitor, "deposit", "freelancer_terms")

    def begin_opening(self, visitor: Visitor, key: str, body: Shape) -> Shape:
        """Begin an application (D-28 to D-30), once all is in order that needs nobody's books.

        body: {office, name, id_number, phone, base: "6000.00", rate_percent, captcha_id, captcha_answer}.
        Returns {applicant, expires_at, monthly}. Anonymous; limited by address.
        """
        cost = self._ask(visitor, "deposit", "check_opening", **_wish(body))
        names = ("name", "id_number", "phone", "captcha_id", "captcha_answer")
        typed = {name: body[name] for name in names}
        arguments = typed | {"address": visitor.address}
        command = Command(
            service="auth", method="begin_opening_application", key=key, arguments=arguments, same=typed
        )
        return self._order(visitor, command) | cost

    def issue_opening_code(self, visitor: Visitor, key: str, applicant: str, body: Shape) -> Shape:
        """Send the code to the typed phone (N-13), good only for what `body` says.

        body: {office, name, id_number, base, rate_percent}. Returns {sent: true, expires_at, next_at}.
        """
        wish = _wish(body)
        self._ask(visitor, "deposit", "check_opening", **wish)
        arguments = _code_for(applicant, wish)
        return self._order(
            visitor,
            Command(
                service="notify",
                method="issue_code",
                key=key,
                arguments=arguments | {"address": visitor.address},
                same=arguments,
            ),
        )

    def open_freelancer(self, visitor: Visitor, key: str, applicant: str, body: Shape) -> Shape:
        """Open the account at once and come in (D-31, D-32, A-21, A-22).

        body: as `issue_opening_code` with {password, code, consent: {version, digest}}. Returns
        {fund_number, office, opened_on, base, rate_percent, monthly, agreement, token?, …as `log_in`}:
        without a token the account is open, but auth has not heard of it yet; one logs in a little later.
        """
        wish = _wish(body)
        checking = _code_for(applicant, wish) | {"code": body["code"]}
        same = body | {"applicant": applicant}
        receipt = self._prove_code(visitor, key, checking, same)["receipt"]
        proven = wish | {"applicant": applicant, "receipt": receipt}
        self._keep_password(visitor, key, proven | {"password": body["password"]}, same)
        consent = body["consent"] | {"code": FREELANCER_OPENING}
        arguments = proven | {"consent": consent, "address": visitor.address}
        command = Command(
            service="deposit", method="open_freelancer", key=key, arguments=arguments, same=same
        )
        opened = self._order(visitor, command)
        return opened | self._entered(visitor, key, proven, same)

    def _keep_password(self, visitor: Visitor, key: str, arguments: Shape, same: Shape) -> None:
        """Before the account is opened, so that nobody has one and no way in. Missing when unknown."""
        command = Command(
            service="auth",
            method="set_applicant_password",
            key=f"{key}/password",
            arguments=arguments,
            same=same,
        )
        try:
            self._order(visitor, command)
        except Outstanding:
            raise Missing("auth") from None

    def _entered(self, visitor: Visitor, key: str, proven: Shape, same: Shape) -> Shape:
        """The first session; nothing when auth has not heard in time: the account is open all the same."""
        here = {"address": visitor.address, "client": visitor.client}
        command = Command(
            service="auth",
            method="enter_opened",
            key=f"{key}/enter",
            arguments=proven | here,
            same=same,
        )
        until = monotonic() + ENTER_WITHIN_S
        while True:
            try:
                return self._order(visitor, command)
            except (Outstanding, Missing):
                return {}
            except Refusal as refusal:
                if refusal.code != NOT_HEARD or monotonic() > until:
                    return {}
            time.sleep(ENTER_AGAIN_S)

    def opening_state(self, visitor: Visitor, applicant: str) -> Shape:
        """How far an application is: {state: "begun"|"opened"|"over", state_label}."""
        return self._ask(visitor, "auth", "applicant", applicant=applicant)

    def base_adjustments(self, visitor: Visitor) -> Shape:
        """Own contribution base and its adjustments (D-22).

        {freelancer, base, monthly, base_lower, base_upper, window_first_on, window_last_on, effective_on,
        allowed, because, items: [{number, state, state_label, before, after, effective_on, actions…}]}.
        """
        return self._ask(visitor, "deposit", "base_adjustments")

    def adjust_base(self, visitor: Visitor, key: str, body: Shape) -> Shape:
        """File another base from the next month on (D-22). body: {base: "6000.00"}; returns the item."""
        arguments = {"base_fen": fen_of(body["base"], "/base")}
        return self._order(
            visitor, Command(service="deposit", method="adjust_base", key=key, arguments=arguments)
        )

    def undo_base_adjustment(self, visitor: Visitor, key: str, number: str) -> Shape:
        """Take an adjustment back before its month begins; returns the item."""
        arguments = {"number": number}
        return self._order(
            visitor, Command(service="deposit", method="undo_base_adjustment", key=key, arguments=arguments)
        )


def _wish(body: Shape) -> Shape:
    """What is applied for, in one spelling: codes are bound to it."""
    return {
        "office": body["office"],
        "name": body["name"].strip(),
        "id_number": body["id_number"].strip().upper(),
        "base_fen": fen_of(body["base"], "/base"),
        "rate_percent": body["rate_percent"],
    }


def _code_for(applicant: str, wish: Shape) -> Shape:
    return {
        "purpose": FREELANCER_OPENING,
        "digest": opening_digest(wish | {"applicant": applicant}),
        "applicant": applicant,
    }
