"""Auth's bus face as the gateway meets it, with people, captchas and receipts to try it with."""

import secrets
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from nameko.testing.services import worker_factory

from services.auth.adapters import FaceProvider, FaceWord, Verdict
from services.auth.models import Person
from services.auth.passwords import PasswordWork
from services.auth.rules import person_digest, return_digest
from services.auth.service import AuthService
from services.auth.usecases.people import id_number_index, phone_index
from services.common.clock import business_now, technical_now
from services.common.database import DatabaseAccess
from services.common.identifiers import id_check_digit
from services.common.outside import NoAnswer, Outside
from services.common.receipts import Receipt, digest_of, sign_receipt
from services.common.request import Request
from services.common.wire import raise_from_reply
from tests.guards import refuse_open_transaction

PASSWORD = "correct horse 7"


def an_id_number(digits: str) -> str:
    """A well-formed ID number of somebody born in 1985, not twice for different digits but by rare chance."""
    day = 1 + int(digits[:2]) % 28
    first = f"3702{int(digits[2:4]):02d}1985{1 + int(digits[4:6]) % 12:02d}{day:02d}{digits[6:9]}"
    return first + id_check_digit(first)


class CountingWork(PasswordWork):
    """Password work that counts what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.checks = 0

    def matches(self, password: str, password_hash: str | None, wait_s: float) -> bool:
        self.checks += 1
        return super().matches(password, password_hash, wait_s)


class RememberingWitness:
    """Keeps the answers that the sandbox would be told."""

    def __init__(self) -> None:
        self.answers: dict[str, str] = {}

    def tell(self, captcha_id: str, answer: str) -> None:
        self.answers[captcha_id] = answer


class PlayedFaces(FaceProvider):
    """A provider whose answers a test decides; it remembers every order and refuses what it has closed."""

    def __init__(self) -> None:
        super().__init__(Outside("http://127.0.0.1:9", "k"), "face-key", "http://hall.test/opening/return")
        self.orders: dict[str, tuple[str, str]] = {}
        self.words: dict[str, FaceWord] = {}
        self.silent = False
        self.asked: list[str] = []

    def _speak(self, asked: str) -> None:
        refuse_open_transaction()
        self.asked.append(asked)
        if self.silent:
            raise NoAnswer("/face", "down")

    def start(self, order_number: str, name: str, id_number: str) -> str:
        self._speak("start")
        self.orders[order_number] = (name, id_number)
        return f"http://faces.test/{order_number}"

    def enquire(self, order_number: str) -> FaceWord:
        self._speak("query")
        return self.words.get(order_number, FaceWord(Verdict.PENDING))

    def close(self, order_number: str) -> FaceWord:
        self._speak("close")
        return self.words.setdefault(order_number, FaceWord(Verdict.CLOSED))

    def saw(self, order_number: str, verdict: Verdict = Verdict.PASSED) -> None:
        """The person of the order passed, or whatever else."""
        person = person_digest(order_number, *self.orders[order_number])
        returned = return_digest(order_number, self.return_code(order_number))
        self.words[order_number] = FaceWord(verdict, person, returned if verdict is Verdict.PASSED else "")

    def return_code(self, order_number: str) -> str:
        """What the browser is given in which the face of this order passed."""
        return f"returned-from-{order_number}"


class Desk:
    """One visitor at auth's counter."""

    def __init__(self, database: DatabaseAccess, move_clock: Callable[[int], None]) -> None:
        self.database, self.move_clock = database, move_clock
        self.work, self.witness, self.faces = CountingWork(), RememberingWitness(), PlayedFaces()
        self.address = f"203.0.{secrets.randbelow(256)}.{secrets.randbelow(256)}:{uuid.uuid4().hex[:8]}"
        self.service = worker_factory(
            AuthService,
            database=database,
            passwords=self.work,
            witness=self.witness,
            face=self.faces,
        )

    def reply(self, method: str, arguments: dict[str, Any] | None = None, **how: Any) -> dict[str, Any]:
        """The reply as it goes over the bus."""
        wanted = arguments or {}
        request = Request(
            method=method,
            caller=how.get("caller", "gateway"),
            trace=uuid.uuid4().hex,
            deadline=technical_now() + 10,
            token=how.get("token"),
            op_id=how.get("key") or uuid.uuid4().hex,
            digest=digest_of(wanted),
        )
        answered: dict[str, Any] = getattr(self.service, method)(wanted, request)
        return answered

    def ask(self, method: str, arguments: dict[str, Any] | None = None, **how: Any) -> Any:
        """The answer, or what the gateway's client would raise."""
        return raise_from_reply(self.reply(method, arguments, **how), "auth")

    def captcha(self) -> dict[str, str]:
        """A captcha with its right answer."""
        captcha_id = self.ask("issue_captcha")["captcha_id"]
        return {"captcha_id": captcha_id, "captcha_answer": self.witness.answers[captcha_id]}

    def person(self, **changes: Any) -> Person:
        """Somebody with an account who has never been here."""
        number = str(secrets.randbelow(10**9)).zfill(9)
        values = {
            "fund_number": f"037{number}",
            "name": "测试张",
            "id_number": an_id_number(number),
            "phone": f"139{number[:8]}",
            "professional_since_on": date(2024, 5, 6),
            "registered_on": date(2019, 3, 1),
        } | changes
        person = Person(**values, id_number_index=id_number_index(values["id_number"]))
        person.phone_index = phone_index(values["phone"]) if values["phone"] else None
        with self.database.write() as session:
            session.add(person)
        return person

    def begin(self, fund_number: str) -> dict[str, Any]:
        """Begin a first visit."""
        asked = {"fund_number": fund_number, "address": self.address} | self.captcha()
        answer: dict[str, Any] = self.ask("begin_first_visit", asked)
        return answer

    def receipt(self, first_visit_id: str, **changes: Any) -> str:
        """What notify signs when the code was right."""
        values = {
            "id": uuid.uuid4().hex,
            "purpose": "first_visit",
            "person": first_visit_id,
            "digest": digest_of({"first_visit_id": first_visit_id}),
            "expires_at": int((business_now() + timedelta(minutes=5)).timestamp()),
        }
        return sign_receipt(Receipt(**(values | changes)))

    def own_password(self, first_visit_id: str, **changes: Any) -> dict[str, Any]:
        """The arguments that complete a first visit."""
        own = {
            "first_visit_id": first_visit_id,
            "receipt": changes.get("receipt") or self.receipt(first_visit_id),
            "password": PASSWORD,
            "address": self.address,
            "client": "手机浏览器",
        }
        return own | changes

    def newcomer(self, **changes: Any) -> tuple[Person, dict[str, Any]]:
        """Somebody who has just made a login, and the answer with the token."""
        person = self.person(**changes)
        visit = self.begin(person.fund_number)["first_visit_id"]
        return person, self.ask("complete_first_visit", self.own_password(visit))

    def login(self, login_name: str, **changes: Any) -> dict[str, Any]:
        """The arguments of a login, with a fresh captcha."""
        typed = {
            "edition": "professional",
            "login_name": login_name,
            "password": PASSWORD,
            "address": self.address,
            "client": "电脑浏览器",
        }
        return typed | self.captcha() | changes

    def log_in(self, login_name: str, **changes: Any) -> Any:
        """Log in, with a fresh captcha."""
        return self.ask("log_in", self.login(login_name, **changes))
