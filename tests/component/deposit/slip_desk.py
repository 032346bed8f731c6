"""What citizens and strangers do around slips of deposit, in the service's place."""

import uuid
from typing import Any

from services.common.clock import technical_now
from services.common.database import DatabaseAccess
from services.common.papers.slips import SlipNamed, slip_of
from services.common.request import Request, digest_of
from services.common.shape import loaded
from services.common.subject import Subject
from services.deposit.papers import slips
from services.deposit.papers.face import VERIFYING
from services.deposit.papers.models import Slip
from tests.component.deposit.books import FUND_NUMBER


def slip(database: DatabaseAccess, number: str, *, by: str = FUND_NUMBER, key: str | None = None) -> Any:
    """The slip on a bill, asked for by its owner or somebody else."""
    arguments = {"number": number}
    request = Request(
        method="make_slip",
        caller="gateway",
        trace=uuid.uuid4().hex,
        deadline=technical_now() + 30,
        subject=Subject(id=by, role="citizen", session_id="s", edition="normal"),
        op_id=key or uuid.uuid4().hex,
        digest=digest_of(arguments),
    )
    return slip_of(database, request, Slip, loaded(SlipNamed, arguments)["number"], slips.told)


def verified(database: DatabaseAccess, code: str, tail: str = FUND_NUMBER[-4:]) -> Any:
    """What a stranger is told."""
    return VERIFYING.verify(database, {"code": code, "tail": tail, "address": "203.0.113.9"})


def words(said: dict[str, Any]) -> dict[str, str]:
    """The facts of a slip by their titles."""
    return {fact["title"]: fact["words"] for fact in said["facts"]}


def titles(said: dict[str, Any], name: str) -> list[str]:
    """The titles of a slip's parts or times."""
    return [one["title"] for one in said[name]]
