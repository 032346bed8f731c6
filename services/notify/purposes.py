"""The catalogue of what an SMS code may be asked for: a new procedure with a code is one entry and its text.

Nothing branches on a purpose's code: who may ask and which text is sent stand in the entry.
"""

from dataclasses import dataclass

from services.common.catalogue import Catalogue


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """`role` is who may ask; None for somebody not logged in, who is `known_by` another number instead.

    `professional` is false where the normal edition may do it too (decision 23). `open_digest` is false where
    notify itself says what the code is for and where it goes, in a command of its own. The phone of a `typed`
    one was typed by somebody nobody knows, so it gets fewer codes.
    """

    code: str
    title_zh: str
    role: str | None
    template: str
    known_by: str = "first_visit_id"
    professional: bool = True
    open_digest: bool = True
    typed: bool = False


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
            typed=True,
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
        # N-16: a code for saving the subscription, to the new receiving phone when there is one (manual 10.2)
        Purpose(
            code="sms_subscription",
            title_zh="短信定制",
            role="citizen",
            template="code.sms_subscription",
            professional=False,
            open_digest=False,
        ),
    ],
)
