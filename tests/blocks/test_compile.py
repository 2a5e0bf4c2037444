"""A block's source to a block."""

from __future__ import annotations

import pytest
from jinja2 import nodes

from edge.blocks import compile_block
from edge.blocks.language import parse
from edge.errors import BlockError
from tests.blocks.catalogue import FACTS, flaws


def test_every_flaw_is_told_at_once_in_order() -> None:
    source = "<p title={{ city }}>{{ cuntry }}<b></p>{{ region"
    assert len(flaws(source)) == 1  # what cannot be read at all comes first
    causes = [flaw.cause for flaw in flaws(source + " }}")]
    assert causes == [
        "a variable in a value without quotes can add attributes",
        "there is no fact cuntry",
        "</p> comes while <b> is open",
    ]


def test_grammar_and_names_are_told_together() -> None:
    source = "{{ country|uppercase }} {{ cty }} <a href='{{ path|urll }}'>{{ traits.frist_name }}</b>"
    assert [flaw.cause for flaw in flaws(source)] == [
        "there is no filter 'uppercase'",
        "there is no fact cty",
        "there is no filter 'urll'",
        "there is no fact traits.frist_name",
        "</b> closes nothing that the block opened: it would close an element around the block",
    ]


def test_of_a_part_that_blocks_do_not_have_only_that_is_told() -> None:
    assert [flaw.cause for flaw in flaws("{% macro a(b) %}{{ b }}{% endmacro %}")] == ["a block has no macros"]


@pytest.mark.parametrize("doctype", ["<!doctype html>", "<!DOCTYPE html>"])
def test_a_doctype_is_no_part_of_a_block(doctype: str) -> None:
    (flaw,) = flaws(f"{doctype}<p>x</p>")
    assert (flaw.start, flaw.end, flaw.cure) == (0, len(doctype), "leave the doctype out")


def test_the_error_says_what_is_wrong() -> None:
    with pytest.raises(BlockError, match="there is no fact cuntry"):
        compile_block("test", "{{ cuntry }}", FACTS)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_offsets_are_those_of_the_source_whatever_ends_its_lines(end: str) -> None:
    source = f"<p>{end}{{{{ country }}}}{end}{end}</p>{end}{{{{ cuntry }}}}{end}"
    (flaw,) = flaws(source)
    assert source[flaw.start : flaw.end] == "cuntry"


def test_each_node_knows_its_offset() -> None:
    source = (
        "<p>\n  {%- if a -%}  x {{ b.c }}{# c #} {%- raw -%} {{ z }} {%- endraw %}"
        "{% for i in j %}q{% endfor %}{% endif %}"
    )
    tree = parse(source)
    for data in tree.find_all(nodes.TemplateData):
        assert source[data.lineno : data.lineno + len(data.data)] == data.data
    for name in tree.find_all(nodes.Name):
        assert source[name.lineno :].startswith(name.name)
    (loop,) = tree.find_all(nodes.For)
    assert source[loop.lineno :].startswith("for i in j")
