"""The catalogue of what an SMS code may be asked for: a new procedure with a code is one entry and its text.

Nothing branches on a purpose's code: who may ask and which text is sent stand in the entry.
"""

from dataclasses import dataclass

from services.common.catalogue import Catalogue


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """`role` is who may ask; None for somebody not logged in, who is `known_by` another number instead."""

    code: str
    title_zh: str
    role: str | None
    template: str
    known_by: str = "first_visit_id"


PURPOSES: Catalogue[Purpose] = Catalogue(
    "code purposes",
    [
        # rules 21: the code to the registered phone, then the own password
        Purpose(code="first_visit", title_zh="首次登录", role=None, template="code.first_visit"),
        # N-13: to the phone typed into the form of somebody nobody knows yet (manual Q 6.5)
        Purpose(
            code="freelancer_opening",
            title_zh="自由职业者开户",
            role=None,
            template="code.freelancer_opening",
            known_by="applicant",
        ),
        # N-08: a code for every withdrawal registration (manual 6.2.1)
        Purpose(code="withdrawal", title_zh="提取登记", role="citizen", template="code.withdrawal"),
    ],
)
