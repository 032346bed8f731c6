"""/api/v1: the registered phone, its change and verification, and the own password."""

from gateway.api import schemas
from gateway.api.answers.common import CodeAnswer
from gateway.api.answers.phone import (
    PasswordChangedAnswer,
    PhoneAnswer,
    PhoneChangeAnswer,
    PhoneSavedAnswer,
    PhoneVerifiedAnswer,
    PhoneWishAnswer,
)
from gateway.api.document import HallBlueprint, operation
from gateway.api.keys import hall, key
from gateway.calls import Shape
from gateway.entrance import citizen

phone = HallBlueprint("phone", __name__, url_prefix="/api/v1", description="认证手机号")


@phone.get("/phone")
@operation(PhoneAnswer, covers=("A-15",))
def verified_phone() -> Shape:
    """The own verified phone, masked."""
    return hall().phone(citizen())


@phone.post("/phone-changes")
@phone.taking(schemas.PhoneWish)
@operation(PhoneWishAnswer, status=201, covers=("A-15", "A-16", "A-17", "N-14"), writes=True)
def begin_phone_change(body: Shape) -> Shape:
    """Begin a change; the code goes to the old phone."""
    return hall().begin_phone_change(citizen(), key(), body)


@phone.get("/phone-changes/<segment:phone_change_id>")
@operation(PhoneChangeAnswer, covers=("A-18",), errors=(404,))
def phone_change(phone_change_id: str) -> Shape:
    """One own change that was saved."""
    return hall().phone_change(citizen(), phone_change_id)


@phone.put("/phone")
@phone.taking(schemas.PhoneSaving)
@operation(PhoneSavedAnswer, covers=("A-15", "A-18"), errors=(404,), writes=True)
def change_phone(body: Shape) -> Shape:
    """Save the new phone; all other sessions end."""
    return hall().change_phone(citizen(), key(), body)


@phone.post("/phone/verification/code")
@operation(CodeAnswer, status=201, covers=("A-15",), writes=True)
def issue_phone_code() -> Shape:
    """Have a code sent to the phone that is registered now."""
    return hall().issue_phone_code(citizen(), key())


@phone.put("/phone/verification")
@phone.taking(schemas.PhoneProof)
@operation(PhoneVerifiedAnswer, covers=("A-15",), writes=True)
def verify_phone(body: Shape) -> Shape:
    """Give that code back: the phone is verified, and a login name."""
    return hall().verify_phone(citizen(), key(), body)


@phone.post("/password/code")
@operation(CodeAnswer, status=201, covers=("A-13",), writes=True)
def issue_password_code() -> Shape:
    """Have a code sent for choosing another password in this session."""
    return hall().issue_password_code(citizen(), key())


@phone.put("/password")
@phone.taking(schemas.PasswordChange)
@operation(PasswordChangedAnswer, covers=("A-13",), writes=True)
def change_password(body: Shape) -> Shape:
    """Choose another password; all other sessions end."""
    return hall().change_password(citizen(), key(), body)
