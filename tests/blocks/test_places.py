"""Variables stand only where what a visitor brings can do no harm."""

from __future__ import annotations

import pytest

from edge.blocks import BlockFailed
from tests.blocks.catalogue import flaws, rendered

REFUSED = [
    ("<p title={{ city }}>x</p>", "put it into a quoted attribute"),
    ("<p title=a{{ city }}>x</p>", "put it into a quoted attribute"),
    ("<p {{ city }}>x</p>", "choose between two whole tags"),
    ("<p {{ city }}='a'>x</p>", "choose between two whole tags"),
    ("<p data-{{ city }}='a'>x</p>", "choose between two whole tags"),
    ("<p a {{ city }}>x</p>", "choose between two whole tags"),
    ("<p a='b'{{ city }}>x</p>", "choose between two whole tags"),
    ("<br/{{ city }}>", "choose between two whole tags"),
    ("<h{{ city }}></h1>", "choose between two whole tags"),
    ("<{{ city }}>", "choose between two whole tags"),
    ("</{{ city }}>", "choose between two whole tags"),
    ("<!{{ city }}>", "choose between two whole tags"),
    ("<!x {{ city }}>", "write &lt; for <"),
    ("<textarea></{{ city }}textarea></textarea>", "choose between two whole tags"),
    ("<!-- {{ city }} -->", "write it outside"),
    ("<!--{{ city }} -->", "write it outside"),
    ("<svg><![CDATA[{{ city }}]]></svg>", "write it outside"),
    ("<p onclick='{{ city }}'>x</p>", "put it into an attribute, data-value="),
    ("<p ONCLICK='f({{ city|tojson }})'>x</p>", "put it into an attribute, data-value="),
    ("<p @click='{{ city }}'>x</p>", "put it into an attribute, data-value="),
    ("<p :title='{{ city }}'>x</p>", "put it into an attribute, data-value="),
    ("<p x-data='{{ city }}'>x</p>", "put it into an attribute, data-value="),
    ("<p style='color: {{ city }}'>x</p>", "choose a class by {% if %}"),
    ("<iframe srcdoc='{{ city }}'></iframe>", "choose between two whole values"),
    ("<meta http-equiv=refresh content='{{ city }}'>", "choose between two whole values"),
    ("<svg><animate to='{{ city }}'/></svg>", "choose between two whole values"),
    ("<style>{{ city }}</style>", "choose a class by {% if %}"),
    ("<style>{{ city|tojson }}</style>", "choose a class by {% if %}"),
    ("<iframe>{{ city }}</iframe>", "leave it out"),
    ("<xmp>{{ city }}</xmp>", "leave it out"),
    ("<svg><script>{{ city|tojson }}</script></svg>", "use a <script> outside of it"),
    ("<svg><style>{{ city }}</style></svg>", "use a <style> outside of it"),
    ("<script>a = {{ city }}</script>", "write {{ …|tojson }}"),
    ("<script>a = {{ city|tojson|upper }}</script>", "write {{ …|tojson }}"),
    ("<script>a = {{ city|tojson ~ 'a' }}</script>", "write {{ …|tojson }}"),
    ("<script>a = '{{ city|tojson }}'</script>", "write {{ …|tojson }} in place of the whole string"),
    ("<script>a = `${ {{ city|tojson }} }`</script>", "give it a line of its own"),
    ("<script>// {{ city|tojson }}</script>", "give it a line of its own"),
    ("<script>a = /{{ city|tojson }}/</script>", "give it a line of its own"),
    (
        "<script>a < {% if bot %}'{% endif %}{{ city|tojson }}'</script>",
        "write {{ …|tojson }} in place of the whole string",
    ),
    ("<a href='{{ city }}'>x</a>", "write {{ …|url }}"),
    ("<a href='{{ city|urlencode }}'>x</a>", "write {{ …|url }}"),
    ("<a href='{{ city|url|default(1) }}'>x</a>", "write {{ …|url }}"),
    ("<a HREF=' {{ city }}'>x</a>", "write {{ …|url }}"),
    ("<form action='{{ city|url }}'></form>", "write the URL's beginning out"),
    ("<button formaction='{{ city|url }}'></button>", "write the URL's beginning out"),
    ("<iframe src='{{ city|url }}'></iframe>", "write the URL's beginning out"),
    ("<p data-ng-init='{{ city }}'>x</p>", "put it into an attribute, data-value="),
    ("<p hx-get='{{ city|url }}'>x</p>", "put it into an attribute, data-value="),
    ("<p _='{{ city }}'>x</p>", "put it into an attribute, data-value="),
    ("<svg><a xlink:href='{{ city }}'></a></svg>", "write {{ …|url }}"),
    ("<img srcset='/a 1x, {{ city }} 2x'>", "write {{ …|url }}"),
    ("<img src='{% if bot %}/a{% endif %}{{ city|urlencode }}'>", "write {{ …|url }}"),
    ("<a href='/{{ city }}'>x</a>", "write {{ …|urlencode }}"),
    ("<a href='/{{ city|url }}'>x</a>", "write {{ …|urlencode }}"),
    ("<a href='a{{ city|url }}'>x</a>", "write {{ …|urlencode }}"),
    ("<a href='?a={{ city }}'>x</a>", "write {{ …|urlencode }}"),
    ("<a href='{{ city|url }}{{ region|url }}'>x</a>", "write {{ …|urlencode }}"),
    ("<a href='https://{{ city|urlencode }}/'>x</a>", "write scheme and host out"),
    ("<a href='//a.{{ city|urlencode }}/'>x</a>", "write scheme and host out"),
    ("<a href='javascript:f({{ city|urlencode }})'>x</a>", "begin it with https://"),
    ("<a href='java&#115;cript&colon;{{ city|urlencode }}'>x</a>", "begin it with https://"),
    ("<a href='{{ city|url }}:{{ region|urlencode }}'>x</a>", "begin it with https://"),
    ("<a href='javascript&#{{ city|urlencode }}'>x</a>", "begin it with https://"),
    ("<script src='{{ city|url }}'></script>", "write the URL's beginning out"),
    ("<script src='/a?{{ city|url }}'></script>", "write {{ …|urlencode }}"),
    ("<base href='{{ city|url }}'>", "write the URL's beginning out"),
    ("<object data='{{ city|url }}'></object>", "write the URL's beginning out"),
    ("<link rel=stylesheet href='{{ city|url }}'>", "write the URL's beginning out"),
]
"""What is refused, and the beginning of its cure."""


