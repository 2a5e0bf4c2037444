"""What the site answers, without what Django and Wagtail make anew for each answer."""

from __future__ import annotations

import re
from dataclasses import replace

from tests.hosts.client import Answer

__all__ = ["HALLO", "HERO", "OFFER", "READER", "TRIAL", "of_the_origin", "opened", "plain"]

HERO = b"<h1>Sound for everyone</h1>"
OFFER = b'<!--edge:slot offer--> <p class="offer">Free shipping</p> <!--/edge:slot-->'
HALLO = "<h1>Klänge für alle</h1>".encode()
TRIAL = b'<p class="offer">30 days free, autumn</p>'
READER = "utm_source=newsletter&utm_campaign=autumn"

# What Django and Wagtail make anew for each answer.
RANDOM = [
    # masked CSRF tokens
    (rb'(name="csrfmiddlewaretoken" value=")\w{64}"', rb'\1"'),
    (rb'("CSRF_TOKEN": ")\w{64}"', rb'\1"'),
    # the keys of a rich text's paragraphs: in a page, and escaped once or twice in the editor's form
    (rb'( data-block-key=")[0-9a-z]{5}"', rb'\1"'),
    (rb"(\\?&quot;key\\?&quot;: \\?&quot;)[0-9a-z]{5}(?=\\?&quot;)", rb"\1"),
    # when something was done: to the microsecond, to the minute, and how long ago
    (rb'((?:datetime|value)=")\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00"', rb'\1"'),
    (rb'( data-w-tooltip-content-value=")[A-Z][a-z]+\.? \d+, \d{4}, [\d:apmidnightoon. ]+"', rb'\1"'),
    (rb'(<div class="w-help-text">)\d\d:\d\d by editor', rb"\1by editor"),
    (rb"(\n +)(?:Just now|\d+\xc2\xa0minutes? ago)\n", rb"\1\n"),
    # what each process counts
    (rb"(&quot;blockdef-)\d+(?=&quot;)", rb"\1"),
]
RANDOM_COOKIES = [
    (rb"^(csrftoken|sessionid)=\w{32}; expires=[^;]+; ", rb"\1; "),
    (rb"^(sessionid)=\w{32}; (?=HttpOnly; Path)", rb"\1; "),
    (rb"^(messages=[\w.-]+):\w{6}:[\w-]{43}; ", rb"\1; "),  # signed with the time
]
DATE = re.compile(rb"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")


def plain(answer: Answer) -> Answer:
    """Without what is random. Where that stood in the body, its length and hash are random too."""
    assert answer.header(b"content-length") in (None, b"%d" % len(answer.body))
    body = substituted(RANDOM, answer.body)
    return replace(
        answer,
        headers=[(name, plain_value(answer, body, name.lower(), value)) for name, value in answer.headers],
        body=body,
    )


def plain_value(answer: Answer, body: bytes, name: bytes, value: bytes) -> bytes:
    if name == b"set-cookie":
        return substituted(RANDOM_COOKIES, value)
    if name in (b"etag", b"content-length") and body != answer.body:
        return b""
    if name in (b"date", b"expires") or (name == b"last-modified" and answer.url.startswith("/media/")):
        return DATE.sub(b"", value)
    return value


def substituted(patterns: list[tuple[bytes, bytes]], text: bytes) -> bytes:
    for pattern, same in patterns:
        text = re.sub(pattern, same, text)
    return text


def of_the_origin(answer: Answer) -> list[tuple[bytes, bytes]]:
    """The headers that Edge leaves alone on a page with slots."""
    edges = (b"cache-control", b"expires", b"etag", b"last-modified", b"content-length")
    return [
        (name, value)
        for name, value in answer.headers
        if name.lower() not in edges and not value.startswith(b"__Host-edge=")
    ]


def opened(answer: Answer) -> Answer:
    """As `plain`, and not gzipped: Django adds random bytes to each gzip header, against BREACH."""
    if answer.header(b"content-encoding") != b"gzip":
        return plain(answer)
    assert answer.header(b"content-length") in (b"%d" % len(answer.body), None)
    headers = [pair for pair in answer.headers if pair[0].lower() != b"content-length"]
    return plain(replace(answer, headers=headers, body=answer.decoded))
