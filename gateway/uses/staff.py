"""What keeps the hall running: looked at, and dead letters settled; the services check the permission."""

from gateway.calls import SERVICES, Command, Query, Shape
from gateway.uses.desk import Desk
from gateway.visitor import Visitor
from services.common.errors import NotFound


class StaffUses(Desk):
    """Views across the services, and what may be done about a dead letter."""

    def stuck_withdrawals(self, visitor: Visitor) -> Shape:
        """bills that need eyes: {items: [...]}."""
        return self._ask(visitor, "withdrawal", "stuck")

    def stuck_transfers(self, visitor: Visitor) -> Shape:
        """inbound transfers that wait for long, or whose money could not be booked: {items}."""
        return self._ask(visitor, "deposit", "stuck_transfers")

    def dead_letters(self, visitor: Visitor) -> Shape:
        """given-up messages of all services: {items: [{service, …}], missing: [service]}."""
        queries = {service: Query(service=service, method="dead_letters") for service in SERVICES}
        parts = self._calls.gather(visitor, queries)
        items = [
            letter | {"service": service}
            for service, answer in parts.answers.items()
            for letter in answer.get("items", [])
        ]
        return {"items": items, "missing": parts.missing}

    def interest_runs(self, visitor: Visitor) -> Shape:
        """the yearly settlements of interest: {items}; which accounts are in dispute, to whom may know."""
        return self._ask(visitor, "deposit", "interest_runs")

    def resume_interest_run(self, visitor: Visitor, key: str, number: str) -> Shape:
        """Supervisor: let a halted settlement go on."""
        return self._order(
            visitor,
            Command(service="deposit", method="resume_interest_run", key=key, arguments={"number": number}),
        )

    def set_aside_interest_account(self, visitor: Visitor, key: str, number: str, body: Shape) -> Shape:
        """Supervisor: let a halted settlement go on without an account in dispute (`fund_number`)."""
        arguments = body | {"number": number}
        return self._order(
            visitor,
            Command(service="deposit", method="set_aside_interest_account", key=key, arguments=arguments),
        )

    def sms(self, visitor: Visitor) -> Shape:
        """{providers: [{title, misses, paused_until|None}], states: [{label, count}], codes}."""
        return self._ask(visitor, "notify", "sms")

    def replay_dead_letter(self, visitor: Visitor, key: str, service: str, number: str) -> Shape:
        """Put a message before its service once more: {letter}."""
        return self._settle_letter(visitor, "replay_dead_letter", key, (service, number))

    def drop_dead_letter(self, visitor: Visitor, key: str, service: str, number: str) -> Shape:
        """Give a message up, on record: {letter}."""
        return self._settle_letter(visitor, "drop_dead_letter", key, (service, number))

    def _settle_letter(self, visitor: Visitor, method: str, key: str, which: tuple[str, str]) -> Shape:
        service, number = which
        if service not in SERVICES:
            raise NotFound("no_such_letter", "没有这条未处理消息。")
        wanted = Command(service=service, method=method, key=key, arguments={"number": number})
        return self._order(visitor, wanted)

    def trial_balance(self, visitor: Visitor) -> Shape:
        """the trial balance of the deposit book, subject by subject, with its sums."""
        return self._ask(visitor, "deposit", "trial_balance")
