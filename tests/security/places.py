"""Every place of a block that `compile_block` lets a variable stand at: all that could be one are tried.

In a place, `§` stands for the variable, in braces and perhaps behind a door: `{{ §|url }}`. While places are put
together, `¤` stands for that, and `#` for an attribute.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from edge.blocks import compile_block
from edge.errors import BlockError
from tests.security.carriers import FACTS

__all__ = ["allowed", "candidates", "is_allowed"]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ELEMENTS = _words(
    "a address article aside b bdi bdo blockquote button canvas cite code data datalist del details dfn dialog "
    "div em fieldset figure font footer form h1 header hgroup i iframe ins kbd label listing main map mark "
    "marquee menu meter nav nobr noembed noframes noscript object ol output p picture pre progress q ruby s "
    "samp script search section select slot small span strike strong style sub sup svg math table template "
    "textarea time title tt u ul var video audio xmp dl x-thing "
)

_WRAPPED = (
    "¤",
    "a ¤ b",
    "¤¤",
    "<table><caption>¤</caption></table>",
    "<table><tbody>¤</tbody></table>",
    "<table><tr>¤</tr></table>",
    "<table><tr><td>¤</td><th>¤</th></tr></table>",
    "<ul><li>¤</li><li>¤</ul>",
    "<dl><dt>¤<dd>¤</dl>",
    "<select><option>¤<option>¤</select>",
    "<select><optgroup>¤</optgroup></select>",
    "<fieldset><legend>¤</legend></fieldset>",
    "<details><summary>¤</summary>¤</details>",
    "<figure><figcaption>¤</figcaption></figure>",
    "<ruby>a<rt>¤</rt></ruby>",
    "<p>¤<p>¤",
    "<svg><text>¤</text></svg>",
    "<svg><title>¤</title><desc>¤</desc></svg>",
    "<svg><style>¤</style></svg>",
    "<svg><script>¤</script></svg>",
    "<svg><a href='/x'><text>¤</text></a></svg>",
    "<svg><foreignObject><p>¤</p></foreignObject></svg>",
    "<svg><![CDATA[¤]]></svg>",
    "<math><mi>¤</mi></math>",
    "<math><mtext><b>¤</b></mtext></math>",
    "<math><annotation>¤</annotation></math>",
    "<noscript><p>¤</p></noscript>",
    "<noscript><p title='¤'>¤</p></noscript>",
    "<noscript><textarea>¤</textarea></noscript>",
    "<template><p>¤</p></template>",
    "<template><script>a = ¤;</script></template>",
    "<object><p title='¤'>¤</p></object>",
    "<!-- ¤ -->",
    "<!--¤-->",
    "<!doctype ¤>",
    "<? ¤ ?>",
    "</¤>",
    "<¤>",
)
_CODE = (
    "<script>a = ¤;</script>",
    "<script>a = [¤, ¤];</script>",
    "<script>f({a: ¤})</script>",
    '<script>a = "¤";</script>',
    "<script>a = '¤';</script>",
    "<script>a = `¤`;</script>",
    "<script>a = `${¤}`;</script>",
    "<script>// ¤\na</script>",
    "<script>/* ¤ */</script>",
    "<script>a = /¤/;</script>",
    "<script>a = 1 / ¤;</script>",
    "<script>¤</script>",
    '<script type="module">import a from ¤;</script>',
    '<script type="application/json">{"a": ¤}</script>',
    '<script type="application/ld+json">[¤]</script>',
    '<script type="text/template">¤</script>',
    "<style>p { color: ¤ }</style>",
    "<style>p { width: ¤px }</style>",
    "<style>¤</style>",
    '<style>@import "¤";</style>',
)
_PLAIN = _words(
    "title alt class id name value data-x aria-label placeholder content lang dir role style type rel target "
    "width srcdoc http-equiv onclick onload @click :title x-init v-html ng-init hx-on:click hx-vals sandbox "
    "allow integrity nonce form pattern is slot part color from to values attributename fill filter mask "
    "download charset media data-ng-init data-bind data-on-click _ datetime shadowrootmode "
)
_PLAIN_HOSTS = (
    "<div #>x</div>",
    "<meta #>",
    "<script #></script>",
    "<iframe #></iframe>",
    "<svg><animate #/></svg>",
    "<svg><rect #></rect></svg>",
)
_URLS = _words(
    "href src action formaction srcset imagesrcset poster cite background data ping xlink:href xml:base usemap "
    "itemid codebase archive longdesc classid manifest hx-get attributionsrc "
)
_URL_HOSTS = (
    "<a #>x</a>",
    "<area #>",
    "<img #>",
    "<input #>",
    "<form #></form>",
    "<button #>x</button>",
    "<iframe #></iframe>",
    "<script #></script>",
    "<link #>",
    "<base #>",
    "<object #></object>",
    "<embed #>",
    "<applet #></applet>",
    "<video #></video>",
    "<source #>",
    "<track #>",
    "<q #>x</q>",
    "<svg><a #><text>x</text></a></svg>",
    "<svg><use #/></svg>",
    "<svg><set #></set></svg>",
    "<svg><script #></script></svg>",
    "<math><mi #>x</mi></math>",
    "<x-thing #>x</x-thing>",
)
_WRITTEN_HOSTS = ("<a href=#>x</a>", "<img srcset=# alt=a>", "<script src=#></script>", "<form action=#></form>")
_WRITTEN = (
    "¤",
    "a ¤ b",
    "¤¤",
    "¤/x",
    "/¤",
    "/¤/x",
    "/a/¤",
    "/a/¤/b",
    "/a/¤¤/b",
    "/a?b=¤&amp;c=d#e",
    "?b=¤",
    "#¤",
    "a-¤.html",
    "https://shop.example/¤",
    "https://shop.example/a?¤",
    "https://shop.example¤",
    "//shop.example/¤",
    "mailto:¤",
    "https://¤",
    "https:¤",
    "javascript:¤",
    "data:text/html,¤",
    "¤:¤",
    "/a.png 1x, ¤ 2x",
    "&#¤;",
    "&¤",
    "\\¤",
    "/\t¤",
)
_TAG_PARTS = (
    "¤",
    "¤=x",
    "a¤=x",
    "a=¤b",
    "a=b¤",
    'a="b"¤',
    "a= ¤",
    "a='¤\"'",
    'a="¤\'"',
    "a='¤' b='¤'",
    'a=""b="¤"',
)

_DOORS = ("§", "§|url", "§|urlencode", "§|tojson", "§|upper", "§|truncate(9, true)", "§|replace('a', '<')", "§|e")
_NUMBERS = ("§|int", "§|float", "§|length", "§|wordcount")


def _texts() -> Iterator[tuple[str, tuple[str, ...]]]:
    for place in _WRAPPED:
        yield place, _DOORS if place in ("¤", "a ¤ b") else _DOORS[:1]
    for element in _ELEMENTS:
        yield f"<{element}>¤</{element}>", _DOORS[:1]
    for place in _CODE:
        yield place, (*_DOORS, *_NUMBERS)


def _attributes() -> Iterator[tuple[str, tuple[str, ...]]]:
    for host in _PLAIN_HOSTS:
        for name in _PLAIN:
            yield host.replace("#", f'{name}="¤"'), (*_DOORS[:1], *_NUMBERS[:1])
    for host in _URL_HOSTS:
        for name in _URLS:
            yield host.replace("#", f'{name}="¤"'), _DOORS[:3]
    for host in _WRITTEN_HOSTS:
        for written in _WRITTEN:
            for quoted in (f'"{written}"', f"'{written}'"):
                yield host.replace("#", quoted), (*_DOORS[:4], *_NUMBERS[:1])
            yield host.replace("#", written.replace(" ", "")), (*_DOORS[:3], *_NUMBERS)
    for part in _TAG_PARTS:
        yield f"<p {part}>x</p>", _DOORS
    for quoted in ('"¤"', "'¤'", "¤"):
        yield f"<p title={quoted} class=b>x</p>", (*_DOORS, *_NUMBERS)


@cache
def candidates() -> tuple[str, ...]:
    """All that somebody might write."""
    groups = (*_texts(), *_attributes())
    return tuple(
        dict.fromkeys(place.replace("¤", f"{{{{ {door} }}}}") for place, doors in groups for door in doors)
    )


@cache
def is_allowed(place: str) -> bool:
    """Whether a block may have a variable there: a text that a visitor can choose."""
    try:
        compile_block("place", place.replace("§", "city"), FACTS)
    except BlockError:
        return False
    return True


@cache
def allowed() -> tuple[str, ...]:
    """The candidates that a block may have."""
    return tuple(place for place in candidates() if is_allowed(place))
