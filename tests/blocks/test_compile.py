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
        "A variable in a value without quotes can add attributes",
        "No fact is called cuntry",
        "</p> comes while <b> is open",
    ]


def test_the_error_says_what_is_wrong() -> None:
    with pytest.raises(BlockError, match="No fact is called cuntry"):
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
