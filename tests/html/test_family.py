"""Pages that are the same but for tokens: what is known of one holds for the others, and for no page besides."""

from __future__ import annotations

import random
import re
import string

import pytest

from edge.html import Plan, Slots, find_family, parse_plan, parse_selector
from edge.html.marks import Mark
from tests.shared import shared

SLOTS = Slots(frozenset({"hero", "offer"}))
SIGNS = string.ascii_letters + string.digits + "+/=_.:~-"
HERO = b"<div data-edge-slot=hero><p>old</p></div>"


def pages(template: bytes, *values: bytes, slots: Slots = SLOTS) -> list[Plan]:
    return [parse_plan(template.replace(b"TOKEN", value), slots) for value in values]


def told(plan: Plan) -> list[list[object]]:
    return [[getattr(mark, name) for name in Mark.__slots__] for mark in plan.marks]


@pytest.mark.parametrize(
    "template",
    [
        b'<meta name=csrf-token content="TOKEN">' + HERO,
        b"<meta name=csrf-token content='TOKEN'>" + HERO,
        b"<meta name=token content=TOKEN>" + HERO,
        b"<meta name=token content=TOKEN/>" + HERO,
        b'<script nonce="TOKEN">var a = "<p>";</script>' + HERO + b'<style nonce="TOKEN"></style>',
        b'<form><input type="hidden" name="csrfmiddlewaretoken" value="TOKEN"></form>' + HERO,
        b'<INPUT VALUE = "TOKEN">' + HERO,
        HERO + b'<link rel=preload nonce="TOKEN">' + HERO.replace(b"hero", b"offer"),
        b'<table><tr><td><input value="TOKEN"></table>' + HERO,
        b'<input value="same"><input value="TOKEN">' + HERO,
    ],
)
def test_pages_with_other_tokens_are_of_one_family(template: bytes) -> None:
    one, other = pages(template, b"abcDEF012", b"xyz+/=_-9")
    family = find_family(one, other, SLOTS, "utf-8")
    assert family is not None
    assert family.takes(one.body)
    fourth = pages(template, b"000000000")[0]
    assert family.takes(fourth.body)
    assert told(family.plan(fourth.body)) == told(fourth)
    assert family.plan(fourth.body).pieces == fourth.pieces


@pytest.mark.parametrize(
    "value",
    [
        b'12345678"',
        b"12345678'",
        b"1234 5678",
        b"1234<5678",
        b"1234>5678",
        b"1234&5678",
        b"1234567\xc3\xa4",
        b"",
        b"12345678",
        b"1234567890",
        b"12345678\n",
        b"12345678\x00",
        b"1234`5678",
    ],
)
def test_no_other_text_is_taken(value: bytes) -> None:
    template = b'<meta content="TOKEN">' + HERO
    one, other = pages(template, b"abcdefghi", b"123456789")
    family = find_family(one, other, SLOTS, "utf-8")
    assert family is not None
    assert not family.takes(template.replace(b"TOKEN", value))
    assert not family.takes(one.body.replace(b"old", b"new"))
    assert not family.takes(one.body + b" ")
    assert not family.takes(one.body[:-1])


@pytest.mark.parametrize(
    "template",
    [
        b"<p>TOKEN</p>" + HERO,
        b"<!-- TOKEN -->" + HERO,
        b"<TOKEN>" + HERO,
        b'<meta TOKEN="a">' + HERO,
        b'<a class="TOKEN">' + HERO,
        b'<input type="TOKEN">' + HERO,
        b'<meta http-equiv=content-type content="TOKEN">' + HERO,
        b'<script>let a = "TOKEN"</script>' + HERO,
        b"<script>document.write('<input value=\"TOKEN\">')</script>" + HERO,
        b'<!-- <input value="TOKEN"> -->' + HERO,
        b'<title><input value="TOKEN"></title>' + HERO,
        b'<svg><style nonce="TOKEN"></style></svg>' + HERO,
        b'<template><input value="TOKEN"></template>' + HERO,
        b'<select><option value="a"><input value="TOKEN"></select>' + HERO,
        b'<div data-edge-slot=hero><ul><li><input value="TOKEN"></ul></div>',
        b'<div data-edge-slot=hero><input value="TOKEN"></div>',
        b'<!--edge:slot hero--><input value="TOKEN"><!--/edge:slot-->',
        b'<input data-edge-slot=hero value="TOKEN">',
        b'<input value="a" value="TOKEN">' + HERO,
        b"<div title=\"<input value='TOKEN'>\">" + HERO,
    ],
)
def test_a_text_elsewhere_makes_no_family(template: bytes) -> None:
    one, other = pages(template, b"abcdefghi", b"123456789")
    assert find_family(one, other, SLOTS, "utf-8") is None


def test_equal_pages_and_pages_with_other_slots_make_none() -> None:
    one, other = pages(b'<meta content="TOKEN">' + HERO, b"abcdefghi", b"123456789")
    assert find_family(one, one, SLOTS, "utf-8") is None
    offer = parse_plan(other.body.replace(b"hero", b"heso"), SLOTS)
    assert find_family(one, offer, SLOTS, "utf-8") is None
    longer = pages(b'<meta content="TOKEN">' + HERO, b"0123456789")[0]
    assert find_family(one, longer, SLOTS, "utf-8") is None


def test_a_selector_on_such_a_value_rules_families_out() -> None:
    template = b'<input value="TOKEN"><section id=offer>x</section>'
    for selector, some in (("section#offer", True), ("input[value=buy]", False), ("[nonce]", False)):
        slots = Slots(frozenset({"hero"}), ((parse_selector(selector), "hero"),))
        one, other = pages(template, b"abc", b"123", slots=slots)
        assert (find_family(one, other, slots, "utf-8") is not None) is some


@pytest.mark.parametrize("seed", range(12))
def test_whatever_the_page_a_family_knows_what_a_scan_finds(seed: int) -> None:
    """Tokens anywhere in real pages: where a family is found, its plans are those that are made from nothing."""
    source = random.Random(seed)
    body = shared("conformance/pages/plain.html").read_bytes()
    slots = Slots(frozenset(re.findall(r'data-edge-slot="([^"]+)"', body.decode())))
    kinds = [
        b'<input name=t value="TOKEN">',
        b'<script nonce="TOKEN">',
        b"<meta name=t content='TOKEN'>",
        b"TOKEN",
    ]
    for _ in range(source.randrange(1, 4)):
        at = source.choice([found.start() for found in re.finditer(rb"[<>\" ]", body)])
        body = body[:at] + source.choice(kinds) + body[at:]

    def filled() -> bytes:
        return re.sub(rb"TOKEN", lambda _: "".join(source.choices(SIGNS, k=24)).encode(), body)

    one, other = (parse_plan(filled(), slots) for _ in range(2))
    family = find_family(one, other, slots, "utf-8")
    for _ in range(5):
        third = filled()
        if family is not None and family.takes(third):
            assert told(family.plan(third)) == told(parse_plan(third, slots))
