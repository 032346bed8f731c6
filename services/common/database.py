"""A service's own PostgreSQL: sessions for questions, transactions for effects, each effect once per key."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Concatenate, ParamSpec, cast

import orjson
import psycopg
from nameko.extensions import DependencyProvider
from sqlalchemy import Engine, ExceptionContext, create_engine, event, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.orm import Session

from services.common.clock import business_now
from services.common.connecting import CONNECT, READ_ONLY, STATEMENT_S, server_gone, state_of
from services.common.deeds import DEEDS, code_of
from services.common.errors import InFlight, KeyReused, Refusal, Unknown
from services.common.lookup import Lookup
from services.common.request import Request
from services.common.sealed import blind_index, seal, unseal
from services.common.settings import settings
from services.common.tables import Operation
from services.common.waiting import connection_class

ANSWER = "operations.answer"
_CITIZEN = "citizen"
_NUMBER = re.compile(r"[A-Z]{1,3}[0-9]{8,40}")
_LOCK_TIMEOUT_MS = 3000
POOL = {"pool_size": 16, "max_overflow": 0, "pool_use_lifo": True, "pool_timeout": 5}
# Made once for a connection. Left to choose, the server makes the plan of a lookup anew for each person where
# most of a table belongs to a few (the centre's own accounts), and that costs three times the answer.
ONE_PLAN = "plan_cache_mode=force_generic_plan"

Arguments = ParamSpec("Arguments")
Answer = dict[str, Any]


def is_passing(error: BaseException) -> bool:
    """The server is away, restarting, demoted, full or locked for too long: worth another try, and no bug."""
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    return lost or server_gone(error) or isinstance(error, OperationalError | PoolExhausted)


def _engine(url: str, *told: str, **options: Any) -> Engine:
    limits = (f"lock_timeout={_LOCK_TIMEOUT_MS}", f"statement_timeout={STATEMENT_S * 1000}", *told)
    said = " ".join(f"-c {one}" for one in limits)
    connect = {**CONNECT, "options": said, "application_name": settings().service}
    engine = create_engine(url, hide_parameters=True, connect_args=connect, **POOL, **options)
    event.listen(engine, "do_connect", _connect)
    event.listen(engine, "handle_error", _judge)
    return engine


def _judge(trouble: ExceptionContext) -> None:
    """A server that is gone is gone for all connections of the pool; the driver knows it of one only."""
    if server_gone(trouble.original_exception):
        trouble.is_disconnect = True


def _connect(_: Any, __: Any, words: Any, options: Any) -> psycopg.Connection[Any]:
    return connection_class().connect(*words, **options)


class DatabaseAccess:
    """Both ways into the service's database. No transaction may be open across a call to anybody else."""

    def __init__(self, url: str) -> None:
        asking = {"isolation_level": "AUTOCOMMIT", "pool_reset_on_return": None}
        self._reading = _engine(url, **asking)
        self._lookups = _engine(url, ONE_PLAN, **asking)
        self._writing = _engine(url, isolation_level="READ COMMITTED")
        event.listen(self._writing, "handle_error", self._leave_copy)

    def _leave_copy(self, trouble: ExceptionContext) -> None:
        """Nothing is read of a demoted server any more: it answers, and what it says grows old."""
        if state_of(trouble.original_exception) == READ_ONLY:
            self._reading.dispose()
            self._lookups.dispose()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that only asks; each statement stands alone."""
        with Session(self._reading, expire_on_commit=False) as session:
            yield session

    def row(self, lookup: Lookup, **values: Any) -> Any:
        """The one row of a question asked most, or None: plain values, no mapped objects."""
        try:
            return self._looked_up(lookup, values)
        except psycopg.Error:
            # Asked once more in SQLAlchemy's way: it knows what an error means for the other connections.
            with self._lookups.connect() as connection:
                return connection.execute(lookup.statement, values).one_or_none()

    def _looked_up(self, lookup: Lookup, values: dict[str, Any]) -> Any:
        pooled = self._lookups.raw_connection()
        try:
            row = lookup.ask(cast("psycopg.Connection[Any]", pooled.driver_connection), values)
        except BaseException:
            # Whatever came in between, an answer may still be under way on it.
            pooled.invalidate()
            raise
        pooled.close()
        return row

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session in one transaction: committed at the end, undone by any exception."""
        with Session(self._writing, expire_on_commit=False) as session, session.begin():
            yield session

    def once(
        self,
        request: Request,
        function: Callable[Concatenate[Session, Request, Arguments], Answer],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Answer:
        """Run `function` in one transaction with the request's key; a repeat gets the stored answer.

        Raises KeyReused for the same key with another digest. While the first try still runs, the second
        waits for it as long as a lock may take. Raises Unknown where the caller has stopped waiting by then.
        """
        with self.write() as session:
            if not _claim(session, request):
                return _stored(session, request)
            _refuse_late(request)
            answer = function(session, request, *args, **kwargs)
            kept = {"answer": seal(orjson.dumps(answer).decode(), ANSWER), "about": _about(answer)}
            session.execute(update(Operation).where(Operation.op_id == operation_id(request)).values(kept))
            return answer

    def answered(self, request: Request) -> Answer | None:
        """The answer this key already got, or None; KeyReused when it came with another digest."""
        with self.read() as session:
            if (
                session.scalar(select(Operation.op_id).where(Operation.op_id == operation_id(request)))
                is None
            ):
                return None
            return _stored(session, request)

    def close(self) -> None:
        """Give all connections back."""
        self._reading.dispose()
        self._lookups.dispose()
        self._writing.dispose()


def operation_id(request: Request) -> str:
    """The stored name of a keyed command: no caller can meet another's key."""
    if not request.op_id or not request.digest:
        raise ValueError(f"{request.method} needs a key and a digest")
    return f"{request.caller}|{request.op_id}"


def _refuse_late(request: Request) -> None:
    """It waited too long for a connection or its key: its caller may have gone on as if it did not happen."""
    if request.remaining_s() <= 0:
        raise Unknown(request.method)


def _kept_digest(request: Request) -> str:
    """The digest under the service's key: a body with a code or a card in it cannot be guessed from it."""
    return blind_index(str(request.digest)).hex()


def _claim(session: Session, request: Request) -> bool:
    subject = request.subject.id if request.subject else ""
    row = insert(Operation).values(
        op_id=operation_id(request),
        method=request.method,
        subject=subject,
        digest=_kept_digest(request),
        at=business_now(),
        **_entered(request),
    )
    return session.execute(row.on_conflict_do_nothing().returning(Operation.op_id)).first() is not None


def _entered(request: Request) -> dict[str, str]:
    """Whose log the command enters: the citizen's who gives it, when it is a deed of the catalogue."""
    person = request.subject
    if person is None or person.role != _CITIZEN or person.restricted:
        return {}
    if code_of(settings().service, request.method, str(request.op_id)) not in DEEDS:
        return {}
    return {"holder": person.id, "session_id": person.session_id}


def _about(answer: Answer) -> str:
    """The number of the bill that a command was about, if its answer names one."""
    number = answer.get("number")
    return number if isinstance(number, str) and _NUMBER.fullmatch(number) else ""


def _stored(session: Session, request: Request) -> Answer:
    row = session.execute(
        select(Operation.method, Operation.digest, Operation.answer).where(
            Operation.op_id == operation_id(request)
        )
    ).one_or_none()
    if row is None:
        raise InFlight("in_flight", "同一请求正在处理，请稍候。", retry_after_s=1)
    if (row.method, row.digest) != (request.method, _kept_digest(request)):
        raise KeyReused(
            "key_reused",
            "这一页已经提交过另一内容，本次没有再提交；请刷新页面后重新填写。",
            pointer="/Idempotency-Key",
        )
    return kept_answer(row.answer)


def kept_answer(sealed: bytes | None) -> Answer:
    """The answer of a command that is done; raises answer_forgotten when it was kept long enough."""
    if sealed is None:
        raise Refusal("answer_forgotten", "同一请求早已办理完毕，结果不再保留，请在业务记录或日志中查看。")
    answer: Answer = orjson.loads(unseal(sealed, ANSWER))
    return answer


class Database(DependencyProvider):  # type: ignore[misc]
    """The service's `DatabaseAccess` as a nameko dependency."""

    def setup(self) -> None:
        """Open the pools."""
        self.access = DatabaseAccess(settings().database_url)

    def stop(self) -> None:
        """Close the pools."""
        self.access.close()

    def get_dependency(self, worker_ctx: Any) -> DatabaseAccess:
        """The one access of this process."""
        return self.access
