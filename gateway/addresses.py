"""The network address of a visitor, in the one form that limits count."""

import re
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

# Nothing is bound to it: it stands for an address nobody can read.
NOWHERE = "0.0.0.0"  # noqa: S104  # nosec B104
_KNOWN_MOST = 1024
_PORT = re.compile(r"\[(?P<six>[^\]]*)\](:[0-9]+)?|(?P<four>[^:]*):[0-9]+")


@lru_cache(maxsize=_KNOWN_MOST)
def plain_address(told: str | None) -> str:
    """The address without port, zone and IPv6 clothes; one shared address for whatever is none.

    Proxies write `10.0.0.1:80` and `[2001:db8::1]:443` too; all who send rubbish share the same limits.
    """
    text = (told or "").strip()
    if found := _PORT.fullmatch(text):
        text = found["six"] or found["four"]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return NOWHERE
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)
