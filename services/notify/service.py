"""The bus face of notify: codes, subscriptions, own messages, providers' reports, events told to phones."""

from typing import Any

from sqlalchemy.orm import Session

from services.common.callbacks import Callback
from services.common.calls import Service
from services.common.clock import business_now
from services.common.contracts import CONTRACTS
from services.common.database import Database
from services.common.events import durable
from services.common.face import CommonFace
from services.common.inbox import Event
from services.common.permissions import SEE_RUNNING
from services.common.request import Request
from services.common.rpc import command, query
from services.common.timers import every
from services.common.topology import SUBSCRIPTIONS
from services.notify import counters, deliveries, messages, schemas, subscriptions, usecases, watching
from services.notify.messages import Answer
from services.notify.sender import ProvidersOf, Sender

# Events without a text are heard too, so that no gap is seen in the numbers of an aggregate.
HEARD = tuple(event for event in CONTRACTS if f"{event.partition('.')[0]}.*" in SUBSCRIPTIONS["notify"])


class NotifyService(CommonFace):
    """SMS codes, templates, messages and their delivery."""

    name = "notify"
    database: Any = Database()
    auth: Any = Service("auth")
    sender: Any = Sender()
    providers: Any = ProvidersOf()

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
            return messages.own_messages(session, request.person.id, arguments)

    @query()
    def subscription(self, arguments: Answer, request: Request) -> Answer:
        """The asker's subscription (N-01, N-03): {version, items, receiver, phone_masked, changes, …}."""
        return subscriptions.shown(self.database, self.auth, request)

    @query(schemas.ChangeWish)
    def subscription_change(self, arguments: Answer, request: Request) -> Answer:
        """One of the asker's savings, for its receipt."""
        return subscriptions.change(self.database, arguments, request)

    @command(schemas.SubscriptionCodeWish)
    def issue_subscription_code(self, arguments: Answer, request: Request) -> Answer:
        """Send a code for one saving (N-16): as `issue_code`."""
        wish = subscriptions.wish_of(self.database, self.auth, arguments, request)
        answer: Answer = self.database.once(request, usecases.issue, wish, self._wake)
        return answer

    @command(schemas.SubscriptionSaving)
    def subscribe(self, arguments: Answer, request: Request) -> Answer:
        """Save items and receiving phone with the code for just that (N-02, N-04): the saving."""
        return subscriptions.subscribe(self.database, self.auth, arguments, request, self._wake)

    @query(roles=SEE_RUNNING)
    def sms(self, arguments: Answer, request: Request) -> Answer:
        """Operator: {providers, states, codes} as they are now."""
        with self.database.read() as session:
            return watching.overview(session, self.providers.order)

    @command(Callback, roles=None)
    def delivery_callback(self, arguments: Answer, request: Request) -> Answer:
        """A provider reports what became of a message: {received}."""
        told = deliveries.report_in(self.providers, arguments)
        order = self.providers.order
        answer: Answer = self.database.once(request, deliveries.hear, told, order, self._wake)
        return answer

    @durable(*HEARD)
    def tell(self, event: Event, session: Session) -> None:
        """Write the depositor's message of an event that has a text."""
        messages.tell(session, event, self._wake)

    @every(2, lock="send_messages")
    def sweep(self, request: Request) -> None:
        """Send what is due: what waited for its next try, and what a dead process left."""
        self._wake()

    @every(3600, lock="forget_old_turns")
    def forget_old_turns(self, request: Request) -> None:
        """Drop counters that no limit looks at."""
        with self.database.write() as session:
            counters.forget_old_turns(session, business_now())
        deliveries.forget_old(self.database)

    @every(60, lock="watch_deliveries")
    def watch_deliveries(self, request: Request) -> None:
        """Drop dead codes, end long waits for reports, look whether codes are given back."""
        with self.database.write() as session:
            deliveries.drop_dead_codes(session)
            deliveries.stop_waiting(session)
            watching.look(session, business_now())

    def _wake(self) -> None:
        self.sender.wake(self)


SERVICE = NotifyService
