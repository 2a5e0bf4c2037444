"""The README as tests read it: its blocks of code, each in its place."""

from __future__ import annotations

import ast
import re
import sys
import types
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["README", "Fence", "at_line", "fences", "last_line", "under"]

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block. `file` is the file that its first line names in a comment, if any."""

    language: str
    text: str
    line: int

    @property
    def file(self) -> str | None:
        found = re.match(r"(?:# |\{# )(site/\S+)", self.text)
        return found[1] if found else None

    def run(self, **names: Any) -> dict[str, Any]:
        """The names that the code knows at its end, as a module in the folder that we are in: frameworks look for
        that, and for what the annotations of handlers name."""
        module = sys.modules["readme"] = types.ModuleType("readme")
        vars(module).update({"__file__": str(Path.cwd() / "readme.py"), **names})
        exec(compile(self.text, f"README.md, {at_line(self)}", "exec"), vars(module))
        return vars(module)


def fences(language: str) -> list[Fence]:
    found = re.finditer(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    every = [Fence(one[1], one[2], README.count("\n", 0, one.start()) + 1) for one in found]
    return [fence for fence in every if fence.language == language]


def at_line(fence: Fence) -> str:
    return f"line {fence.line}"


def under(heading: str) -> Fence:
    """The first block of Python below a heading."""
    (above,) = re.findall(rf"^(.*?^#+ {re.escape(heading)}$)", README, re.MULTILINE | re.DOTALL)
    line = above.count("\n") + 1
    return next(fence for fence in fences("python") if fence.line > line)


def last_line(fence: Fence, site: Path) -> Fence:
    """The imports and the last statement of a block, which is where it mounts Edge, with another site folder."""
    code = ast.parse(fence.text)
    imports = [one for one in code.body if isinstance(one, ast.Import | ast.ImportFrom)]
    text = ast.unparse(ast.Module([*imports, code.body[-1]], []))
    assert text.count("'site/'") == 1, text
    return Fence(fence.language, text.replace("'site/'", repr(str(site))), fence.line)
