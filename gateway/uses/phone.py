"""修改手机号, 修改密码: the registered phone, its change and verification, the own password."""

from gateway.calls import Command, Shape
from gateway.uses.desk import Desk
from gateway.visitor import Visitor
from services.common.request import digest_of

PHONE_CHANGE, PHONE_VERIFICATION, PASSWORD_CHANGE = "phone_change", "phone_verification", "password_change"


class PhoneUses(Desk):
    """Uses that auth answers, with the code from notify (manual 10.1, A-15 to A-18, N-14)."""

    def phone(self, visitor: Visitor) -> Shape:
        """The own registered phone: {phone (masked)|None, verified_at|None, verification_id}."""
        return self._ask(visitor, "auth", "phone")

    def begin_phone_change(self, visitor: Visitor, key: str, body: Shape) -> Shape:
        """获取验证码: begin a change and send the code to the OLD phone (A-16, A-17).

        body: {old_phone, new_phone}. Returns {phone_change_id, expires_at, sent, next_at}. The code is good
        only for this change, and so for this new phone.
        """
        begun = self._order(
            visitor, Command(service="auth", method="begin_phone_change", key=key, arguments=body)
        )
        arguments = _code_for(begun["phone_change_id"]) | {"address": visitor.address}
        issued = self._issue(visitor, key, arguments, {"phone_change_id": begun["phone_change_id"]})
        return begun | {"sent": issued["sent"], "next_at": issued["next_at"]}

    def change_phone(self, visitor: Visitor, key: str, body: Shape) -> Shape:
        """保存 (A-18): body: {phone_change_id, new_phone, code, password}.

        Returns {number, former_phone, phone (both masked), changed_at, sessions_ended}.
        """
        checking = _code_for(body["phone_change_id"]) | {"code": body["code"]}
        checked = self._prove_code(visitor, key, checking, body)
        passed_on = {name: body[name] for name in ("phone_change_id", "new_phone", "password")}
        return self._order(
            visitor,
            Command(
                service="auth",
                method="change_phone",
                key=key,
                arguments=passed_on | {"receipt": checked["receipt"]},
                same=body,
            ),
        )

    def phone_change(self, visitor: Visitor, number: str) -> Shape:
        """One own saved change, for its receipt; NotFound for another's."""
        return self._ask(visitor, "auth", "phone_change", phone_change_id=number)

    def issue_phone_code(self, visitor: Visitor, key: str) -> Shape:
        """Send a code to the phone that is registered now, to prove that it is one's own."""
        return self._issue(visitor, key, self._phone_proof(visitor) | {"address": visitor.address}, {})

    def verify_phone(self, visitor: Visitor, key: str, body: Shape) -> Shape:
        """Give it back: the phone is verified, and a login name. body: {code}. Returns {verified_at}."""
        proof = self._phone_proof(visitor) | {"code": body["code"]}
        checked = self._prove_code(visitor, key, proof, body)
        arguments = {"receipt": checked["receipt"]}
        return self._order(
            visitor,
            Command(service="auth", method="verify_phone", key=key, arguments=arguments, same=body),
        )

    def _phone_proof(self, visitor: Visitor) -> Shape:
        present = {"verification_id": self.phone(visitor)["verification_id"]}
        return {"purpose": PHONE_VERIFICATION, "digest": digest_of(present)}

    def issue_password_code(self, visitor: Visitor, key: str) -> Shape:
        """Send a code for choosing another password in this session: {sent, sent_to, expires_at, next_at}."""
        return self._issue(visitor, key, _password_proof(visitor) | {"address": visitor.address}, {})

    def change_password(self, visitor: Visitor, key: str, body: Shape) -> Shape:
        """修改密码. body: {password, new_password, code}. Returns {changed_at, sessions_ended}."""
        checked = self._prove_code(visitor, key, _password_proof(visitor) | {"code": body["code"]}, body)
        passed_on = {name: body[name] for name in ("password", "new_password")}
        arguments = passed_on | {"receipt": checked["receipt"]}
        return self._order(
            visitor,
            Command(service="auth", method="change_password", key=key, arguments=arguments, same=body),
        )

    def _issue(self, visitor: Visitor, key: str, arguments: Shape, same: Shape) -> Shape:
        return self._order(
            visitor, Command(service="notify", method="issue_code", key=key, arguments=arguments, same=same)
        )


def _code_for(phone_change_id: str) -> Shape:
    return {"purpose": PHONE_CHANGE, "digest": digest_of({"phone_change_id": phone_change_id})}


def _password_proof(visitor: Visitor) -> Shape:
    session_id = visitor.subject.session_id if visitor.subject else ""
    return {"purpose": PASSWORD_CHANGE, "digest": digest_of({"password_of_session": session_id})}
