"""The operator's view of SMS: providers, messages by state, whether codes are given back."""

from flask import render_template

from gateway.pages.asking import hall, visitor
from gateway.pages.blueprint import pages


@pages.get("/staff/sms")
def staff_sms() -> str:
    """短信发送 as it is now."""
    return render_template("staff_sms.html", page=hall().sms(visitor()))
