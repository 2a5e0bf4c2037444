"""An origin that shows what a visitor sends: in how many ways, and what they may send to look like a slot."""

from __future__ import annotations

import base64
import json
import quopri
from collections.abc import Callable, Mapping
from html import escape
from types import MappingProxyType
from urllib.parse import quote

__all__ = ["MARKUPS", "REAL", "WAYS", "page", "typed"]

REAL = '<section data-edge-slot="hero"><h1>Sound for everyone</h1></section>'
"""The slot that the origin itself has."""

MARKUPS = (
    '<div data-edge-slot="hero">x</div>',
    "<div data-edge-slot='hero'>x</div>",
    "<div data-edge-slot=hero>x</div>",
    "<DIV DATA-EDGE-SLOT=hero>x</DIV>",
    "<div\tdata-edge-slot\n=\f'hero'\r>x</div>",
    "<div/data-edge-slot=hero/>x</div>",
    '<div data-edge-slot="&#104;ero">x</div>',
    '<div data-edge-slot="hero" data-edge-slot="offer">x</div>',
    '<div class=a data-edge-slot="hero" style=color:red>x</div>',
    '<span data-edge-slot="hero">x</span>',
    '<i data-edge-slot="hero">x',
    '<div data-edge-slot="hero">',
    '<div data-edge-slot="hero"',
    "<img data-edge-slot=hero>",
    "<textarea data-edge-slot=hero>x</textarea>",
    "<template data-edge-slot=hero>x</template>",
    "<script data-edge-slot=hero>x</script>",
    "<style data-edge-slot=hero>x</style>",
    "<svg><g data-edge-slot=hero>x</g></svg>",
    "<div data-edge-slot=hero><div data-edge-slot=hero>x</div></div>",
    "</section><div data-edge-slot=hero>x</div>",
    "</p></div></main></body></html><div data-edge-slot=hero>x</div>",
    "<div data-edge-slot=admin>x</div>",
    "<div data-edge-slot=HERO>x</div>",
    "<div data-edge-slot>x</div>",
    "<div data-edge-slot=hero\x00>x</div>",
    "<div data-edge-slot=\u212aero>x</div>",
    '<div id="main-hero">x</div>',
    "<div ID=main-hero>x</div>",
    "<!--edge:slot hero-->x<!--/edge:slot-->",
    "<!-- edge:slot hero -->x<!-- /edge:slot -->",
    "<!--\nedge:slot\thero\n-->x<!--/edge:slot-->",
    "<!--edge:slot admin-->x<!--/edge:slot-->",
    "<!--edge:slot hero-->",
    "<!--/edge:slot-->",
    "<!--edge:slot hero--!>x<!--/edge:slot-->",
    "<!--edge:slot hero-->x<!--edge:slot hero-->x<!--/edge:slot-->x<!--/edge:slot-->",
)

Way = Callable[[str], str | bytes]


def _around(before: str, after: str, change: Callable[[str], str] = str) -> Way:
    return lambda said: before + change(said) + after


def _numeric(form: str) -> Callable[[str], str]:
    return lambda said: "".join(form.format(ord(char)) for char in said)


def _unquoted(said: str) -> str:
    return said.replace('"', "").replace("'", "")


def _overlong(said: str) -> bytes:
    """Each ASCII character in two bytes, as no decoder may read it."""
    return b"".join(bytes((0xC0 | ord(char) >> 6, 0x80 | ord(char) & 63)) for char in said if char.isascii())


def _utf7(said: str) -> str:
    return "".join(char if char.isalnum() else f"+{_base64(char.encode('utf-16be'))}-" for char in said)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=")


