"""Every regular expression of Edge and its widgets, found in their source; and texts that are hard for one, made
from how it is built."""

from __future__ import annotations

import ast
import importlib
import re
import re._parser as structure  # type: ignore[import-not-found]  # no other way to see how one is built
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import edge_widgets

import edge

__all__ = ["Found", "found", "hard_texts", "repeated", "samples"]

_CALLS = frozenset(("compile", "match", "search", "fullmatch", "sub", "subn", "split", "findall", "finditer"))
_PACKAGES = (edge, edge_widgets)


@dataclass(frozen=True)
class Found:
    """One regular expression: its name here, the module it stands in, and how it is written. `uses` are the
    methods that it is used by, as far as they can be seen."""

    name: str
    module: str
    written: str
    uses: frozenset[str]

    def compiled(self, names: dict[str, object]) -> re.Pattern[Any]:
        """The expression as Python has it; `names` are those of the function that it is written in."""
        space = {**vars(importlib.import_module(self.module)), "re": re, **names}
        pattern = eval(self.written, space)  # our own source
        assert isinstance(pattern, re.Pattern)
        return pattern


def found() -> list[Found]:
    """All of them, in the order of modules and lines."""
    all_: list[Found] = []
    for package in _PACKAGES:
        folder = Path(package.__path__[0])
        for path in sorted(folder.rglob("*.py")):
            parts = [package.__name__, *path.relative_to(folder).with_suffix("").parts]
            module = ".".join(part for part in parts if part != "__init__")
            all_ += _in_module(module, ast.parse(path.read_text(encoding="utf-8")))
    return all_


def _in_module(module: str, tree: ast.Module) -> Iterator[Found]:
    _refuse_other_names(module, tree)
    seen: dict[str, int] = {}
    for owner, call in _calls(tree, ""):
        number = seen[owner] = seen.get(owner, 0) + 1
        name = f"{module.removeprefix('edge.')}:{owner}" + (f" {number}" if number > 1 else "")
        assert isinstance(call.func, ast.Attribute)
        direct = call.func.attr
        uses = _uses(tree, owner) if direct == "compile" else {direct}
        yield Found(name, module, _written(call), frozenset(uses))


def _refuse_other_names(module: str, tree: ast.Module) -> None:
    """`re` is called `re`, or it would not be found."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "re":
            raise AssertionError(f"{module} imports from re")
        if isinstance(node, ast.Import):
            assert all(alias.name != "re" or alias.asname is None for alias in node.names), module


def _calls(node: ast.AST, owner: str) -> Iterator[tuple[str, ast.Call]]:
    """Each call of `re` with the name that it is assigned to, or else of the function that it stands in."""
    for child in ast.iter_child_nodes(node):
        within = owner
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            within = f"{owner}.{child.name}".lstrip(".")
        elif isinstance(child, ast.Assign | ast.AnnAssign) and not owner:
            within = ast.unparse(child.targets[0] if isinstance(child, ast.Assign) else child.target)
        if _is_call(child):
            assert isinstance(child, ast.Call)
            yield within, child
        yield from _calls(child, within)


def _is_call(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr in _CALLS
    )


def _written(call: ast.Call) -> str:
    """The call as one of re.compile."""
    assert isinstance(call.func, ast.Attribute)
    arguments = call.args if call.func.attr == "compile" else call.args[:1]
    if call.func.attr in ("match", "search", "fullmatch") and len(call.args) > 2:
        arguments = [call.args[0], call.args[2]]
    flags = [keyword.value for keyword in call.keywords if keyword.arg == "flags"]
    return f"re.compile({', '.join(map(ast.unparse, [*arguments, *flags]))})"


def _uses(tree: ast.Module, name: str) -> set[str]:
    """The methods that are called on what is assigned to the name."""
    return {
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == name
        and node.func.attr in _CALLS
    }


# Texts from the structure of an expression.

_BAD = ("", "\x00", "\n", "!", "é")


def samples(pattern: re.Pattern[Any]) -> tuple[str, list[tuple[str, str]]]:
    """A short text that the pattern is likely to match, and for each of its loops what stands before it and one
    turn of it."""
    source = pattern.pattern
    text = source.decode("latin-1") if isinstance(source, bytes) else source
    walk = _Walk()
    tree = structure.parse(text, pattern.flags & ~re.UNICODE if isinstance(source, bytes) else pattern.flags)
    return walk.sequence(tree, ""), walk.loops


class _Walk:
    def __init__(self) -> None:
        self.loops: list[tuple[str, str]] = []
        self.groups: dict[int, str] = {}

    def sequence(self, items: Any, before: str) -> str:
        text = ""
        for kind, value in items:
            text += self.item(str(kind), value, before + text)
        return text

    def item(self, kind: str, value: Any, before: str) -> str:
        match kind:
            case "LITERAL":
                return chr(value)
            case "NOT_LITERAL":
                return "a" if value != ord("a") else "b"
            case "IN":
                return self._member(value)
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                least, most, body = value
                turn = self.sequence(body, before)
                if most > 8:
                    self.loops.append((before, turn or "a"))
                return turn * min(int(least), 8)
            case "SUBPATTERN":
                group, _, _, body = value
                text = self.sequence(body, before)
                if group is not None:
                    self.groups[group] = text
                return text
            case "ATOMIC_GROUP":
                return self.sequence(value, before)
            case "BRANCH":
                texts = [self.sequence(branch, before) for branch in value[1]]
                return max(texts, key=len)
            case "GROUPREF":
                return self.groups.get(value, "")
            case "ASSERT" | "ASSERT_NOT":
                self.sequence(value[1], before)
        return "a" if kind == "ANY" else ""

    def _member(self, members: Any) -> str:
        """A character of a class."""
        kind, value = str(members[0][0]), members[0][1]
        if kind == "NEGATE":
            taken = {chr(code) for what, code in members[1:] if str(what) == "LITERAL"}
            return next(char for char in "ab c-1" if char not in taken)
        if kind == "RANGE":
            return chr(value[0])
        if kind == "CATEGORY":
            return {"CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " "}.get(str(value), "a")
        return chr(value)


def hard_texts(pattern: re.Pattern[Any], length: int, seeds: tuple[tuple[str, str, str], ...] = ()) -> list[Any]:
    """Texts of about `length`: those of the `seeds` (what comes first, what comes again and again, what comes
    last), and for each loop of the pattern its turns without end, behind its beginning once or each time, and
    before what cannot follow. Of the kind that the pattern reads."""
    whole, loops = samples(pattern)
    made = [repeated(first, turn, last, length) for first, turn, last in seeds]
    for before, turn in loops:
        for bad in _BAD[:3]:
            made.append(repeated(before, turn, bad, length))
        made.append(repeated("", before + turn, "\x00", length))
        made.append(repeated("", before + turn * 40, "\x00", length))
    if whole:
        made += [repeated("", whole, bad, length) for bad in _BAD[:2]]
        made.append(repeated("", whole[:-1] or whole, "\x00", length))
        made.append(repeated(whole[:-1], whole[-1], "\x00", length))
    texts = list(dict.fromkeys(made))
    is_bytes = isinstance(pattern.pattern, bytes)
    return [text.encode("utf-8", "replace") for text in texts] if is_bytes else texts


def repeated(first: str, turn: str, last: str, length: int) -> str:
    """A text of about `length`: one thing, then another again and again, then a third."""
    return first + turn * max(1, (length - len(first) - len(last)) // max(1, len(turn))) + last