@pytest.mark.parametrize(("source", "cure"), REFUSED)
def test_a_place_that_escaping_does_not_protect_is_refused(source: str, cure: str) -> None:
    found = [flaw for flaw in flaws(source) if "{" not in source[flaw.start]]
    assert any(flaw.cure.startswith(cure) for flaw in found), flaws(source)
    assert all("city" in source[flaw.start : flaw.end] or flaw.cure for flaw in found)


X = "\"'<>&/;:{}`\\\n x=1"


@pytest.mark.parametrize(
    ("source", "output"),
    [
        ("{{ city }}", "&#34;&#39;&lt;&gt;&amp;/;:{}`\\\n x=1"),
        ("<p title='{{ city }}'></p>", "<p title='&#34;&#39;&lt;&gt;&amp;/;:{}`\\\n x=1'></p>"),
        ("<textarea>{{ city }}</textarea>", "<textarea>&#34;&#39;&lt;&gt;&amp;/;:{}`\\\n x=1</textarea>"),
        (
            "<script>a = {{ city|tojson }};</script>",
            '<script>a = "\\"\\u0027\\u003c\\u003e\\u0026/;:{}`\\\\\\n x=1";</script>',
        ),
        (
            '<p data-a="{{ city|tojson }}"></p>',
            '<p data-a="&#34;\\&#34;&#39;&lt;&gt;&amp;/;:{}`\\\\\\n x=1&#34;"></p>',
        ),
        (
            "<a href='/{{ city|urlencode }}'></a>",
            "<a href='/%22%27%3C%3E%26%2F%3B%3A%7B%7D%60%5C%0A%20x%3D1'></a>",
        ),
        ("<p style='width: {{ '5'|int }}%'></p>", "<p style='width: 5%'></p>"),
        ("<style>p { width: {{ city|length }}px }</style>", "<style>p { width: 17px }</style>"),
        ("<img width={{ '5'|int }} alt=''>", "<img width=5 alt=''>"),
        ("<a href='/?a={{ 5|int }}&amp;b={{ '/c?d&e'|url }}'></a>", "<a href='/?a=5&amp;b=/c?d&amp;e'></a>"),
        ("<a href='https://a.example/{{ 'b c'|urlencode }}'></a>", "<a href='https://a.example/b%20c'></a>"),
        ("<a href='mailto:{{ 'b@c'|urlencode }}'></a>", "<a href='mailto:b%40c'></a>"),
        ("<script src='/a/{{ 'b/c'|urlencode }}.js'></script>", "<script src='/a/b%2Fc.js'></script>"),
        ("<svg><title>{{ '<' }}</title></svg>", "<svg><title>&lt;</title></svg>"),
    ],
)
def test_what_stands_in_a_good_place_is_written_so_that_it_stays_there(source: str, output: str) -> None:
    assert rendered(source, {"city": X}) == output


@pytest.mark.parametrize("part", [".", ".."])
def test_a_part_of_a_url_never_leads_to_another(part: str) -> None:
    source = "<script src='/js/{{ city|urlencode }}/app.js'></script>"
    assert rendered(source, {"city": "..."}) == "<script src='/js/.../app.js'></script>"
    with pytest.raises(BlockFailed, match="leads to another part"):
        rendered(source, {"city": part})


@pytest.mark.parametrize("around", ["<a href='/{}/login'>x</a>", "<img srcset='/a 1x, /{}/b 2x' alt=''>"])
def test_a_path_never_begins_with_two_slashes(around: str) -> None:
    source = around.replace("{}", "{{ city|urlencode }}")
    assert rendered(source, {"city": "de"}) == around.replace("{}", "de")
    with pytest.raises(BlockFailed, match="nothing between the slashes"):
        rendered(source, {"city": ""})
    assert rendered("<a href='/a/{{ city|urlencode }}/b'>x</a>", {"city": ""}) == "<a href='/a//b'>x</a>"


def test_a_url_of_another_scheme_shows_the_default() -> None:
    with pytest.raises(BlockFailed, match="another scheme"):
        rendered("<a href='{{ city|url }}'></a>", {"city": "javascript:alert(1)"})
