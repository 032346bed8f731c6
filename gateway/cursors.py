"""Cursors of lists: opaque, signed, and good only for the person and the list they were given for."""

from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

from services.common.errors import Invalid


class Cursors:
    """Signs a service's place in a list for one person and reads it back."""

    def __init__(self, key: bytes) -> None:
        self._serializer = URLSafeSerializer(key)

    def signed(self, listing: str, person: str, place: Any) -> str | None:
        """The cursor text of a place, or None at the end of the list."""
        if place is None:
            return None
        return str(self._serializer.dumps([place], salt=_for(listing, person)))

    def place(self, listing: str, person: str, cursor: str) -> Any:
        """The place of a cursor; Invalid when it was not given to this person for this list."""
        try:
            (place,) = self._serializer.loads(cursor, salt=_for(listing, person))
        except (BadSignature, ValueError, TypeError):
            raise _refused() from None
        return place


def _for(listing: str, person: str) -> str:
    """What a cursor is signed for, and does not say: it travels in addresses, which everybody writes down."""
    return f"{listing}|{person}"


def _refused() -> Invalid:
    return Invalid("cursor_invalid", "翻页标记无效，请从第一页重新查询。", pointer="/cursor")
