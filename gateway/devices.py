"""The device of a session in words that its owner recognises; no more of the User-Agent is kept."""

_PROGRAMS = (
    ("MicroMessenger", "微信"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS", "鸿蒙"),
    ("Android", "安卓"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def device(user_agent: str) -> str:
    """Browser and system of a User-Agent, such as "Chrome · Windows"; "其他设备" when neither is known."""
    known = [_first(_PROGRAMS, user_agent), _first(_SYSTEMS, user_agent)]
    return " · ".join(name for name in known if name) or "其他设备"


def _first(names: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for sign, name in names if sign in user_agent), "")
