"""The bus face of notify: codes, own messages, events that the depositor's phone is told of."""

from typing import Any

from sqlalchemy.orm import Session

from services.common.calls import Service
from services.common.clock import business_now
from services.common.database import Database
from services.common.events import Event, durable
from services.common.face import CommonFace
from services.common.request import Request
from services.common.rpc import command, query
from services.common.timers import every
from services.notify import counters, schemas, usecases
from services.notify.sender import Provider, Sender

Answer = dict[str, Any]

# Events without a text are heard too, so that no gap is seen in the numbers of a bill or an account.
HEARD = (
    "withdrawal.registered",
    "withdrawal.paid",
    "withdrawal.booked",
    "withdrawal.payment_failed",
    "withdrawal.cancelled",
    "deposit.posted",
    "account.opened",
    "account.closed",
    "base.registered",
    "base.adjusted",
    "base.undone",
    "transfer.registered",
    "transfer.accepted",
    "transfer.revoked",
    "transfer.refused",
    "transfer.negotiated",
    "transfer.completed",
    "transfer.failed",
)


class NotifyService(CommonFace):
    """SMS codes, templates, messages and their delivery."""

    name = "notify"
    database: Any = Database()
    auth: Any = Service("auth")
    sender: Any = Sender()
    provider: Any = Provider()

    @command(schemas.CodeWish, roles=None)
    def issue_code(self, arguments: Answer, request: Request) -> Answer:
        """Send a code to the asker's phone (N-08): {sent, expires_at, next_at}."""
        wish = usecases.wish_of(self.auth, arguments, request)
        answer: Answer = self.database.once(request, usecases.issue, wish, self._wake)
        return answer

    @command(schemas.CodeTrial, roles=None)
    def check_code(self, arguments: Answer, request: Request) -> Answer:
        """Look at a typed code: {receipt} for the right one."""
        return usecases.check(self.database, arguments, request)

    @query(schemas.MessagesWish)
    def messages(self, arguments: Answer, request: Request) -> Answer:
        """The asker's own messages: {items, next_cursor}."""
        with self.database.read() as session:
            return usecases.own_messages(session, request.person.id, arguments)

    @durable(*HEARD)
    def tell(self, event: Event, session: Session) -> None:
        """Write the depositor's message of an event that has a text."""
        usecases.tell(session, event, self._wake)

    @every(2, lock="send_messages")
    def sweep(self, request: Request) -> None:
        """Send what is due: what waited for its next try, and what a dead process left."""
        self._wake()

    @every(3600, lock="forget_old_turns")
    def forget_old_turns(self, request: Request) -> None:
        """Drop counters that no limit looks at."""
        with self.database.write() as session:
            counters.forget_old_turns(session, business_now())

    def _wake(self) -> None:
        self.sender.wake(self)


SERVICE = NotifyService
