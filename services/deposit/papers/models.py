"""Slips on contributions, transfers and refunds; who asked to verify a paper of deposit how often."""

from services.common.papers.models import AttemptColumns, SlipColumns
from services.deposit.models import Record


class Slip(SlipColumns, Record):
    """A slip on one of deposit's bills."""


class VerificationAttempt(AttemptColumns, Record):
    """A question about one of deposit's papers."""


APPEND_ONLY = ("slips",)
