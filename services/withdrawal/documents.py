"""The documents a person signs before a withdrawal; their texts and versions are among the agreements."""

from dataclasses import dataclass
from typing import Final

from services.common.agreements import Agreement, current
from services.common.catalogue import Catalogue


@dataclass(frozen=True, kw_only=True)
class Document:
    """A text to be read and accepted, in the version of the day."""

    code: str
    title_zh: str

    @property
    def agreement(self) -> Agreement:
        """The version in force today, with its text."""
        return current(self.code)


DOCUMENTS: Final = Catalogue(
    "documents",
    [
        Document(code="single_status_affidavit", title_zh="单身具结书"),
        Document(code="withdrawal_commitment", title_zh="提取承诺书"),
    ],
)
