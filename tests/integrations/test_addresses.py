"""Mail addresses and hosts as people type them."""

import pytest

from integrations.addresses import ascii_domain, is_loopback, normalise_address
from models.errors import InvalidInput


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("Office@Example.ORG", "Office@example.org"),
        ("office@пошта.укр", "office@пошта.укр"),
        ("дім@пошта.укр", "дім@пошта.укр"),
        ("lead+case@office.test", "lead+case@office.test"),
    ],
)
def test_an_address_gets_its_normal_form(typed: str, normal: str) -> None:
    assert normalise_address(typed) == normal


@pytest.mark.parametrize("typed", ["", "office", "a@b@c", "a b@example.org", "a@example.org\nBcc: b@example.org"])
def test_an_unusable_address_is_refused_and_not_repeated(typed: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        normalise_address(typed)
    assert str(caught.value) == "address_unusable: give one address of the form name@domain"


def test_an_international_domain_has_an_ascii_form() -> None:
    assert ascii_domain("office@пошта.укр") == "xn--80a1acn3a.xn--j1amh"


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("[::1]", True),
        ("LOCALHOST", True),
        ("10.0.0.1", False),
        ("localhost.example.org", False),
        ("192.0.2.1", False),
    ],
)
def test_only_this_machine_is_loopback(host: str, here: bool) -> None:  # noqa: FBT001 - a table's column
    assert is_loopback(host) is here
