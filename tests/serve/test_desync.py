"""The cases of http-desync-guardian: what can be read in two ways is refused, or arrives with one reading."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from edge.serve import Origin
from tests.hosts.wire import Reply, wired
from tests.serve.fronted import door
from tests.serve.raw_origin import ok, raw_origin
from tests.serve.recorder import Recorder, gated, reply_or_none
from tests.shared import shared

SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: t\r\n\r\n"
FILES = [
    "acceptable",
    "ambiguous",
    "bad-header-characters",
    "edge-cases",
    "more-compliant-tests",
    "real-life-test-cases",
    "rfc-compliant",
    "severe",
    "uri-specific-test-cases",
]


@dataclass(frozen=True)
class Case:
    """One case, as bytes. `body` is what the head promises, as far as it promises one, with a request in it that
    must never be taken for one; `content` what remains of it without its framing."""

    name: str
    tier: str
    head: bytes
    body: bytes
    content: bytes

    @property
    def coded(self) -> bool:
        """Whether it asks for transfer codings that may be answered 501: others than chunked, or parameters."""
        codings = re.findall(rb"(?i)\r\ntransfer-encoding:([^\r]*)", self.head)
        return any(coding.strip().lower() != b"chunked" for coding in codings) or len(codings) > 1


def cases(name: str) -> Iterator[Case]:
    for case in yaml.safe_load(shared(f"conformance/desync-guardian/{name}.yaml").read_text(encoding="utf-8")):
        for charset in ("utf-8", "latin-1"):
            try:
                yield read(case, charset)
            except UnicodeEncodeError:
                continue


def read(case: dict[str, Any], charset: str) -> Case:
    headers = [(one["name"].encode(charset), str(one["value"]).encode(charset)) for one in case["headers"] or ()]
    if all(name.lower() != b"host" for name, _ in headers):
        headers.append((b"Host", b"t"))
    line = " ".join([case["method"], case["uri"], case["version"]]).encode(charset)
    head = b"\r\n".join([line, *(b"%b: %b" % header for header in headers), b"\r\n"])
    body = content = b""
    if any(re.search(rb"(?i)transfer.+encod", name) for name, _ in headers):
        content, body = SMUGGLED, b"%x\r\n%b\r\n0\r\n\r\n" % (len(SMUGGLED), SMUGGLED)
    elif length := re.search(rb"(?i)content.+length\W*(\d{1,7})", head):
        body = content = SMUGGLED.ljust(int(length[1]), b"x")[: int(length[1])]
    return Case(f"{case['name']} ({charset})", case["expected"]["tier"], head, body, content)


def ask(url: str, case: Case) -> Reply | None:
    method = case.head.partition(b" ")[0].decode("latin-1")
    with wired(url) as wire:
        wire.send(case.head + case.body)
        return reply_or_none(wire, method)


def faults(recorder: Recorder, case: Case, reply: Reply | None) -> str:
    """What is wrong with what became of a case; empty where nothing is."""
    if b"/smuggled" in recorder.targets:
        return "the body became a request"
    if len(recorder.seen) > 1:
        return "it became several requests"
    if reply is None:
        return "it was not answered"
    if recorder.seen:
        return "" if reply.status == 200 else f"it passed, and was answered with {reply.status}"
    if reply.header(b"connection") != b"close":
        return "it was refused, and the connection stays"
    if case.tier == "Compliant":
        fine = reply.status == 501 and case.coded
    else:
        fine = 400 <= reply.status < 500
    return "" if fine else f"it was refused with {reply.status}"


@pytest.mark.parametrize("name", FILES)
def test_no_request_has_two_readings(name: str) -> None:
    found = []
    with gated(recorder := Recorder()) as url:
        for case in cases(name):
            recorder.seen.clear()
            fault = faults(recorder, case, ask(url, case))
            if fault:
                found.append(f"{case.tier} {case.name}: {fault}")
    assert found == []


@pytest.mark.parametrize("name", ["more-compliant-tests", "rfc-compliant"])
def test_compliant_requests_arrive_with_their_bodies(name: str) -> None:
    with gated(recorder := Recorder()) as url:
        for case in cases(name):
            recorder.seen.clear()
            reply = ask(url, case)
            assert reply is not None, case.name
            if reply.status == 501:
                assert case.coded, case.name
                continue
            assert [request.body for request in recorder.seen] == [case.content], case.name


@pytest.mark.parametrize("name", FILES)
def test_a_site_gets_each_as_one_well_formed_request(name: str) -> None:
    """Through the origin, read as bytes on a socket: whatever passes has one length, and a body of that length."""
    with raw_origin(ok(b"fine")) as site, door(Origin(site.url)) as url:
        for case in cases(name):
            site.asked.clear()
            reply = ask(url, case)
            assert reply is not None, case.name
            passed = [(asked.line.split(b" ")[1] == b"/smuggled", asked.body) for asked in site.asked]
            assert passed == ([(False, case.content)] if reply.status == 200 else []), case.name
            for asked in site.asked:
                signs = asked.values(b"content-length") + asked.values(b"transfer-encoding")
                assert len(signs) == bool(case.content or signs), case.name