_escaped = escape
WAYS: Mapping[str, Way] = MappingProxyType(
    {
        "raw": _around("<p>", "</p>"),
        "raw in a block": _around("<div>", "</div>"),
        "raw in a list": _around("<ul><li>", "</li></ul>"),
        "raw in a link": _around("<a href=/x>", "</a>"),
        "raw in a table": _around("<table><tr><td>", "</td></tr></table>"),
        "raw between rows": _around("<table><tr>", "</tr></table>"),
        "raw in a menu": _around("<select><option>", "</option></select>"),
        "escaped": _around("<p>", "</p>", _escaped),
        "escaped twice": _around("<p>", "</p>", lambda said: _escaped(_escaped(said))),
        "only < escaped": _around("<p>", "</p>", lambda said: said.replace("<", "&lt;")),
        "decimal references": _around("<p>", "</p>", _numeric("&#{};")),
        "hexadecimal references": _around("<p>", "</p>", _numeric("&#x{:x};")),
        "references without semicolons": _around("<p>", "</p>", _numeric("&#{:07d}")),
        "attribute": _around('<input value="', '">', _escaped),
        "attribute with < and >": _around('<input value="', '">', lambda said: said.replace('"', "&quot;")),
        "single-quoted attribute": _around("<input value='", "'>", lambda said: said.replace("'", "&#39;")),
        "attribute without quotes": _around("<input value=", ">", lambda said: _escaped(said).replace(" ", "")),
        "attribute that breaks": _around('<input value="', '">'),
        "attribute's name": _around("<input ", "=x>", _unquoted),
        "JSON": _around("<script>a = ", "</script>", json.dumps),
        "JSON for scripts": _around(
            "<script>a = ", "</script>", lambda said: json.dumps(said).replace("<", "\\u003c")
        ),
        "JSON in an island": _around('<script type="application/json">', "</script>", json.dumps),
        "JavaScript string": _around("<script>a = '", "';</script>", lambda said: said.replace("'", "\\'")),
        "JavaScript in hexadecimal": _around("<script>a = '", "';</script>", _numeric("\\x{:02x}")),
        "JavaScript template": _around("<script>a = `", "`;</script>"),
        "script with a comment": _around("<script><!--<script>", "</script>--></script>"),
        "event handler": _around("<button onclick=\"f('", "')\">x</button>", _escaped),
        "style": _around("<style>p::after { content: '", "' }</style>", lambda said: said.replace("'", "\\27")),
        "style's comment": _around("<style>/* ", " */</style>"),
        "style attribute": _around('<p style="', '">x</p>', _escaped),
        "comment": _around("<!-- ", " -->"),
        "comment without its dashes": _around("<!-- ", " -->", lambda said: said.replace("--", "")),
        "processing instruction": _around("<?x ", "?>"),
        "declaration": _around("<!x ", ">"),
        "doctype": _around("<!doctype ", ">"),
        "textarea": _around("<textarea>", "</textarea>"),
        "title": _around("<title>", "</title>"),
        "noscript": _around("<noscript>", "</noscript>"),
        "template": _around("<template>", "</template>"),
        "iframe": _around("<iframe>", "</iframe>"),
        "srcdoc": _around('<iframe srcdoc="', '"></iframe>', _escaped),
        "srcdoc of quotes only": _around(
            '<iframe srcdoc="', '"></iframe>', lambda said: said.replace('"', "&quot;")
        ),
        "xmp": _around("<xmp>", "</xmp>"),
        "noembed": _around("<noembed>", "</noembed>"),
        "noframes": _around("<noframes>", "</noframes>"),
        "drawing": _around("<svg><text>", "</text></svg>"),
        "drawing's title": _around("<svg><title>", "</title></svg>"),
        "drawing's style": _around("<svg><style>", "</style></svg>"),
        "foreign object": _around("<svg><foreignObject>", "</foreignObject></svg>"),
        "CDATA": _around("<svg><![CDATA[", "]]></svg>"),
        "CDATA in HTML": _around("<![CDATA[", "]]>"),
        "formula": _around("<math><mtext>", "</mtext></math>"),
        "annotation": _around("<math><annotation-xml>", "</annotation-xml></math>"),
        "link": _around('<a href="/?q=', '">x</a>', lambda said: quote(said.encode())),
        "link encoded twice": _around('<a href="/?q=', '">x</a>', lambda said: quote(quote(said.encode()))),
        "link in text": _around("<p>/?q=", "</p>", lambda said: quote(said.encode())),
        "meta": _around('<meta name=q content="', '">', _escaped),
        "UTF-7": _around("<p>", "</p>", _utf7),
        "base64": _around("<p>", "</p>", lambda said: _base64(said.encode())),
        "quoted-printable": _around("<p>", "</p>", lambda said: quopri.encodestring(said.encode(), True).decode()),
        "UTF-16, little end first": lambda said: said.encode("utf-16-le"),
        "UTF-16, big end first": lambda said: said.encode("utf-16-be"),
        "UTF-16 with a mark": lambda said: b"\xff\xfe" + said.encode("utf-16-le"),
        "UTF-32": lambda said: said.encode("utf-32-be"),
        "overlong UTF-8": _overlong,
        "half a character": lambda said: b"\xe2\x82" + said.encode(),
        "the lead byte of another charset": lambda said: b'<input value="\x81' + _escaped(said).encode() + b'">',
        "full-width": _around(
            "<p>", "</p>", lambda said: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in said)
        ),
        "NUL between": _around("<p>", "</p>", "\0".join),
        "NUL behind <": _around("<p>", "</p>", lambda said: said.replace("<", "<\0")),
        "spaces between": _around("<p>", "</p>", " ".join),
        "soft hyphens between": _around("<p>", "</p>", "\xad".join),
        "upper case": _around("<p>", "</p>", str.upper),
        "title case": _around("<p>", "</p>", str.title),
        "ROT": _around("<p>", "</p>", lambda said: said[::-1]),
        "cut": _around("<p>", "</p>", lambda said: said[:-3]),
    }
)
"""By name, what the origin makes of a text: characters in the page's charset, or bytes."""

_BEFORE = "<!doctype html><title>Shop</title><body><main>"
_AFTER = "<p>Keep this.</p></main><footer>And this.</footer>"


def page(way: str, said: str, where: str = "behind", charset: str = "utf-8") -> bytes:
    """The origin's page that shows what was said, before, behind or in its own slot."""
    shown = WAYS[way](said)
    part = shown if isinstance(shown, bytes) else shown.encode(charset, "xmlcharrefreplace")
    slot = REAL.encode()
    if where == "within":
        body = slot.replace(b"<h1>", part + b"<h1>")
    else:
        body = part + slot if where == "before" else slot + part
    return _BEFORE.encode() + body + _AFTER.encode()


def typed(charset: str) -> bytes:
    """The Content-Type of such a page."""
    return b"text/html; charset=" + charset.encode()
