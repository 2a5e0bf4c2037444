"""A widget's style stays with the widget."""

from __future__ import annotations

import pytest

from edge.site.widgets.style import style_flaws


@pytest.mark.parametrize(
    "css",
    [
        "",
        ".edge-one { color: red }",
        ".edge-one, .edge-one-title > a:is(:hover, :focus) { margin: 0 }",
        ".edge-one:dir(rtl) .anything { margin: 0 }",
        "/* body { } */ .edge-one { content: '} body {' }",
        ".edge-one { & > p { margin: 0 } @media print { display: none } }",
        "@media (width > 30em) { .edge-one { gap: 1em } @supports (gap: 1em) { .edge-one-b { gap: 0 } } }",
        "@container (width > 30em) { .edge-one { gap: 1em } }",
        "@keyframes edge-one-in { from { opacity: 0 } to { opacity: 1 } }",
        ".edge-one { background: url(/img/paper.png) }",
        '.edge-one { background: url("/img/paper.png") }',
        ".edge-one[data-x='a,b'] { gap: 0 }",
    ],
)
def test_what_stays_with_it_is_let_be(css: str) -> None:
    assert list(style_flaws(css, "edge-one")) == []


@pytest.mark.parametrize(
    ("css", "cause", "at"),
    [
        ("body { margin: 0 }", "this selector reaches beyond the widget", "body"),
        (".edge-one, h1 { margin: 0 }", "this selector reaches beyond the widget", "h1"),
        (".edge-onepage { margin: 0 }", "this selector reaches beyond the widget", ".edge-onepage"),
        ("body .edge-one { margin: 0 }", "this selector reaches beyond the widget", "body .edge-one"),
        (":root { --x: 1 }", "this selector reaches beyond the widget", ":root"),
        ("@media print { h1 { color: red } }", "this selector reaches beyond the widget", "h1"),
        ("@import 'other.css';", "this stands outside of any rule", "@import 'other.css';"),
        ("@font-face { src: local(x) }", "@font-face reaches beyond the widget", "@font-face"),
        ("@layer x { .edge-one { gap: 0 } }", "@layer reaches beyond the widget", "@layer x"),
        ("@keyframes in { from { opacity: 0 } }", "other styles may use this name too", "@keyframes in"),
        (".edge-one { background: url(https://evil.example/x) }", "a style loads nothing from elsewhere", "url("),
        (".edge-one { background: url(//evil.example/x) }", "a style loads nothing from elsewhere", "url("),
        (".edge-one { background: url('x.png') }", "a style loads nothing from elsewhere", "url("),
        (
            ".edge-one { background: image-set('https://evil.example/x' 1x) }",
            "a style loads nothing",
            "image-set(",
        ),
        (".edge-one { color: red", "this { is never closed", "{"),
        ("@media print { .edge-one { color: red }", "this { is never closed", "{"),
        (".edge-one { color: red } }", "this } closes nothing", "}"),
        (".edge-one", "this is no rule", ".edge-one"),
    ],
)
def test_what_reaches_beyond_it_is_told(css: str, cause: str, at: str) -> None:
    flaw = next(iter(style_flaws(css, "edge-one")))
    assert flaw.cause.startswith(cause)
    assert css[flaw.start : flaw.end] == at


def test_a_style_without_end_is_refused_and_not_read() -> None:
    (flaw,) = style_flaws(".edge-one { } " * 10_000, "edge-one")
    assert flaw.cause == "a widget's style has at most 65,536 characters"
