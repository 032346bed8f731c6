"""Amounts in Chinese capitals (大写), as papers about money carry them so that nobody adds a stroke. Pure."""

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def in_capitals(yuan: str) -> str:
    """ "21013.64" as 贰万壹仟零壹拾叁元陆角肆分; whole yuan end with 整. Takes two decimals, no sign."""
    whole, _, part = yuan.partition(".")
    jiao, fen = divmod(int((part + "00")[:2]), 10)
    if not int(whole) and not jiao and not fen:
        return "零元整"
    words = (_whole(whole.lstrip("0")) + "元") if int(whole) else ""
    return words + _parts(words, jiao, fen)


def _parts(before: str, jiao: int, fen: int) -> str:
    if not jiao and not fen:
        return "整"
    words = f"{_DIGITS[jiao]}角" if jiao else "零" if before else ""
    return words + (f"{_DIGITS[fen]}分" if fen else "整")


def _whole(digits: str) -> str:
    padded = digits.zfill(-(-len(digits) // 4) * 4)
    groups = [padded[place : place + 4] for place in range(0, len(padded), 4)]
    words = ""
    for place, group in enumerate(groups):
        if int(group):
            # A zero is read where places were left out, once.
            gap = words and (group[0] == "0" or not int(groups[place - 1]))
            words += ("零" if gap else "") + _group(group) + _GROUPS[len(groups) - place - 1]
    return words


def _group(group: str) -> str:
    words, skipped = "", False
    for place, digit in enumerate(group):
        if digit == "0":
            skipped = bool(words)
            continue
        words += ("零" if skipped else "") + _DIGITS[int(digit)] + _PLACES[3 - place]
        skipped = False
    return words
