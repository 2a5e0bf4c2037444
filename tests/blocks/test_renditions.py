"""A block is rendered once per distinct input that its template reads, and charset."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from edge.blocks import Block, BlockFailed, Renditions, compile_block
from edge.facts import Env
from tests.blocks.catalogue import FACTS, env


def block(source: str) -> Block:
    return compile_block("test", source, FACTS)


def test_the_same_input_gives_the_very_same_bytes() -> None:
    renditions, reader = Renditions(), block("<p>{{ city }}</p>")
    first = renditions.render(reader, env({"city": "ü", "country": "DE"}), "utf-8")
    assert first == "<p>ü</p>".encode()
    assert renditions.render(reader, env({"city": "ü", "country": "AT"}), "utf-8") is first
    assert renditions.render(reader, env({"city": "ö"}), "utf-8") is not first
    assert len(renditions) == 2


def test_each_charset_has_its_own() -> None:
    renditions, reader = Renditions(), block("<p>é ж</p>")
    assert renditions.render(reader, env(), "cp1252") == b"<p>\xe9 &#1078;</p>"
    assert renditions.render(reader, env(), "utf-8") == "<p>é ж</p>".encode()


def test_a_block_that_reads_nothing_asks_for_nothing() -> None:
    def refuse(subject: object) -> None:
        raise AssertionError

    page = Env(dict.fromkeys(FACTS, refuse), None)
    renditions, reader = Renditions(), block("<p>x</p>")
    assert renditions.render(reader, page, "utf-8") is renditions.render(reader, page, "utf-8")


def test_blocks_of_the_same_source_are_kept_apart() -> None:
    renditions, one, other = Renditions(), block("<p>x</p>"), block("<p>x</p>")
    renditions.render(one, env(), "utf-8")
    renditions.render(other, env(), "utf-8")
    assert len(renditions) == 2


def test_values_that_are_equal_and_print_otherwise_are_kept_apart() -> None:
    renditions, reader = Renditions(), block("{{ traits.age }}")
    shown = [renditions.render(reader, env({"traits.age": value}), "utf-8") for value in (1, 1.0, True)]
    assert shown == [b"1", b"1.0", b"True"]


def test_minus_zero_prints_as_zero_whichever_came_first() -> None:
    reader = block("{{ traits.age }}")
    for values in [(0.0, -0.0), (-0.0, 0.0)]:
        renditions = Renditions()
        shown = [renditions.render(reader, env({"traits.age": value}), "utf-8") for value in values]
        assert shown == [b"0.0", b"0.0"]


def test_a_text_that_claims_to_be_html_is_kept_as_the_same_text() -> None:
    reader = block("{{ city }}")
    for values in [("<b>", Markup("<b>")), (Markup("<b>"), "<b>")]:
        renditions = Renditions()
        for value in values:
            assert renditions.render(reader, env({"city": value}), "utf-8") == b"&lt;b&gt;"
        assert len(renditions) == 1


def test_they_are_bounded_by_number() -> None:
    renditions, reader = Renditions(entries=3), block("<p>{{ city }}</p>")
    kept = [renditions.render(reader, env({"city": str(number)}), "utf-8") for number in range(9)]
    assert len(renditions) == 3
    assert renditions.render(reader, env({"city": "8"}), "utf-8") is kept[8]
    assert renditions.render(reader, env({"city": "0"}), "utf-8") is not kept[0]


def test_they_are_bounded_by_bytes_keys_included() -> None:
    renditions, reader = Renditions(size=10_000, entries=1000), block("{% if city %}x{% endif %}")
    for number in range(9):
        renditions.render(reader, env({"city": str(number) * 1000}), "utf-8")
    assert len(renditions) == 2
    assert renditions.render(reader, env({"city": "a" * 9000}), "utf-8") == b"x"  # too large to keep
    assert len(renditions) == 2


def test_a_failure_is_not_kept() -> None:
    renditions, reader = Renditions(), block("{{ city }}{{ traits.age }}")
    for _ in range(2):
        with pytest.raises(BlockFailed):
            renditions.render(reader, env({"city": "x"}), "utf-8")
    assert len(renditions) == 0


def test_what_grows_too_large_in_a_charset_fails() -> None:
    renditions, reader = Renditions(), block("{% for i in range(99000) %}жжж{% endfor %}")
    assert len(renditions.render(reader, env(), "koi8-r")) == 297_000
    with pytest.raises(BlockFailed, match="1,048,576 bytes"):
        renditions.render(reader, env(), "cp1252")


def test_scripts_and_styles_must_be_writable_as_they_are() -> None:
    renditions, reader = Renditions(), block("<script>a = 'ж';</script><p>日</p>")
    assert b"\xd6" in renditions.render(reader, env(), "koi8-r")
    with pytest.raises(BlockFailed, match="script or style cannot be written in cp1252"):
        renditions.render(reader, env(), "cp1252")
