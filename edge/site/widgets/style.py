"""A widget's CSS: it stays with the widget, and loads nothing from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from edge.errors import Flaw

__all__ = ["style_flaws"]

_SKIPPED = re.compile(r"/\*.*?(?:\*/|\Z)|\"(?:[^\"\\\n]++|\\.)*+\"?|'(?:[^'\\\n]++|\\.)*+'?", re.DOTALL)
_SHOWN = re.compile(r"[^\n]")
_GROUPS = re.compile(r"@(?:media|container|supports)\b", re.IGNORECASE)
_KEYFRAMES = re.compile(r"@keyframes\s++([\w-]++)", re.IGNORECASE)
_LOADS = re.compile(r"\b(?:url|src|image|image-set)\(", re.IGNORECASE)
_OURS = re.compile(r"\s*+[\"']?/(?![/*])")
_BRACE = re.compile(r"[{}]")
_BRACE_OR_END = re.compile(r"[{};]")
_BRACKETS = {"(": 1, "[": 1, ")": -1, "]": -1}
_AT_MOST = 1 << 16


def style_flaws(css: str, scope: str) -> Iterator[Flaw]:
    """Everything in the style sheet that reaches beyond elements of classes that begin with `scope`, or that asks
    for something from elsewhere."""
    if len(css) > _AT_MOST:
        yield Flaw(f"a widget's style has at most {_AT_MOST:,} characters", "make it simpler", 0, 1)
        return
    plain = _SKIPPED.sub(lambda found: _SHOWN.sub(" ", found[0]), css)
    for found in _LOADS.finditer(plain):
        if not _OURS.match(css, found.end()):
            cure = "name a file of the site by its path: url(/img/paper.png)"
            yield Flaw("a style loads nothing from elsewhere", cure, *found.span())
    yield from _Rules(plain, scope).flaws()


class _Rules:
    """The rules of a style sheet whose comments and texts are blank, from left to right."""

    def __init__(self, css: str, scope: str) -> None:
        self._css = css
        self._scope = scope
        self._at = 0

    def flaws(self) -> Iterator[Flaw]:
        yield from self._group(0)
        if self._at < len(self._css):
            yield Flaw("this } closes nothing", "leave it out", self._at, self._at + 1)

    def _group(self, depth: int) -> Iterator[Flaw]:
        """The rules up to the brace that ends the group, or to the end of the text."""
        while True:
            start = self._at
            found = _BRACE_OR_END.search(self._css, start)
            if found is None or found[0] == "}":
                self._at = found.start() if found else len(self._css)
                if self._css[start : self._at].strip():
                    yield self._flaw(start, self._at, "this is no rule", "write a selector and { … }")
                return
            self._at = found.end()
            if found[0] == ";":
                cure = "leave it out: @import too"
                yield self._flaw(start, self._at, "this stands outside of any rule", cure)
            else:
                yield from self._rule(start, found.start(), depth)

    def _rule(self, start: int, brace: int, depth: int) -> Iterator[Flaw]:
        head = self._css[start:brace].strip()
        if _GROUPS.match(head) and depth < 8:
            yield from self._group(depth + 1)
            if self._at == len(self._css):
                yield self._flaw(brace, brace + 1, "this { is never closed", "write } where it ends")
            self._at += 1
            return
        yield from self._head(start, brace, head)
        yield from self._body(brace)

    def _head(self, start: int, brace: int, head: str) -> Iterator[Flaw]:
        frames = _KEYFRAMES.match(head)
        if frames and not frames[1].startswith(self._scope):
            cause = "other styles may use this name too"
            yield self._flaw(start, brace, cause, f"begin it with {self._scope}")
        elif head.startswith("@") and not frames:
            cure = "a widget has @media, @container, @supports and @keyframes"
            yield self._flaw(start, brace, f"{head.split()[0]} reaches beyond the widget", cure)
        elif not frames:
            at = start
            for one in _selectors(self._css[start:brace]):
                if not _begins(one.lstrip(), f".{self._scope}"):
                    cause = "this selector reaches beyond the widget"
                    cure = f"begin it with a class of its own: .{self._scope}"
                    yield self._flaw(at, at + len(one), cause, cure)
                at += len(one) + 1

    def _body(self, brace: int) -> Iterator[Flaw]:
        """To behind the brace that ends the rule, whatever is nested in it."""
        depth = 1
        for found in _BRACE.finditer(self._css, self._at):
            depth += 1 if found[0] == "{" else -1
            if depth == 0:
                self._at = found.end()
                return
        self._at = len(self._css)
        yield self._flaw(brace, brace + 1, "this { is never closed", "write } where it ends")

    def _flaw(self, start: int, end: int, cause: str, cure: str) -> Flaw:
        """Of what stands from `start` to `end`, without the space around it."""
        said = self._css[start:end]
        at = start + len(said) - len(said.lstrip())
        return Flaw(cause, cure, at, max(at, start + len(said.rstrip())))


def _selectors(text: str) -> Iterator[str]:
    """The parts between the commas of a list of selectors, but for those in brackets."""
    depth = start = 0
    for at, char in enumerate(text):
        depth += _BRACKETS.get(char, 0)
        if char == "," and depth <= 0:
            yield text[start:at]
            start = at + 1
    yield text[start:]


def _begins(selector: str, scope: str) -> bool:
    """Whether the selector begins with a class of the scope: `.edge-hero`, `.edge-hero-title`."""
    behind = selector[len(scope) : len(scope) + 1]
    return selector.startswith(scope) and not (behind.isalnum() or behind == "_")
