"""/api/v1: the verified phone and its change."""

from gateway.api import answers, schemas
from gateway.api.document import HallBlueprint, operation
from gateway.api.keys import hall, key
from gateway.calls import Shape
from gateway.entrance import citizen

phone = HallBlueprint("phone", __name__, url_prefix="/api/v1", description="认证手机号")


@phone.get("/phone")
@operation(answers.PhoneAnswer, covers=("A-15",))
def verified_phone() -> Shape:
    """The own verified phone, masked."""
    return hall().phone(citizen())


@phone.post("/phone-changes")
@phone.taking(schemas.PhoneWish)
@operation(answers.PhoneWishAnswer, status=201, covers=("A-15", "A-16", "A-17", "N-14"), writes=True)
def begin_phone_change(body: Shape) -> Shape:
    """Begin a change; the code goes to the old phone."""
    return hall().begin_phone_change(citizen(), key(), body)


@phone.get("/phone-changes/<segment:phone_change_id>")
@operation(answers.PhoneChangeAnswer, covers=("A-18",), errors=(404,))
def phone_change(phone_change_id: str) -> Shape:
    """One own change that was saved."""
    return hall().phone_change(citizen(), phone_change_id)


@phone.put("/phone")
@phone.taking(schemas.PhoneSaving)
@operation(answers.PhoneChangeAnswer, covers=("A-15", "A-18"), errors=(404,), writes=True)
def change_phone(body: Shape) -> Shape:
    """Save the new phone; all other sessions end."""
    return hall().change_phone(citizen(), key(), body)
