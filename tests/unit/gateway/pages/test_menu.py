"""The menu names every function that the manual's own list names for these modules (manual 4)."""

import pytest
from flask import Flask

from gateway.pages.menu import citizen_menu
from services.common.editions import SETTINGS
from services.withdrawal.reasons import REASONS

# Manual 4, 2): eight functions; manual 4, 5): three.
HANDLING = {
    "借记卡变更",
    "自由职业者缴存",
    "自由职业者基数调整",
    "退休提取",
    "公积金贷款提取",
    "商业贷款提取",
    "完全丧失劳动能力与单位终止劳动关系提取",
    "与本市单位终止劳动关系未再就业2年以上提取",
}
SERVICE = {"修改手机号", "短信定制", "协议管理"}


@pytest.fixture
def groups(app: Flask) -> dict[str, set[str]]:
    entries = [{"code": reason.code, "title": reason.title_zh} for reason in REASONS]
    with app.test_request_context():
        return {group.title: {link.title for link in group.links} for group in citizen_menu(entries)}


@pytest.mark.feature("A-03", "A-04")
def test_the_menu_marks_just_what_is_business(app: Flask) -> None:
    entries = [{"code": reason.code, "title": reason.title_zh} for reason in REASONS]
    with app.test_request_context():
        links = [link for group in citizen_menu(entries) for link in group.links]
    assert {link.title for link in links if link.professional} >= HANDLING
    assert not {link.title for link in links if link.professional} & (SERVICE | {"修改密码"})
    assert {link.command for link in links if link.command and not link.professional} <= SETTINGS


@pytest.mark.feature("G-03")
def test_every_function_of_collection_handling_is_there(groups: dict[str, set[str]]) -> None:
    assert groups["归集业务办理"] >= HANDLING
    # The sections describe more than the list: low income, rent, people from elsewhere, the transfer.
    assert len(groups["归集业务办理"]) == 8 + 4


@pytest.mark.feature("G-08")
def test_every_function_of_customer_service_is_there(groups: dict[str, set[str]]) -> None:
    assert groups["客户服务"] >= SERVICE
