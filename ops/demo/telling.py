"""How the story is printed: scenes, steps, what was promised and holds, tables of bills and ledger lines."""

from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table

from ops.demo.device import Unexpected
from services.common.clock import CHINA

WIDTH = 110


class Telling:
    """Prints to one console; a promise that does not hold ends the story."""

    def __init__(self) -> None:
        self.console = Console(width=WIDTH, highlight=False)
        self.kept = 0

    def scene(self, title: str) -> None:
        """A new scene."""
        self.console.print()
        self.console.rule(f"[bold]{title}", align="left")

    def step(self, text: str) -> None:
        """Something a person or the hall does."""
        self.console.print(f"  ·\u00a0{text}", markup=False)

    def holds(self, promise: str, true: bool, found: object = "") -> None:
        """Something that has to be so. Raises Unexpected when it is not."""
        if not true:
            raise Unexpected(f"不成立：{promise} {found}")
        self.kept += 1
        self.console.print(f"  [green]✓[/green] {promise}")

    def bill(self, bill: dict[str, Any]) -> None:
        """A bill with its timeline."""
        self.step(f"单据 {bill['number']}　{bill['title']}　{bill['amount']} 元　{bill['label']}")
        table = _table("时间", "步骤", "状态", "办理")
        for line in bill["timeline"]:
            at = datetime.fromisoformat(line["at"]).astimezone(CHINA)
            table.add_row(f"{at:%H:%M:%S.%f}"[:-3], line["label"], line["state_label"], line["by"])
        self.console.print(table)

    def ledger(self, lines: list[dict[str, Any]]) -> None:
        """Lines of the fund's detail ledger."""
        table = _table("记账日期", "业务", "收入", "支出", "余额", "单据号")
        for line in lines:
            amounts = (line["in"], line["out"], line["balance"])
            table.add_row(line["booked_on"], line["kind_label"], *amounts, line["bill_number"] or "")
        self.console.print("  公积金明细账")
        self.console.print(table)

    def trial_balance(self, book: dict[str, Any]) -> None:
        """The trial balance, subject by subject."""
        table = _table("科目", "名称", "借方发生额", "贷方发生额", "余额")
        for line in book["items"]:
            table.add_row(line["subject"], line["title"], line["debit"], line["credit"], line["balance"])
        table.add_row("", "合计", book["debit"], book["credit"], "", style="bold")
        self.console.print(table)


def _table(*headings: str) -> Table:
    table = Table(box=None, padding=(0, 2), header_style="dim")
    for heading in headings:
        is_amount = heading in ("收入", "支出", "余额", "借方发生额", "贷方发生额")
        table.add_column(heading, justify="right" if is_amount else "left", no_wrap=True)
    return table
