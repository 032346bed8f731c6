"""The documents a person signs before a withdrawal, word for word. A changed word is a new version."""

from dataclasses import dataclass
from typing import Final

from services.common.catalogue import Catalogue


@dataclass(frozen=True, kw_only=True)
class Document:
    """A text to be read and accepted. `version` is stored with every signature."""

    code: str
    version: str
    title_zh: str
    text_zh: str


DOCUMENTS: Final = Catalogue(
    "documents",
    [
        Document(
            code="single_status_affidavit",
            version="2026-1",
            title_zh="单身具结书",
            text_zh=(
                "本人现郑重声明：截至签署之日，本人未婚，或离婚、丧偶后未再登记结婚，没有配偶。\n"
                "本人知悉住房公积金管理中心将凭婚姻登记核验上述情况。\n"
                "如本声明不真实，本人愿退回所提取的住房公积金，并承担由此产生的法律责任。"
            ),
        ),
        Document(
            code="withdrawal_commitment",
            version="2026-1",
            title_zh="提取承诺书",
            text_zh=(
                "一、本人所选提取情形及所填信息真实、准确、完整。\n"
                "二、本人同意住房公积金管理中心为办理本次提取，向有关登记和管理部门核验本人及配偶的相关信息。\n"
                "三、本人同意提取款项划入本人绑定的借记卡。\n"
                "四、以虚假情况提取的，本人愿退回款项，并按规定承担责任。"
            ),
        ),
    ],
)
