"""The centre's management departments (管理部; 缴存中心 in the opening form): a list of the city."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from services.common.catalogue import Catalogue
from services.common.policy import FOLDER


@dataclass(frozen=True)
class Office:
    """One department: two digits and its Chinese name."""

    code: str
    title_zh: str


# The national unit kind 72 (自由职业者): an account is a freelancer's by the kind of its employer.
FREELANCER = "freelancer"


def freelancers_number(office: Office) -> str:
    """The employer number under which the freelancers of a department stand; one for each department."""
    return f"00053272{office.code:0>4}"


def freelancers_title(office: Office) -> str:
    """What stands as employer on a freelancer's account."""
    return f"自由职业者（{office.title_zh}）"


@cache
def offices_of(city: str, folder: Path = FOLDER) -> Catalogue[Office]:
    """The departments in `policy/<city>/lists/offices.yml`, in their order there."""
    rows = yaml.safe_load((folder / city / "lists" / "offices.yml").read_text(encoding="utf-8"))
    return Catalogue("offices", [Office(code=row["code"], title_zh=row["title"]) for row in rows])
