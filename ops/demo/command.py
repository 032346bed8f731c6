"""`./hall demo`: finds people, plays the scenes in order, ends with the trial balance and status 0 or 1."""

import sys
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import click
import requests

from ops.clock import move_to, offset_of
from ops.demo import contributing, moving, scenes
from ops.demo.applicant import Applicant
from ops.demo.cast import FREELANCER, RENTER, RETIREE, Cast, Part
from ops.demo.citizen import Citizen
from ops.demo.device import Device, Unexpected
from ops.demo.newcomer import newcomer
from ops.demo.operator import close_the_books, come_to_work
from ops.demo.outside import NoCode, Outside
from ops.demo.scenes import Stage
from ops.demo.telling import Telling
from ops.environment import Setting, page_urls
from ops.places import Home
from ops.state import all_run, seen

# Whoever gets no code within this time has a password already: somebody else is asked.
CASTING_LIMIT_S = 6.0
CANDIDATES_MOST = 25


@click.command()
@click.option("--hurry", is_flag=True, help="Move the business clock where codes make one wait.")
def demo(hurry: bool) -> None:
    """Play the main job over HTTP against the running hall."""
    home, telling = Home.chosen(), Telling()
    if not all_run(seen(home)):
        telling.console.print("The hall is not running: ./hall up --detach", style="red")
        sys.exit(1)
    try:
        Play(home, telling, hurry=hurry).perform()
    except (Unexpected, requests.RequestException) as trouble:
        telling.console.print(f"\n  ✗ {trouble}", style="red", markup=False)
        sys.exit(1)
    telling.console.print(f"\n演示完成：{telling.kept} 项核对全部成立。", style="bold green")


class Play:
    """One performance with people who have not played before."""

    def __init__(self, home: Home, telling: Telling, *, hurry: bool) -> None:
        self.hall_url, sandbox_url = page_urls(Setting.of(home))
        self.home, self.telling, self.hurry = home, telling, hurry
        self.stage = Stage(telling, Outside(sandbox_url))
        self.cast = Cast(home)

    def perform(self) -> None:
        """All scenes. Raises Unexpected at the first thing that is not as it says."""
        operator = come_to_work(self.home, Device(self.hall_url), self.stage.outside)
        before = operator.get("/staff/trial-balance").body
        self.telling.scene("一、首次登录：图形验证码、登记手机短信、自己的密码")
        renters = [self._found(RENTER, scenes.RENT, scenes.QUOTA) for _ in range(3)]
        retiree = self._found(RETIREE, "retirement", None)
        payer = self._paying()
        self.telling.step("同一手机每60秒只发一条验证码，需要时等待")
        acts = (
            ("二、租房：签署单身具结书，提取定额8400元", scenes.renter, renters[0]),
            ("三、退休：提取全部本息，账户销户", scenes.retiree, retiree),
            ("四、银行回应丢失：支付检查，不重复付款", scenes.lost_answer, renters[1]),
            ("五、支付失败：取消结算并删除", scenes.failed_payment, renters[2]),
        )
        paid_fen = sum(self._played(title, act, who) for title, act, who in acts)
        paid_fen += self._played("六、自由职业者：联名卡扣款与退回，扫码缴存", contributing.freelancer, payer)
        self.telling.scene("七、自由职业者开户：即时开立，缴存首月")
        paid_fen += newcomer(self.stage, self._applying())
        paid_fen += self._played("八、异地转入：联系函往返，本息入账", moving.transfer, renters[0])
        stating = partial(moving.statement, stranger=Device(self.hall_url))
        paid_fen += self._played("九、账户对账单：生成，由持单人核验", stating, renters[0])
        self.telling.scene("十、工作人员：科目余额表")
        close_the_books(self.telling, operator, before, paid_fen)

    def _played(self, title: str, act: Callable[[Stage, Citizen], int], citizen: Citizen) -> int:
        self.telling.scene(title)
        self.telling.step(f"{citizen.person['name']}（职工编号 {citizen.person['fund_number']}）")
        return act(self.stage, citizen)

    def _found(self, part: Part, reason: str, ceiling: str | None) -> Citizen:
        """Somebody new whom the hall lets draw for the reason, in through the first visit."""
        for _, person in zip(range(CANDIDATES_MOST), self.cast.candidates(part), strict=False):
            citizen = self._citizen(person)
            if self._comes_in(citizen) and _may_draw(citizen, reason, ceiling):
                return citizen
        raise Unexpected("账簿中已没有合适的人，请用 ./hall generate 和 ./hall import 增加")

    def _paying(self) -> Citizen:
        """A freelancer with something to pay, in through the first visit."""
        for _, person in zip(range(CANDIDATES_MOST), self.cast.candidates(FREELANCER), strict=False):
            citizen = self._citizen(person)
            if self._comes_in(citizen) and contributing.may_contribute(citizen):
                return citizen
        raise Unexpected("账簿中已没有需要缴存的自由职业者，请用 ./hall generate 和 ./hall import 增加")

    def _applying(self) -> Applicant:
        """Somebody without an account who may open one."""
        person = next(self.cast.applicants(), None)
        if person is None:
            raise Unexpected("已没有可以开户的人，请用 ./hall generate 和 ./hall import 增加")
        self.telling.step(f"{person['name']}，没有公积金账户，自己缴纳社会保险")
        return Applicant(person, Device(self.hall_url), self.stage.outside, pass_time=self._pass_time())

    def _comes_in(self, citizen: Citizen) -> bool:
        try:
            scenes.first_visit(self.stage, citizen)
        except NoCode as trouble:
            self.telling.step(f"换一位（{trouble}）")
            return False
        return True

    def _citizen(self, person: dict[str, str]) -> Citizen:
        citizen = Citizen(person, Device(self.hall_url), self.stage.outside, pass_time=self._pass_time())
        citizen.message_limit_s = CASTING_LIMIT_S
        return citizen

    def _pass_time(self) -> Callable[[int], None]:
        return partial(_move_clock, self.home) if self.hurry else self._wait

    def _wait(self, seconds: int) -> None:
        with self.telling.console.status(f"等待 {seconds} 秒后可再获取验证码"):
            time.sleep(seconds)


def _may_draw(citizen: Citizen, reason: str, ceiling: str | None) -> bool:
    form = citizen.assessed(reason)
    return bool(form["allowed"]) and ceiling in (None, form["ceiling"])


def _move_clock(home: Home, seconds: int) -> None:
    move_to(home, offset_of(home) + timedelta(seconds=seconds))
