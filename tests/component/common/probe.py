"""A service for tests of the bus, a real process in the place of withdrawal: it writes notes and waits."""

from marshmallow import fields
from sqlalchemy import text

from services.common.clock import technical_now
from services.common.events import durable
from services.common.face import CommonFace
from services.common.rpc import command, query
from services.common.shape import Shape
from services.common.timers import every

MAKE_TABLES = (
    "CREATE TABLE notes (id bigserial PRIMARY KEY, word text, at timestamptz DEFAULT clock_timestamp())",
    "CREATE TABLE poisons (word text PRIMARY KEY)",
    "CREATE TABLE tries (id bigserial PRIMARY KEY, word text)",
    "CREATE TABLE rounds (id bigserial PRIMARY KEY, began timestamptz, ended timestamptz)",
)


class Note(Shape):
    """A word to write down."""

    word = fields.String(required=True)


class Nap(Shape):
    """How long the database sleeps."""

    seconds = fields.Decimal(required=True)


def write_note(session, request, word):
    session.execute(text("INSERT INTO notes (word) VALUES (:word)"), {"word": word})
    return {"word": word, "at": technical_now()}


class Probe(CommonFace):
    """Writes what it is told, once per key and once per message."""

    name = "withdrawal"

    @command(Note, roles=None)
    def write(self, arguments, request):
        return self.database.once(request, write_note, arguments["word"])

    @query(Nap, roles=None)
    def nap(self, arguments, request):
        with self.database.read() as session:
            row = session.execute(
                text("SELECT clock_timestamp() AS began, pg_sleep(:s), clock_timestamp() AS ended"),
                {"s": arguments["seconds"]},
            ).one()
        return {"began": row.began.timestamp(), "ended": row.ended.timestamp()}

    @query(roles=None)
    def fail(self, arguments, request):
        raise RuntimeError("the ID number is 110105194912310021")

    @durable("phone.changed")
    def note_payment(self, event, session):
        word = event.payload["word"]
        with self.database.write() as other:
            other.execute(text("INSERT INTO tries (word) VALUES (:word)"), {"word": word})
        if session.execute(text("SELECT 1 FROM poisons WHERE word = :word"), {"word": word}).first():
            raise RuntimeError("poisoned")
        session.execute(text("INSERT INTO notes (word) VALUES (:word)"), {"word": word})

    @every(0.2, lock="probe.rounds")
    def go_round(self, request):
        with self.database.read() as session:
            session.execute(
                text(
                    "INSERT INTO rounds (began, ended) SELECT began, clock_timestamp() FROM"
                    " (SELECT clock_timestamp() AS began, pg_sleep(0.1)) AS nap"
                )
            )


SERVICE = Probe
