"""The rooms of the house: who may import whom, what a pure room may touch, where a broad `except` may stand."""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGES = ("edge", "edge_widgets", "demo_site")
WORDS = ("model", "errors", "types")
PURE = frozenset({"facts", "html", "rules", "decisions", "blocks"})

ABOVE_SITE = frozenset({"words", "facts", "html", "rules", "decisions", "blocks", "visitors", "remote", "cache"})
EVERYTHING = ABOVE_SITE | {"site", "bar", "page", "serve", "gallery"}

MAY_IMPORT: Mapping[str, frozenset[str]] = {
    # A room may also import itself, but for the words: each of those stands alone.
    "words": frozenset(),
    "facts": frozenset({"words"}),
    "html": frozenset({"words"}),
    "rules": frozenset({"words", "facts"}),
    "decisions": frozenset({"words", "facts", "rules"}),
    "blocks": frozenset({"words", "facts", "html"}),  # html knows where in the markup a template's hole stands
    "visitors": frozenset({"words", "facts"}),
    "bar": frozenset({"words", "html", "rules", "decisions"}),
    "site": ABOVE_SITE,
    # facts: an Env is what the page hands from room to room; the rest by Protocol
    "page": frozenset({"words", "facts", "html", "decisions", "blocks", "visitors", "bar"}),
    "gallery": frozenset({"words", "facts", "blocks", "visitors", "site"}),
    "remote": frozenset({"words"}),
    "cache": frozenset({"words", "visitors"}),  # the cookie on which no answer of the site depends
    "serve": frozenset({"words", "visitors"}),  # the cookie that is none of the origin's business
    "runtime": EVERYTHING,
    "door": EVERYTHING | {"runtime"},
    "public": EVERYTHING | {"runtime"},  # edge/__init__.py, the public names
    "cli": EVERYTHING | {"runtime", "door", "public"},
    "edge_widgets": frozenset({"words", "public"}),
    "demo_site": frozenset({"words", "public", "edge_widgets"}),
}

# What a pure room may import besides rooms: nothing that knows time, chance, files, sockets, logs, processes.
HARMLESS = frozenset(
    """__future__ abc ast bisect codecs collections contextlib dataclasses datetime difflib enum fnmatch functools
    graphlib hashlib html itertools json keyword math operator re string types typing unicodedata urllib.parse
    cachetools jinja2 markupsafe msgspec typing_extensions""".split()  # noqa: SIM905
)
CLOCK = frozenset({"now", "today", "utcnow"})
INPUT_OUTPUT = frozenset({"open", "print", "input", "breakpoint"})

CORE = frozenset({"starlette", "httpx", "cachetools", "itsdangerous", "jinja2", "markupsafe", "msgspec"})
# The extra `server`: asked for by the way in and by commands only.
HTTP = frozenset({"h11"})
SERVER = frozenset({"uvicorn", "httptools", "websockets"})
WITH_SERVER = frozenset({"serve", "door", "cli", "demo_site"})

# A lost page is the alternative, or a server that does not start because an app has no lifespan, which apps say by
# raising whatever they like, or a task that nobody waits for ends unseen.
BROAD_EXCEPT = frozenset(
    f"edge.{name}"
    for name in (
        "page.middleware",
        "page.exchange",
        "page.responder",
        "page.passing",
        "page.streaming",
        "page.visit",
        "page.fallback",
        "page.recalling",
        "page.faults",
        "page.lifespan",
        "runtime.background",
        "runtime.setup",
        "cache.page_cache",
        "cache.renewing",
        "cache.fetch",
    )
)
VAGUE = frozenset({"util", "utils", "helper", "helpers", "manager", "managers", "misc", "common"})


@dataclass(frozen=True, slots=True)
class Module:
    """One source file. `imports` are (line, what is imported): a module, or a name in a module of ours."""

    name: str
    room: str
    tree: ast.Module
    imports: tuple[tuple[int, str], ...]


def read(package: str, folder: Path) -> Iterator[Module]:
    """Every module of a package that lies in `folder`."""
    for path in sorted(folder.rglob("*.py")):
        inside = path.relative_to(folder).with_suffix("").parts
        is_package = inside[-1] == "__init__"
        parts = (package, *inside[: -1 if is_package else None])
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        here = parts if is_package else parts[:-1]
        yield Module(".".join(parts), room_of(parts), tree, tuple(dict.fromkeys(imports_of(tree, here))))


