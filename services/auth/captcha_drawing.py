"""Draws a captcha: letters that cannot be mistaken for each other, and a question for who cannot see."""

import io
import secrets
from dataclasses import dataclass

from captcha.image import ImageCaptcha

from services.auth.rules import in_chinese

# No 0 O Q D, 1 I L 7 J, 2 Z, 5 S, 6 G, 8 B, U V W: pairs that people take for each other.
LETTERS = "ACEFHKMNPRTXY349"
LENGTH = 5
_INK, _PAPER = (62, 84, 132, 255), (246, 248, 252)
_SUM_MAX = 49


class _Picture(ImageCaptcha):  # type: ignore[misc]
    """Calmer than the library's own: people must be able to read it at the first look."""

    character_rotate = (-18, 18)
    character_warp_dx = (0.05, 0.2)
    character_warp_dy = (0.05, 0.2)
    word_space_probability = 1.0
    word_offset_dx = 0.06


_PICTURE = _Picture(200, 64, font_sizes=(44, 50))


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """One captcha: the letters of the picture, the PNG, and a sum in words with its answer."""

    letters: str
    image_png: bytes
    question: str
    question_answer: str


def draw() -> Drawn:
    """A new captcha; takes some milliseconds of CPU."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    picture: io.BytesIO = _PICTURE.generate(letters, fg_color=_INK, bg_color=_PAPER)
    first, second = 1 + secrets.randbelow(_SUM_MAX), 1 + secrets.randbelow(_SUM_MAX)
    return Drawn(
        letters=letters,
        image_png=picture.getvalue(),
        question=f"{in_chinese(first)}加{in_chinese(second)}等于几？",
        question_answer=str(first + second),
    )
