"""One asker counts once, however many addresses there are to ask from."""

import pytest

from services.common.addresses import counted_address


@pytest.mark.parametrize(
    ("address", "counted", "network"),
    [
        ("203.0.113.7", "203.0.113.7", "203.0.113.0/24"),
        ("::ffff:203.0.113.7", "203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("2001:db8:1:2:ffff::9", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("somewhere", "somewhere", "somewhere"),
    ],
)
def test_a_subscriber_is_one_asker(address: str, counted: str, network: str) -> None:
    assert counted_address(address) == counted
    assert counted_address(address, 24, 48) == network
