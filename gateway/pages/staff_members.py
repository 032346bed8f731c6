"""员工管理, 机构管理, 角色与权限."""

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gateway.api.staff_schemas import MemberChange, NewMember
from gateway.pages.asking import hall, key, subject, visitor
from gateway.pages.blueprint import pages
from gateway.pages.forms import Form, same_names
from gateway.problems import checked
from services.common.errors import NotFound, Refusal
from services.common.permissions import MANAGE_STAFF, ROLES

INPUTS = same_names("login_name", "name", "role", "office")
ROLE_CHOICES = [{"code": role.code, "title": f"{role.title_zh}：{role.duty_zh}"} for role in ROLES]
SETTLING = {"disabling": "停用账号", "reset": "重置登录"}
HANDED_OVER = {"add_member": "已新增员工账号", "reset_member": "已重置登录"}
HTML = "text/html; charset=utf-8"


def _manages() -> bool:
    person = subject()
    return person is not None and person.role in MANAGE_STAFF


@pages.get("/staff/members")
def staff_members() -> str:
    """All logins."""
    return render_template("staff_members.html", page=hall().members(visitor()), manages=_manages())


@pages.get("/staff/offices")
def staff_offices() -> str:
    """The departments."""
    return render_template("staff_offices.html", page=hall().offices(visitor()))


@pages.get("/staff/permissions")
def staff_permissions() -> str:
    """Who may do what."""
    return render_template("staff_permissions.html", table=hall().permissions(visitor()))


@pages.route("/staff/members/new", methods=["GET", "POST"])
def staff_new_member() -> Response:
    """Make a login; its initial password is shown once."""
    form = Form(request.form)
    if request.method == "GET":
        return _form_page(form, None)
    form.missing("login_name", "请输入工号")
    _miss_the_rest(form)
    return _form_page(form, None, 422) if form.problems else _add(form)


def _miss_the_rest(form: Form) -> None:
    form.missing("name", "请输入姓名")
    form.missing("role", "请选择角色")


def _add(form: Form) -> Response:
    try:
        body = checked(NewMember(), _typed(form) | {"login_name": form.value("login_name").strip()})
        made = hall().add_member(visitor(), key(), body)
    except Refusal as refusal:
        form.refuse(refusal, INPUTS)
        return _form_page(form, None, refusal.status)
    return handed_over("add_member", made)


def _typed(form: Form) -> dict[str, str]:
    return {"name": form.value("name").strip(), "role": form.value("role"), "office": form.value("office")}


def handed_over(method: str, member: dict[str, Any]) -> Response:
    """The initial password of a login that was made or reset, to be handed to its owner."""
    body = render_template("staff_handed_over.html", member=member, heading=HANDED_OVER[method])
    return Response(body, content_type=HTML)


def _form_page(form: Form, member: dict[str, Any] | None, status: int = 200) -> Response:
    offices = [office for office in hall().offices(visitor())["items"] if office["code"]]
    body = render_template(
        "staff_member_form.html", form=form, member=member, roles=ROLE_CHOICES, offices=offices
    )
    return Response(body, status, content_type=HTML)


@pages.get("/staff/members/<login:login_name>")
def staff_member(login_name: str) -> str:
    """One login with its history."""
    member, person = hall().member(visitor(), login_name), subject()
    own = person is not None and person.id == login_name
    done = request.args.get("done", "")
    return render_template(
        "staff_member.html", member=member, manages=_manages() and not own, own=own, done=done
    )


@pages.route("/staff/members/<login:login_name>/change", methods=["GET", "POST"])
def staff_change_member(login_name: str) -> Response:
    """Give a login another name, role or office."""
    member = hall().member(visitor(), login_name)
    form = Form(request.form or {name: member[name] for name in ("name", "role", "office")})
    if request.method == "GET":
        return _form_page(form, member)
    _miss_the_rest(form)
    return _form_page(form, member, 422) if form.problems else _change(form, member)


def _change(form: Form, member: dict[str, Any]) -> Response:
    login_name = member["login_name"]
    try:
        hall().change_member(visitor(), key(), login_name, checked(MemberChange(), _typed(form)))
    except Refusal as refusal:
        form.refuse(refusal, INPUTS)
        return _form_page(form, member, refusal.status)
    return redirect(url_for("pages.staff_member", login_name=login_name, done="change"), 303)


@pages.route("/staff/members/<login:login_name>/<segment:action>", methods=["GET", "POST"])
def staff_settle_member(login_name: str, action: str) -> Response:
    """Disable or reset a login, after a second look."""
    if action not in SETTLING:
        raise NotFound("no_such_action", "没有这项操作。")
    if request.method == "GET":
        member = hall().member(visitor(), login_name)
        body = render_template(
            "staff_settle_member.html", member=member, action=action, title=SETTLING[action]
        )
        return Response(body, content_type=HTML)
    if action == "reset":
        return handed_over("reset_member", hall().reset_member(visitor(), key(), login_name))
    hall().disable_member(visitor(), key(), login_name)
    return redirect(url_for("pages.staff_member", login_name=login_name, done="disable"), 303)