def room_of(parts: tuple[str, ...]) -> str:
    if parts[0] != "edge":
        return parts[0]
    if len(parts) == 1:
        return "public"
    if parts[1] in WORDS:
        return "words"
    return "cli" if parts[1] == "__main__" else parts[1]


def imports_of(tree: ast.AST, here: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Imports anywhere: at the top, in a function, under TYPE_CHECKING. `here` is the package of `tree`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = here[: len(here) - node.level + 1] if node.level else ()
            origin = ".".join([*base, *filter(None, [node.module])])
            ours = (
                origin.partition(".")[0] in PACKAGES
            )  # then the name may be a module's: `from edge import model`
            yield from ((node.lineno, f"{origin}.{alias.name}" if ours else origin) for alias in node.names)


def target_room(name: str) -> str | None:
    """The room that an imported name belongs to; None for the standard library and other packages."""
    parts = tuple(name.split("."))
    if parts[0] not in PACKAGES:
        return None
    room = room_of(parts)
    return room if room in MAY_IMPORT else "public"


def faults(modules: list[Module]) -> Iterator[str]:
    """What breaks the house rules, one line each."""
    for module in modules:
        yield from import_faults(module)
        yield from except_faults(module)
        if module.room in PURE:
            yield from purity_faults(module)
        if module.name.rpartition(".")[2] in VAGUE:
            yield f"{module.name}: name it after the one idea in it"
    yield from cycles(modules)


def import_faults(module: Module) -> Iterator[str]:
    if module.room not in MAY_IMPORT:
        yield f"{module.name}: {module.room} is not a room of the table"
        return
    for line, name in module.imports:
        room = target_room(name)
        if room is None:
            yield from dependency_faults(module, line, name)
        elif module.room == "words" or (room != module.room and room not in MAY_IMPORT[module.room]):
            yield f"{module.name}:{line}: {module.room} may not import {name}"


def dependency_faults(module: Module, line: int, name: str) -> Iterator[str]:
    top = name.partition(".")[0]
    server, http = module.room in WITH_SERVER, module.room == "remote"
    allowed = CORE | (SERVER if server else set()) | (HTTP if http else set())
    if top not in sys.stdlib_module_names | allowed:
        yield f"{module.name}:{line}: {name} is not a dependency of Edge's core"
    if module.room in PURE and not {top, name} & HARMLESS:
        yield f"{module.name}:{line}: {module.room} is pure and may not import {name}"


def except_faults(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ExceptHandler):
            caught = {"BaseException"} if node.type is None else names(node.type)
        elif isinstance(node, ast.Call) and "suppress" in names(node.func):
            caught = {name for argument in node.args for name in names(argument)}
        else:
            continue
        if "BaseException" in caught:
            yield f"{module.name}:{node.lineno}: never catches BaseException"
        elif "Exception" in caught and module.name not in BROAD_EXCEPT:
            yield f"{module.name}:{node.lineno}: a broad except"


def names(node: ast.AST) -> set[str]:
    return {
        n.id if isinstance(n, ast.Name) else n.attr
        for n in ast.walk(node)
        if isinstance(n, ast.Name | ast.Attribute)
    }


def purity_faults(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call):
            continue
        match node.func:
            case ast.Attribute(attr=attr, value=value) if attr in CLOCK and names(value) & {"datetime", "date"}:
                yield f"{module.name}:{node.lineno}: {module.room} is pure and may not read the clock"
            case ast.Name(id=name) if name in INPUT_OUTPUT:
                yield f"{module.name}:{node.lineno}: {module.room} is pure and may not call {name}"


def cycles(modules: list[Module]) -> Iterator[str]:
    known = {module.name for module in modules}
    graph = {
        module.name: {name if name in known else name.rpartition(".")[0] for _, name in module.imports} & known
        for module in modules
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        yield "a circle of imports: " + " → ".join(error.args[1])


def folder_of(package: str) -> Path:
    """Where the package that the tests run against lies: here, or installed."""
    file = importlib.import_module(package).__file__
    assert file is not None
    return Path(file).parent


@pytest.fixture(scope="module")
def house() -> list[Module]:
    return [module for package in PACKAGES for module in read(package, folder_of(package))]


def test_the_house_keeps_its_rules(house: list[Module]) -> None:
    assert "\n".join(faults(house)) == ""


def test_the_origin_knows_nothing_of_edge(house: list[Module]) -> None:
    origin = next(module for module in house if module.name == "demo_site.origin")
    assert [name for _, name in origin.imports if target_room(name) not in {None, "demo_site"}] == []


def test_every_public_name_exists_and_is_documented() -> None:
    edge = importlib.import_module("edge")
    assert len(set(edge.__all__)) == len(edge.__all__)
    classes_and_functions = [getattr(edge, name) for name in edge.__all__ if callable(getattr(edge, name))]
    assert [thing for thing in classes_and_functions if not thing.__doc__] == []


BAD = {
    "model.py": ("import edge.errors", "edge.model:1: words may not import edge.errors"),
    "facts/a.py": (
        "from edge.rules import parse_rule",
        "edge.facts.a:1: facts may not import edge.rules.parse_rule",
    ),
    "facts/b.py": ("from ..page import middleware", "edge.facts.b:1: facts may not import edge.page.middleware"),
    "html/a.py": ("def f():\n    import time", "edge.html.a:2: html is pure and may not import time"),
    "html/b.py": ("import urllib.request", "edge.html.b:1: html is pure and may not import urllib.request"),
    "rules/a.py": (
        "from datetime import datetime\nx = datetime.now()",
        "edge.rules.a:2: rules is pure and may not read the clock",
    ),
    "rules/b.py": ("x = open('y')", "edge.rules.b:1: rules is pure and may not call open"),
    "decisions/a.py": (
        "from edge import EdgeMiddleware",
        "edge.decisions.a:1: decisions may not import edge.EdgeMiddleware",
    ),
    "blocks/utils.py": ("", "edge.blocks.utils: name it after the one idea in it"),
    "visitors/a.py": ("try: ...\nexcept Exception: ...", "edge.visitors.a:2: a broad except"),
    "visitors/b.py": ("try: ...\nexcept (ValueError, Exception): ...", "edge.visitors.b:2: a broad except"),
    "visitors/c.py": ("import contextlib\ncontextlib.suppress(Exception)", "edge.visitors.c:2: a broad except"),
    "page/responder.py": ("try: ...\nexcept: ...", "edge.page.responder:2: never catches BaseException"),
    "page/a.py": ("from edge.runtime import Runtime", "edge.page.a:1: page may not import edge.runtime.Runtime"),
    "page/b.py": ("import requests", "edge.page.b:1: requests is not a dependency of Edge's core"),
    "page/c.py": ("import uvicorn", "edge.page.c:1: uvicorn is not a dependency of Edge's core"),
    "cellar/a.py": ("", "edge.cellar.a: cellar is not a room of the table"),
}
GOOD = {
    "model.py": "",
    "__init__.py": "from edge.runtime import EdgeMiddleware",
    "runtime.py": "from edge import model\nfrom edge.page import responder\nimport time",
    "rules/parse.py": "from edge.facts import Catalogue\nfrom . import trace\nfrom datetime import datetime",
    "rules/trace.py": "import ast, urllib.parse\nx = node.now()",
    "page/responder.py": "try: ...\nexcept Exception: ...",
    "cli/__init__.py": "from edge.cli.main import main",
    "cli/main.py": "from edge.cli import serve",
    "cli/serve.py": "import uvicorn\nfrom edge.runtime import x",
    "serve/gate.py": "import uvicorn, httptools\nfrom edge.errors import x",
}


def build(folder: Path, files: Mapping[str, str]) -> list[Module]:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(read("edge", folder))


@pytest.mark.parametrize("file", BAD)
def test_a_broken_rule_is_found(tmp_path: Path, file: str) -> None:
    text, fault = BAD[file]
    assert list(faults(build(tmp_path, {file: text}))) == [fault]


def test_a_circle_of_imports_is_found(tmp_path: Path) -> None:
    circle = {"site/a.py": "from edge.site.b import x", "site/b.py": "from .a import y"}
    (fault,) = faults(build(tmp_path, circle))
    assert fault.startswith("a circle of imports: edge.site.")


def test_what_is_allowed_is_let_be(tmp_path: Path) -> None:
    assert list(faults(build(tmp_path, GOOD))) == []
