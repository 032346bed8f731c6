"""The round seal of a centre as SVG: a star, the centre's name along the rim, what the seal is for below."""

from math import cos as cosine
from math import pi
from math import sin as sine

from markupsafe import Markup, escape

_SIZE = 200
_MIDDLE = _SIZE / 2
_RIM = 94
_LETTERS_AT = 74
_SPREAD = 214.0
_STAR = (38, 15)


def seal(centre: str, purpose: str) -> Markup:
    """The seal as one SVG element. It is a picture: what makes a paper genuine is its verification code."""
    return Markup(
        '<svg class="seal" viewBox="0 0 {size} {size}" xmlns="http://www.w3.org/2000/svg">'
        '<circle cx="{middle}" cy="{middle}" r="{rim}" fill="none" stroke="#c8102e" stroke-width="4"/>'
        '<polygon points="{star}" fill="#c8102e"/>{letters}'
        '<text x="{middle}" y="162" font-size="16" text-anchor="middle" fill="#c8102e">{purpose}</text></svg>'
    ).format(
        size=_SIZE,
        middle=_MIDDLE,
        rim=_RIM,
        star=_star(),
        letters=Markup("").join(_letter(*placed) for placed in _placed(centre)),
        purpose=purpose,
    )


def _star() -> str:
    outer, inner = _STAR
    points = []
    for place in range(10):
        radius, angle = (outer, inner)[place % 2], pi * place / 5 - pi / 2
        points.append(f"{_MIDDLE + radius * cosine(angle):.1f},{_MIDDLE + radius * sine(angle):.1f}")
    return " ".join(points)


def _placed(centre: str) -> list[tuple[str, float]]:
    """Each letter with its angle in degrees, from the left of the top to the right."""
    step = _SPREAD / max(1, len(centre) - 1)
    return [(letter, place * step - _SPREAD / 2) for place, letter in enumerate(centre)]


def _letter(letter: str, degrees: float) -> Markup:
    return Markup(
        '<text transform="rotate({:.1f} {} {})" x="{}" y="{}" font-size="20" text-anchor="middle" '
        'fill="#c8102e">{}</text>'
    ).format(degrees, _MIDDLE, _MIDDLE, _MIDDLE, _MIDDLE - _LETTERS_AT + 10, escape(letter))
