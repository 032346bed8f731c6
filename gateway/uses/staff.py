"""What an operator may look at; the services check the role once more."""

from gateway.calls import SERVICES, Command, Query, Shape
from gateway.uses.desk import Desk
from gateway.visitor import Visitor


class StaffUses(Desk):
    """Read-only views across the services."""

    def stuck_withdrawals(self, visitor: Visitor) -> Shape:
        """Operator: bills that need eyes: {items: [...]}."""
        return self._ask(visitor, "withdrawal", "stuck")

    def stuck_transfers(self, visitor: Visitor) -> Shape:
        """Operator: inbound transfers that wait for long, or whose money could not be booked: {items}."""
        return self._ask(visitor, "deposit", "stuck_transfers")

    def dead_letters(self, visitor: Visitor) -> Shape:
        """Operator: given-up messages of all services: {items: [{service, …}], missing: [service]}."""
        queries = {service: Query(service=service, method="dead_letters") for service in SERVICES}
        parts = self._calls.gather(visitor, queries)
        items = [
            letter | {"service": service}
            for service, answer in parts.answers.items()
            for letter in answer.get("items", [])
        ]
        return {"items": items, "missing": parts.missing}

    def interest_runs(self, visitor: Visitor) -> Shape:
        """Operator: the yearly settlements of interest: {items: [...]}."""
        return self._ask(visitor, "deposit", "interest_runs")

    def resume_interest_run(self, visitor: Visitor, key: str, number: str) -> Shape:
        """Operator: let a halted settlement go on."""
        return self._order(
            visitor,
            Command(service="deposit", method="resume_interest_run", key=key, arguments={"number": number}),
        )

    def sms(self, visitor: Visitor) -> Shape:
        """Operator: {providers: [{title, misses, paused_until|None}], states: [{label, count}], codes}."""
        return self._ask(visitor, "notify", "sms")

    def trial_balance(self, visitor: Visitor) -> Shape:
        """Operator: the trial balance of the deposit book, subject by subject, with its sums."""
        return self._ask(visitor, "deposit", "trial_balance")
