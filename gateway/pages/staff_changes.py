"""The counter for whoever has lost password or phone: a clerk enters it, another checks it."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gateway.api.staff_schemas import ChangeAtCounter, ChangeCheck, Lifting
from gateway.pages.asking import hall, key, subject, visitor
from gateway.pages.blueprint import pages
from gateway.pages.forms import Form, Problem, same_names
from gateway.pages.staff_counter import HTML, look_page, openings_page
from gateway.pages.windows import part_asked
from gateway.problems import checked
from services.common.errors import Refusal
from services.common.permissions import CHECK_COUNTER_CHANGES, COUNTER_PHONE

INPUTS = same_names("name", "id_number", "paper_number", "new_phone")
NEEDED = {
    "name": "请输入身份证上的姓名",
    "id_number": "请输入身份证上的号码",
    "paper_number": "请输入纸质申请编号",
}


@pages.route("/staff/counter/<segment:number>/change", methods=["GET", "POST"])
def staff_enter_change(number: str) -> Response:
    """Enter what the signed paper says, for the person of a look."""
    if request.method == "GET":
        return redirect(url_for("pages.staff_look", number=number), 303)
    form = Form(request.form)
    for name, sentence in NEEDED.items():
        form.missing(name, sentence)
    if form.value("card_seen") != "yes":
        form.problems.append(Problem(input="card_seen", sentence="请核对本人与身份证原件后勾选"))
    if form.value("change") == COUNTER_PHONE:
        _check_phone(form)
    return look_page(number, form, 422) if form.problems else _enter(number, form)


def _check_phone(form: Form) -> None:
    form.missing("new_phone", "请输入申请上的新手机号")
    if _phone(form) != "".join(form.value("new_phone_again").split()):
        form.problems.append(Problem(input="new_phone_again", sentence="两次输入的手机号不一致"))


def _phone(form: Form) -> str:
    return "".join(form.value("new_phone").split())


def _enter(number: str, form: Form) -> Response:
    body = {name: form.value(name).strip() for name in NEEDED}
    body |= {"look": number, "new_phone": _phone(form)}
    try:
        entered = hall().enter_counter_change(visitor(), key(), checked(ChangeAtCounter(), body))
    except Refusal as refusal:
        form.refuse(refusal, INPUTS)
        return look_page(number, form, refusal.status)
    return redirect(url_for("pages.staff_counter_changes", done=entered["number"]), 303)


@pages.get("/staff/counter-changes")
def staff_counter_changes() -> str:
    """What was entered; who checks it has the form."""
    return _changes_page(Form())


def _changes_page(form: Form) -> str:
    page, person = hall().counter_changes(visitor(), part_asked()), subject()
    return render_template(
        "staff_counter_changes.html",
        page=page,
        form=form,
        done=request.args.get("done", ""),
        checks=person is not None and person.role in CHECK_COUNTER_CHANGES,
        own=person.id if person else "",
    )


@pages.post("/staff/counter-changes/<segment:number>/check")
def staff_check_change(number: str) -> Response:
    """Right lets it take effect; wrong ends it."""
    form = Form(request.form)
    body = {"right": form.value("verdict") == "right", "remark": form.value("remark").strip()}
    try:
        wanted = checked(ChangeCheck(), body | {"new_phone": _phone(form)}) | {"number": number}
        hall().check_counter_change(visitor(), key(), wanted)
    except Refusal as refusal:
        form.refuse(refusal, {name: f"{name}-{number}" for name in ("remark", "new_phone")})
        return Response(_changes_page(form), refusal.status, content_type=HTML)
    return redirect(url_for("pages.staff_counter_changes", done=number), 303)


@pages.post("/staff/counter-openings/<segment:number>/restoration")
def staff_lift_suspension(number: str) -> Response:
    """Open an edition again whose wrong opening has been corrected."""
    form = Form(request.form)
    try:
        wanted = checked(Lifting(), {"correction": form.value("correction").strip()})
        hall().lift_suspension(visitor(), key(), wanted | {"number": number})
    except Refusal as refusal:
        form.refuse(refusal, {"correction": f"correction-{number}"})
        return Response(openings_page(form), refusal.status, content_type=HTML)
    return redirect(url_for("pages.staff_openings", done=number), 303)
