"""No value of any fact makes an element or attribute, whatever place it stands at: an independent parser sees the
same tree as with a harmless value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from justhtml import JustHTML

from edge.blocks import BlockFailed
from tests.blocks.catalogue import FACTS, rendered

PAYLOADS = (
    "<script>alert(1)</script>",
    "</p><img src=x onerror=alert(1)>",
    '" onmouseover=alert(1) x="',
    "' onmouseover=alert(1) x='",
    "x onmouseover=alert(1)",
    "--><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</title></style><svg onload=alert(1)>",
    "javascript:alert(1)",
    "\tjava\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "&#34; onclick=alert(1) &quot;",
    "`${alert(1)}`",
    '\\"-alert(1)//',
    "]]><script>",
    "{{ 7 * 7 }}{% include 'x' %}",
    "\x00\ufffd\u2028\ud800</p>",
)
PLACES = (
    "<p>{}</p>",
    "{}",
    '<p title="{}" class=b>c</p>',
    "<p title='{}' class=b>c</p>",
    "<p title='a {} b' class=b>c</p>",
    "<textarea>{}</textarea>",
    "<title>{}</title>",
    "<svg><text>{}</text></svg>",
    "<noscript><p title='{}'>{}</p></noscript>",
    "<select><option value='{}'>{}</option></select>",
    "<template><p>{}</p></template>",
)


def hole(fact: str, door: str = "") -> str:
    path, _, last = fact.rpartition(".")
    name = f"{path}['{last}']" if path else fact
    return f"{{{{ {name}{door} }}}}"


def shape(markup: str, scripting: bool) -> list[Any]:
    """Every element with its attributes' names, in order."""
    tree = JustHTML(f"<body><div>{markup}</div>", sanitize=False, scripting_enabled=scripting)
    return [(node.name, sorted(node.attrs or {})) for node in _elements(tree.root)]


def _elements(node: Any) -> Iterator[Any]:
    for child in node.children or ():
        if not child.name.startswith("#"):
            yield child
        yield from _elements(child)
        content = getattr(child, "template_content", None)
        if content is not None:
            yield from _elements(content)


@pytest.mark.parametrize("place", PLACES)
def test_no_payload_in_any_fact_changes_the_tree(place: str) -> None:
    for fact, about in FACTS.items():
        if about.kind not in ("text", "choice"):
            continue
        source = place.replace("{}", hole(fact))
        for scripting in (True, False):
            plain = shape(rendered(source, {fact: "x"}), scripting)
            for payload in PAYLOADS:
                assert shape(rendered(source, {fact: payload}), scripting) == plain, (source, payload)


@given(st.sampled_from(PLACES), st.text("<>\"'&=/!- ax;#\n\x00`[]"), st.booleans())
def test_no_text_changes_the_tree(place: str, text: str, scripting: bool) -> None:
    source = place.replace("{}", hole("city"))
    assert shape(rendered(source, {"city": text}), scripting) == shape(rendered(source, {"city": "x"}), scripting)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_a_script_gets_is_one_string(payload: str) -> None:
    output = rendered("<script>a = {{ city|tojson }};</script>", {"city": payload})
    assert shape(output, True) == shape("<script></script>", True)
    code = output.removeprefix("<script>a = ").removesuffix(";</script>")
    assert code.isascii()
    assert not set("<>&'\n") & set(code)
    assert code[0] == code[-1] == '"'


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("place", ["<a href='{}'>x</a>", '<q cite="{}"></q>', "<img srcset='{} 2x' alt=a>"])
def test_no_url_runs_a_script(place: str, payload: str) -> None:
    source = place.replace("{}", hole("city", "|url"))
    try:
        output = rendered(source, {"city": payload})
    except BlockFailed:
        return
    assert shape(output, True) == shape(rendered(source, {"city": "x"}), True)
    assert "script:" not in output
    assert "data:" not in output


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_part_of_a_url_stays_a_part(payload: str) -> None:
    source = "<a href='/a/{{ city|urlencode }}?b={{ city|urlencode }}#c'>x</a>"
    if "\ud800" in payload:
        payload = payload.replace("\ud800", "")
    output = rendered(source, {"city": payload})
    assert shape(output, True) == shape(rendered(source, {"city": "x"}), True)
    assert output.count("/") == 3
    assert output.count("?") == output.count("=") - 1 == 1
