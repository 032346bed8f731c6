"""The catalogue of centres a fund may come from (原公积金中心, manual 6.4, D-24).

A code has 15 places as on the national platform: here C, the region's six digits and eight zeros (ours: the
platform's own list replaces it). The list holds the province seats and the cities of the own province.
"""

from dataclasses import dataclass
from typing import Final

from services.common.catalogue import Catalogue


@dataclass(frozen=True)
class Centre:
    """A centre: its code on the platform, the part of the list it stands in, its name."""

    code: str
    province: str
    title_zh: str


_REGIONS: Final = {
    "直辖市": {"110000": "北京", "120000": "天津", "310000": "上海", "500000": "重庆"},
    "山东省": {
        "370100": "济南",
        "370300": "淄博",
        "370400": "枣庄",
        "370500": "东营",
        "370600": "烟台",
        "370700": "潍坊",
        "370800": "济宁",
        "370900": "泰安",
        "371000": "威海",
        "371100": "日照",
        "371300": "临沂",
        "371400": "德州",
        "371500": "聊城",
        "371600": "滨州",
        "371700": "菏泽",
        "370200": "青岛",
    },
    "华北、东北": {
        "130100": "石家庄",
        "140100": "太原",
        "150100": "呼和浩特",
        "210100": "沈阳",
        "210200": "大连",
        "220100": "长春",
        "230100": "哈尔滨",
    },
    "华东": {
        "320100": "南京",
        "320200": "无锡",
        "320500": "苏州",
        "330100": "杭州",
        "330200": "宁波",
        "340100": "合肥",
        "350100": "福州",
        "350200": "厦门",
        "360100": "南昌",
    },
    "中南": {
        "410100": "郑州",
        "420100": "武汉",
        "430100": "长沙",
        "440100": "广州",
        "440300": "深圳",
        "450100": "南宁",
        "460100": "海口",
    },
    "西南、西北": {
        "510100": "成都",
        "520100": "贵阳",
        "530100": "昆明",
        "540100": "拉萨",
        "610100": "西安",
        "620100": "兰州",
        "630100": "西宁",
        "640100": "银川",
        "650100": "乌鲁木齐",
    },
}

CENTRES: Final[Catalogue[Centre]] = Catalogue(
    "centres",
    [
        Centre(f"C{region}00000000", province, f"{city}住房公积金管理中心")
        for province, cities in _REGIONS.items()
        for region, city in cities.items()
    ],
)


def others(own: str) -> list[Centre]:
    """Every centre but the own one: nothing is transferred from here to here."""
    return [centre for centre in CENTRES if centre.code != own]
