"""The inputs of html5lib-tests' tokenizer data, around and inside a slot."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.html.cases import spliced, streamed
from tests.shared import shared

SLOT = b'<div data-edge-slot="hero">old</div>'
FILLED = b'<div data-edge-slot="hero">NEW</div>'
RAW = {"iframe", "noembed", "noframes", "noscript", "plaintext", "script", "style", "textarea", "title", "xmp"}
STRUCTURAL = {"select", "frameset", "svg", "math", "template", "table", "html", "head", "body"}


def _tests() -> Iterator[dict[str, Any]]:
    for path in sorted(shared("conformance/html5lib-tokenizer").glob("*.test")):
        for test in json.loads(path.read_text("utf-8")).get("tests", ()):
            if test.get("doubleEscaped"):
                test = json.loads(json.dumps(test), object_hook=_unescape)
            yield test


def _unescape(value: dict[str, Any]) -> dict[str, Any]:
    return {key: _unescaped(item) for key, item in value.items()}


def _unescaped(item: Any) -> Any:
    if isinstance(item, str):
        return re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), item)
    return [_unescaped(part) for part in item] if isinstance(item, list) else item


def _pages() -> Iterator[tuple[dict[str, Any], bytes]]:
    for test in _tests():
        try:
            yield test, test["input"].encode("utf-8")
        except UnicodeEncodeError:  # a lone surrogate is in no page
            continue


def test_a_page_without_a_slot_is_unchanged_whole_and_cut_anywhere() -> None:
    count = 0
    for _, page in _pages():
        count += 1
        assert spliced(page) == page
        assert streamed(page[at : at + 1] for at in range(len(page))) == page
        for at in range(len(page)):
            assert streamed([page[:at], page[at:]]) == page
    assert count > 1000


def _complete(test: dict[str, Any]) -> bool:
    """The text leaves the tokenizer where it began, and nothing in it decides what is a tag from there on."""
    if "Data state" not in test.get("initialStates", ["Data state"]):
        return False
    if any(error["code"].startswith("eof-") for error in test.get("errors", ())):
        return False
    opened = {token[1].lower() for token in test["output"] if token[0] in ("StartTag", "EndTag")}
    return not opened & (RAW | STRUCTURAL)


def _ends_in_text(page: bytes) -> bool:
    """An open `<` or bogus comment, no error at the end of a page, would swallow what follows."""
    return not re.search(rb"<(?:[/!?][^>]*)?$", page)


def test_complete_text_before_a_slot_does_not_hide_it() -> None:
    count = 0
    for test, page in _pages():
        if _complete(test) and _ends_in_text(page):
            count += 1
            assert spliced(page + SLOT) == page + FILLED, test["description"]
    assert count > 500


def test_complete_text_in_a_slot_does_not_leak_out_of_it() -> None:
    count = 0
    for test, page in _pages():
        tags = [token for token in test["output"] if token[0] in ("StartTag", "EndTag")]
        if _complete(test) and _ends_in_text(page) and not any(token[0] == "EndTag" for token in tags):
            count += 1
            inside = b'<p>before</p><div data-edge-slot="hero">' + page + b"</div><p>after</p>"
            got = spliced(inside)
            assert got in (inside, b"<p>before</p>" + FILLED + b"<p>after</p>"), test["description"]
            if not any(token[1].lower() != "h" for token in tags):
                assert got != inside, test["description"]
    assert count > 500
