"""What limits count for a network address. Pure."""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

_KNOWN_MOST = 4096


@lru_cache(maxsize=_KNOWN_MOST)
def counted_address(address: str, bits_4: int = 32, bits_6: int = 64) -> str:
    """The network that stands for one asker: an IPv6 subscriber has 2 to the 64 addresses.

    `bits_4` and `bits_6` are the leading bits that count. An IPv4 address in IPv6 clothes is undressed: it
    must not count as a second one. What is no address counts as it stands.
    """
    try:
        told = ip_address(address)
    except ValueError:
        return address
    mapped = told.ipv4_mapped if isinstance(told, IPv6Address) else None
    host = mapped or told
    network = ip_network((host, bits_4 if host.version == 4 else bits_6), strict=False)
    return str(host) if network.prefixlen == host.max_prefixlen else str(network)
