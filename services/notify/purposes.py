"""The catalogue of what an SMS code may be asked for: a new procedure with a code is one entry and its text.

Nothing branches on a purpose's code: who may ask and which text is sent stand in the entry.
"""

from dataclasses import dataclass

from services.common.catalogue import Catalogue
from services.common.editions import is_business


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """`role` is who may ask; None for somebody not logged in, who is `known_by` another number instead.

    `command` is what the code is for: the normal edition gets a code where it may give the command.
    `open_digest` is false where notify itself says what the code is for and where it goes, in a command of
    its own. The phone of a `typed` one was typed by somebody nobody knows, so it gets fewer codes.
    """

    code: str
    title_zh: str
    role: str | None
    template: str
    command: str
    known_by: str = "first_visit_id"
    open_digest: bool = True
    typed: bool = False

    @property
    def professional(self) -> bool:
        """Does the code belong to business, which the normal edition may not do?"""
        return is_business(self.command)


PURPOSES: Catalogue[Purpose] = Catalogue(
    "code purposes",
    [
        # rules 21: the code to the registered phone, then the own password
        Purpose(
            code="first_visit",
            title_zh="首次登录",
            role=None,
            template="code.first_visit",
            command="auth.complete_first_visit",
        ),
        # the browser that began proves to be the person's, where the provider's return code is missing
        Purpose(
            code="edition_opening",
            title_zh="在线开通专业版",
            role=None,
            template="code.edition_opening",
            command="auth.confirm_opening",
            known_by="opening",
        ),
        # N-13: to the phone typed into the form of somebody nobody knows yet (manual Q 6.5)
        Purpose(
            code="freelancer_opening",
            title_zh="自由职业者开户",
            role=None,
            template="code.freelancer_opening",
            command="deposit.open_freelancer",
            known_by="applicant",
            typed=True,
        ),
        # N-08: a code for every withdrawal registration (manual 6.2.1)
        Purpose(
            code="withdrawal",
            title_zh="提取登记",
            role="citizen",
            template="code.withdrawal",
            command="withdrawal.register",
        ),
        # A-17, N-14: to the old phone, which is the present one until the change is saved (manual 10.1)
        Purpose(
            code="phone_change",
            title_zh="修改手机号",
            role="citizen",
            template="code.phone_change",
            command="auth.change_phone",
        ),
        # ASVS 6.6: the phone that is registered now, proven to be its owner's before it is a login name
        Purpose(
            code="phone_verification",
            title_zh="核实手机号",
            role="citizen",
            template="code.phone_verification",
            command="auth.verify_phone",
        ),
        # Manual 3.2: another password
        Purpose(
            code="password_change",
            title_zh="修改密码",
            role="citizen",
            template="code.password_change",
            command="auth.change_password",
        ),
        # N-16: a code for saving the subscription, to the new receiving phone when there is one (manual 10.2)
        Purpose(
            code="sms_subscription",
            title_zh="短信定制",
            role="citizen",
            template="code.sms_subscription",
            command="notify.subscribe",
            open_digest=False,
        ),
    ],
)
