"""`blocks/`: every `.html` file in it is a block, named by its path."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from edge.blocks import Block, compile_block
from edge.errors import BlockError, Problem
from edge.site.folder import BLOCKS, Folder
from edge.site.text import Text
from edge.site.traits import Facts

__all__ = ["SUFFIXES", "BlockFiles", "read_blocks"]

_SUFFIX = ".html"
_OTHERS = (".htm", ".jinja", ".jinja2", ".j2")
"""Endings that blocks have elsewhere."""

SUFFIXES = (_SUFFIX, *_OTHERS)
"""Endings of the files that are looked at."""

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)*")


@dataclass(frozen=True, slots=True)
class BlockFiles:
    """Blocks by name. `names` are all the files, those with problems too."""

    blocks: Mapping[str, Block]
    names: frozenset[str]


def read_blocks(folder: Folder, facts: Facts, known: Mapping[str, Block]) -> BlockFiles:
    """The blocks of the folder; those of `known`, compiled for the same facts, where they are the same."""
    blocks: dict[str, Block] = {}
    names: set[str] = set()
    for file in folder.under(BLOCKS, _SUFFIX):
        name = file[len(BLOCKS) + 1 : -len(_SUFFIX)]
        names.add(name)
        if not _NAME.fullmatch(name):
            cause = f'"{name}" cannot name a block'
            cure = "rename the file: letters, digits, -, _ and . for it and the folders around it"
            folder.problems.append(Problem(file, 0, 0, 0, "", cause, cure))
            continue
        text = folder.text(file)
        if text is not None:
            same = known.get(name)
            if same is not None and same.source == text.content:
                blocks[name] = same
            else:
                blocks.update(_compiled(name, text, facts, folder.problems))
    for suffix in _OTHERS:
        folder.problems.extend(_misnamed(file, suffix) for file in folder.under(BLOCKS, suffix))
    return BlockFiles(MappingProxyType(blocks), frozenset(names))


def _misnamed(file: str, suffix: str) -> Problem:
    name = file.removesuffix(suffix).removesuffix(_SUFFIX).rpartition("/")[2]
    return Problem(file, 0, 0, 0, "", f"a block's file ends in {_SUFFIX}", f"rename it to {name}{_SUFFIX}")


def _compiled(name: str, text: Text, facts: Facts, problems: list[Problem]) -> Iterator[tuple[str, Block]]:
    if facts.unsure(text.content):
        return
    try:
        yield name, compile_block(name, text.content, facts.catalogue)
    except BlockError as error:
        problems.extend(text.problem(flaw.start, flaw.end, flaw.cause, flaw.cure) for flaw in error.flaws)
