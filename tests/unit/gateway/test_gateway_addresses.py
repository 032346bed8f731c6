"""The address that limits count: nobody gets a second one by writing it otherwise."""

import pytest

from gateway.addresses import NOWHERE, plain_address


@pytest.mark.parametrize(
    ("told", "counted"),
    [
        ("10.1.2.3", "10.1.2.3"),
        (" 10.1.2.3\t", "10.1.2.3"),
        ("10.1.2.3:443", "10.1.2.3"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        ("2001:DB8::1", "2001:db8::1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("10.1.2.3, 10.9.9.9", NOWHERE),
        ("unknown", NOWHERE),
        ("x" * 5000, NOWHERE),
        ("", NOWHERE),
        (None, NOWHERE),
    ],
)
def test_one_address_has_one_form(told: str | None, counted: str) -> None:
    assert plain_address(told) == counted
