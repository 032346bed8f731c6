"""The menu names every function that the manual's own list names for these modules (manual 4)."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.pages.menu import citizen_menu
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
# Manual 4, 1): three functions, and what each page is headed.
QUERIES = {
    "个人公积金资料": "/account",
    "公积金缴存信息": "/contributions",
    "个人提取信息": "/withdrawals",
}
OUR_QUERIES = {"账户对账单": "/statements"}
# Where the menu leads to a list, everybody may read it; what is done from there the services refuse.
LISTS = {"/contribute", "/transfers"}
SERVICE = {"修改手机号", "短信定制", "协议管理"}


@pytest.fixture
def groups(app: Flask) -> dict[str, set[str]]:
    entries = [{"code": reason.code, "title": reason.title_zh} for reason in REASONS]
    with app.test_request_context():
        return {group.title: {link.title for link in group.links} for group in citizen_menu(entries)}


@pytest.mark.feature("G-02")
def test_the_queries_are_the_three_of_the_manual_and_one_of_ours(app: Flask, citizen: FlaskClient) -> None:
    with app.test_request_context():
        queries = citizen_menu([])[0]
    assert queries.title == "归集业务查询"
    assert {link.title: link.href for link in queries.links} == QUERIES | OUR_QUERIES
    for title, href in QUERIES.items():
        answer = citizen.get(href)
        assert (answer.status_code, f"<h1>{title}</h1>" in answer.text) == (200, True)


@pytest.mark.feature("A-04")
def test_all_business_is_the_professional_editions_and_all_queries_are_everybodys(
    app: Flask, citizen: FlaskClient, normal: FlaskClient
) -> None:
    entries = [{"code": reason.code, "title": reason.title_zh} for reason in REASONS]
    with app.test_request_context():
        queries, business, _ = citizen_menu(entries)
    assert all(link.professional for link in business.links)
    for link in business.links:
        assert (link.href, citizen.get(link.href).status_code) == (link.href, 200)
        asked = normal.get(link.href).status_code
        assert (link.href, asked) == (link.href, 200 if link.href in LISTS else 403)
    for link in queries.links:
        assert (link.href, normal.get(link.href).status_code) == (link.href, 200)


@pytest.mark.feature("G-03")
def test_every_function_of_collection_handling_is_there(groups: dict[str, set[str]]) -> None:
    assert groups["归集业务办理"] >= HANDLING
    # The sections describe more than the list: low income, rent, people from elsewhere, the transfer.
    assert len(groups["归集业务办理"]) == 8 + 4


@pytest.mark.feature("G-08")
def test_every_function_of_customer_service_is_there(groups: dict[str, set[str]]) -> None:
    assert groups["客户服务"] >= SERVICE
