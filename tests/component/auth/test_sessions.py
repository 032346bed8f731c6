"""Sessions: renewed, listed, ended, and their end told to everybody who trusts tokens."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from services.auth.models import OnlineSession, Revocation
from services.common.clock import technical_at
from services.common.errors import NotFound, Unauthenticated
from services.common.subject import verify_subject
from services.common.tables import OutboxRow


def announced(desk, session_id):
    """The events told about a session."""
    with desk.database.read() as session:
        about = OutboxRow.aggregate == f"session:{session_id}"
        return [(row.event, row.payload) for row in session.scalars(select(OutboxRow).where(about))]


def age(desk, session_id, **by):
    """Let a session have begun earlier."""
    moved = {name: getattr(OnlineSession, name) - timedelta(**by) for name in ("last_seen_at", "ends_at")}
    with desk.database.write() as session:
        session.execute(update(OnlineSession).where(OnlineSession.number == session_id).values(moved))


def test_a_renewal_is_a_new_token_of_the_same_session(desk):
    _, first = desk.newcomer()
    second = desk.ask("renew", token=first["token"])
    before, after = verify_subject(first["token"]), verify_subject(second["token"])
    assert (before.session_id, before.edition) == (after.session_id, after.edition)
    assert after.expires_at >= before.expires_at


def test_a_renewal_never_passes_the_end_of_the_session(desk):
    _, answer = desk.newcomer()
    age(desk, answer["session_id"], hours=11, minutes=55)
    renewed = desk.ask("renew", token=answer["token"])
    assert renewed["expires_at"] == renewed["ends_at"]


def test_a_session_past_its_end_is_not_renewed(desk):
    _, answer = desk.newcomer()
    age(desk, answer["session_id"], hours=12)
    with pytest.raises(Unauthenticated, match="session_over"):
        desk.ask("renew", token=answer["token"])


def test_logging_out_is_announced_and_ends_renewal(desk):
    _, answer = desk.newcomer()
    assert desk.ask("log_out", token=answer["token"]) == {}
    ((event, payload),) = announced(desk, answer["session_id"])
    assert event == "session.revoked"
    assert set(payload) == {"session_id", "at", "expires_at", "number"}
    with pytest.raises(Unauthenticated, match="session_over"):
        desk.ask("renew", token=answer["token"])


def test_a_revocation_outlives_every_token_of_the_session(desk):
    _, answer = desk.newcomer()
    desk.ask("log_out", token=answer["token"])
    ((_, payload),) = announced(desk, answer["session_id"])
    assert datetime.fromisoformat(payload["expires_at"]) > datetime.fromisoformat(answer["expires_at"])


def test_a_session_ends_once_however_often_it_is_asked(desk):
    _, answer = desk.newcomer()
    for _ in range(2):
        assert desk.ask("log_out", token=answer["token"]) == {}
    assert len(announced(desk, answer["session_id"])) == 1


def test_own_sessions_are_listed_the_latest_first_and_one_is_ended(desk):
    person, first = desk.newcomer()
    second = desk.log_in(person.fund_number)
    items = desk.ask("sessions", token=second["token"])["items"]
    assert [(item["session_id"], item["current"]) for item in items] == [
        (second["session_id"], True),
        (first["session_id"], False),
    ]
    assert (items[0]["client"], items[0]["address"]) == ("电脑浏览器", desk.address)
    desk.ask("end_session", {"session_id": first["session_id"]}, token=second["token"])
    left = desk.ask("sessions", token=second["token"])["items"]
    assert [item["session_id"] for item in left] == [second["session_id"]]


def test_an_idle_session_is_not_listed(desk):
    person, first = desk.newcomer()
    age(desk, first["session_id"], minutes=21)
    second = desk.log_in(person.fund_number)
    items = desk.ask("sessions", token=second["token"])["items"]
    assert [item["session_id"] for item in items] == [second["session_id"]]


def test_nobody_ends_or_sees_anothers_session(desk):
    _, mine = desk.newcomer()
    _, theirs = desk.newcomer()
    with pytest.raises(NotFound):
        desk.ask("end_session", {"session_id": theirs["session_id"]}, token=mine["token"])
    assert len(desk.ask("sessions", token=mine["token"])["items"]) == 1
    assert announced(desk, theirs["session_id"]) == []


def test_a_gateway_learns_of_ended_sessions_since_a_moment(desk):
    _, answer = desk.newcomer()
    before = int(technical_at().timestamp())
    desk.ask("log_out", token=answer["token"])
    ended = {item["session_id"] for item in desk.ask("revocations", {"since": before})["items"]}
    later = desk.ask("revocations", {"since": before + 3600})["items"]
    assert answer["session_id"] in ended
    assert later == []


def test_revocations_and_old_records_are_thrown_away_in_time(desk):
    _, answer = desk.newcomer()
    desk.ask("log_out", token=answer["token"])
    number = answer["session_id"]
    with desk.database.write() as session:
        past = technical_at() - timedelta(minutes=1)
        session.execute(update(Revocation).where(Revocation.session_number == number).values(expires_at=past))
    desk.service.tidy()
    with desk.database.read() as session:
        assert session.get(Revocation, number) is None
        assert session.get(OnlineSession, number) is not None
    age(desk, number, days=191)
    desk.service.tidy()
    with desk.database.read() as session:
        assert session.get(OnlineSession, number) is None


@pytest.mark.parametrize("since", ["yesterday", 2**62, None, {}])
def test_a_moment_that_is_none_is_refused(desk, since):
    refused = desk.reply("revocations", {"since": since})["refusal"]
    assert (refused["status"], refused["pointer"]) == (422, "/since")
