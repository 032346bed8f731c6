"""Takes over who is a depositor: `python -m services.auth.importing DIR`, as the owner of the tables.

No password is imported: a login is made at the first visit (rules 3, 21).
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from psycopg import sql

from services.auth.usecases.people import id_number_index, phone_index
from services.common.clock import business_today
from services.common.identifiers import parse_id_number, parse_mobile
from services.common.importing import fields
from services.common.importing.fields import LineRefused
from services.common.importing.loading import Check, Loading, importing, load
from services.common.importing.reading import Values, converter
from services.common.importing.statements import absent, added, present, repeated, staged
from services.common.importing.telling import Teller
from services.common.national_standard import books, code_lists
from services.common.sealed import seal

_PERSON = (
    ("fund_number", "text"),
    ("name", "bytea"),
    ("id_number", "bytea"),
    ("id_number_index", "bytea"),
    ("phone", "bytea"),
    ("phone_index", "bytea"),
    ("registered_on", "date"),
)
_parse_mobile = fields.personal(parse_mobile)
_parse_person = converter(
    books.DEPOSITORS,
    {
        "fund_number": fields.fund_number,
        "name": fields.printable(60),
        "identity_paper": fields.name_of(code_lists.IDENTITY_PAPERS),
        "id_number": fields.personal(parse_id_number),
        "mobile": lambda text: _parse_mobile(text) if text else None,
    },
)


def _person(row: Sequence[str]) -> Values:
    fund_number, name, paper, id_number, phone = _parse_person(row)
    if paper != "id_card":
        raise LineRefused("本网厅只受理居民身份证")
    return (
        fund_number,
        seal(name, "people.name"),
        seal(id_number, "people.id_number"),
        id_number_index(id_number),
        seal(phone, "people.phone") if phone else None,
        phone_index(phone) if phone else None,
        business_today(),
    )


def _professional_only(edition: str) -> str:
    if edition != "professional":
        raise LineRefused("不是已知的版本")
    return edition


_KNOWN_ALIKE = sql.SQL(
    "EXISTS (SELECT FROM people WHERE people.fund_number = staging.fund_number"
    " AND people.id_number_index = staging.id_number_index)"
)

PEOPLE = Loading(
    book=books.DEPOSITORS,
    staging=staged(_PERSON),
    convert=_person,
    checks=(
        Check("同一个人账号在文件中重复", repeated("fund_number")),
        Check("同一证件号码在文件中重复", repeated("id_number_index")),
        # Who is known keeps name and phone: the person may have changed them since.
        Check("", _KNOWN_ALIKE),
        Check("该个人账号已属于另一证件号码", present("people", "fund_number")),
        Check("该证件号码已属于另一个人账号", present("people", "id_number_index")),
    ),
    effects=(added("people", [name for name, _ in _PERSON]),),
)

AGREEMENTS = Loading(
    book=books.AGREEMENTS,
    staging=staged((("fund_number", "text"), ("edition", "text"), ("signed_on", "date"))),
    convert=converter(
        books.AGREEMENTS,
        {"fund_number": fields.fund_number, "edition": _professional_only, "signed_on": fields.day},
    ),
    checks=(
        Check("同一个人账号在文件中重复", repeated("fund_number")),
        Check("个人账号不存在或未能导入", absent("people", "fund_number")),
    ),
    effects=(
        sql.SQL(
            "UPDATE people SET professional_since_on = staging.signed_on FROM staging"
            " WHERE people.fund_number = staging.fund_number AND people.professional_since_on IS NULL"
        ),
    ),
)


def main(folder: Path) -> None:
    """People, then who holds the agreement of the professional edition. Raises WrongFile."""
    teller = Teller()
    with importing(os.environ["OWNER_DATABASE_URL"]) as connection:
        load(connection, PEOPLE, folder, teller)
        load(connection, AGREEMENTS, folder, teller)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
