"""The address of the service, asked for a visitor."""

from __future__ import annotations

import pytest

from edge.remote import address_flaw
from edge.remote.address import Address

AT = "https://crm.example.com"


@pytest.mark.parametrize(
    ("address", "url"),
    [
        (AT + "/v/{visitor}", AT + "/v/ID"),
        (AT + "/{visitor}/x/{visitor}?a={visitor}", AT + "/ID/x/ID?a=ID"),
        (AT + "?id={visitor}", AT + "/?id=ID"),
        (AT + ":8443/v:{visitor}", AT + ":8443/v:ID"),
        ("HTTPS://CRM.example.com/{visitor}", AT + "/ID"),
        (AT + "/v/{visitor}?properties=a,b&x=%20%2F", AT + "/v/ID?properties=a,b&x=%20%2F"),
        (AT + '/c?p={"id":"{visitor}","all":["*"]}', AT + "/c?p=%7B%22id%22:%22ID%22,%22all%22:%5B%22*%22%5D%7D"),
        (AT + "/größe/{visitor}", AT + "/gr%C3%B6%C3%9Fe/ID"),
        ("https://bücher.example/{visitor}", "https://xn--bcher-kva.example/ID"),
        ("http://[::1]:80/{visitor}", "http://[::1]/ID"),
    ],
)
def test_the_id_goes_where_it_is_written_and_all_else_stays(address: str, url: str) -> None:
    assert address_flaw(address) is None
    made = Address(address).url("ID")
    assert f"{made.scheme}://{made.netloc.decode()}{made.raw_path.decode()}" == url


def test_an_id_leads_nowhere_else() -> None:
    made = Address(AT + "/v/{visitor}/x?of={visitor}").url("../../?a=b#c&d/\r\n{visitor}%2e")
    assert made.host == "crm.example.com"
    encoded = "..%2F..%2F%3Fa%3Db%23c%26d%2F%0D%0A%7Bvisitor%7D%252e"
    assert made.raw_path.decode() == f"/v/{encoded}/x?of={encoded}"


@pytest.mark.parametrize(
    ("address", "host", "port", "secure"),
    [
        (AT + "/{visitor}", "crm.example.com", 443, True),
        ("http://crm.example.com/{visitor}", "crm.example.com", 80, False),
        ("http://[fe80::1]:8080/{visitor}", "fe80::1", 8080, False),
    ],
)
def test_it_tells_host_and_port(address: str, host: str, port: int, secure: bool) -> None:
    made = Address(address)
    assert (made.host, made.port, made.secure) == (host, port, secure)
