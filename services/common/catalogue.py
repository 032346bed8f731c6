"""A catalogue: a literal, ordered list of entries found by code. Kinds of business are entries."""

from collections.abc import Iterable, Iterator
from typing import Generic, Protocol, TypeVar

from services.common.errors import NotFound


class Entry(Protocol):
    """Anything with a stable code."""

    @property
    def code(self) -> str: ...


EntryT = TypeVar("EntryT", bound=Entry)


class Catalogue(Generic[EntryT]):
    """Entries in their order, each code once."""

    def __init__(self, name: str, entries: Iterable[EntryT]) -> None:
        self.name = name
        self._entries: dict[str, EntryT] = {}
        for entry in entries:
            if entry.code in self._entries:
                raise ValueError(f"{name}: {entry.code} stands twice")
            self._entries[entry.code] = entry

    def __iter__(self) -> Iterator[EntryT]:
        return iter(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, code: object) -> bool:
        return code in self._entries

    def get(self, code: str) -> EntryT:
        """The entry of that code; NotFound for any other."""
        try:
            return self._entries[code]
        except KeyError:
            raise NotFound("no_such_entry", "没有这项业务。") from None
