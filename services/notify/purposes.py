"""The catalogue of what an SMS code may be asked for: a new procedure with a code is one entry and its text.

Nothing branches on a purpose's code: who may ask and which text is sent stand in the entry.
"""

from dataclasses import dataclass

from services.common.catalogue import Catalogue


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """`role` is who may ask; None for somebody not logged in, who is `known_by` another number instead.

    One that is not `professional` is open to the normal edition too (decision 23).
    """

    code: str
    title_zh: str
    role: str | None
    template: str
    professional: bool = True
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
        # A-17, N-14: to the old phone, which is the present one until the change is saved (manual 10.1)
        Purpose(
            code="phone_change",
            title_zh="修改手机号",
            role="citizen",
            template="code.phone_change",
            professional=False,
        ),
    ],
)
