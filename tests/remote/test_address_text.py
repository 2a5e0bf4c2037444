"""What is wrong with the address of the service as it is written."""

from __future__ import annotations

import pytest

from edge.remote import address_flaw

AT = "https://crm.example.com"


@pytest.mark.parametrize(
    ("address", "shown", "cause"),
    [
        ("crm.example.com/{visitor}", "crm.example.com/{visitor}", "no address"),
        ("ftp://crm.example.com/{visitor}", "ftp://crm.example.com/{visitor}", "no address"),
        (AT + "/v", AT + "/v", "the same for every visitor"),
        (AT + "/{user}/{visitor}", "{user}", "stands for nothing"),
        (AT + "/{visitor}/{}", "{}", "stands for nothing"),
        ("https://{visitor}.example.com/", "{visitor}.example.com", "in the host"),
        ("https://me:pw@crm.example.com/{visitor}", "me:pw@crm.example.com", "name and password"),
        (AT + "/{visitor}?key=${KEY}", "${", "secrets"),
        (AT + "/{visitor}?key=$API_KEY", "$API_KEY", "secrets"),
        (AT + "/{visitor}#top", "#top", "never sent"),
        (AT + "/v 1/{visitor}", " ", "no spaces"),
        (AT + "/v\n/{visitor}", "\n", "no spaces"),
        ("https:///{visitor}", "", "no host"),
        ("https://crm.example.com:0/{visitor}", "crm.example.com:0", "no host"),
        ("https://crm.example.com:70000/{visitor}", "crm.example.com:70000", "no host"),
        ("https://crm.example.com:x/{visitor}", "crm.example.com:x", "no host"),
        ("https://a b/{visitor}", " ", "no spaces"),
        ("https://[::1/{visitor}", "[::1", "no host"),
    ],
)
def test_what_is_wrong_is_shown(address: str, shown: str, cause: str) -> None:
    flaw = address_flaw(address)
    assert flaw is not None
    assert cause in flaw.cause
    assert address[flaw.start : flaw.end] == shown
    assert flaw.cure
