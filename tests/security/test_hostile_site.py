"""A site folder written by somebody who means harm, or slipped: it is refused, or costs little; and nothing from
outside of it shows. A marketer may write rules and experiences, and is not trusted with code."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

from edge.errors import Problem, SiteError
from edge.facts import LONGEST, FactError, convert
from edge.site import load_site
from edge.site.folder import MAX_FILE
from edge.site.problems import MOST
from tests.page.raw import ask, html
from tests.page.sites import Front, write_site
from tests.security.carriers import FACTS
from tests.security.shape import SCHEMES

SECRET = "nobody-may-read-this"

Files = Mapping[str, str | bytes]


def write(folder: Path, files: Files) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def problems_of(folder: Path) -> tuple[Problem, ...]:
    with pytest.raises(SiteError) as caught:
        load_site(folder)
    return caught.value.problems


def causes(folder: Path) -> str:
    """All that is told about a folder."""
    with pytest.raises(SiteError) as caught:
        load_site(folder)
    return str(caught.value)


# Links, pipes, names.


@pytest.mark.parametrize(
    "name",
    [
        "edge.toml",
        "facts.toml",
        "slots.toml",
        "segments.toml",
        "experiences.toml",
        "personas.toml",
        "blocks/x.html",
    ],
)
@pytest.mark.parametrize("kind", ["a link", "a link to a link", "an absolute link", "a hard way round"])
def test_no_link_shows_what_lies_outside(tmp_path: Path, name: str, kind: str) -> None:
    outside = tmp_path / "secret"
    outside.write_text(f"[{SECRET}]\nwhen = '{SECRET}'\n")
    site = write(tmp_path / "site", {"blocks/y.html": "y"})
    file = site / name
    up = "../" * (name.count("/") + 1)
    if kind == "a link to a link":
        (site / "other").symlink_to(outside)
        file.symlink_to(site / "other")
    elif kind == "an absolute link":
        file.symlink_to(outside.resolve())
    elif kind == "a hard way round":
        file.symlink_to(f"{up}site/{up}site/../secret" if "/" not in name else f"{up}secret")
    else:
        file.symlink_to(f"{up}secret")
    told = causes(site)
    assert "this link leads out of the site folder" in told
    assert SECRET not in told.replace(str(tmp_path), "")


def test_no_folder_of_blocks_lies_outside(tmp_path: Path) -> None:
    write(tmp_path / "outside", {"x.html": SECRET})
    for target in (tmp_path / "outside", Path("/")):
        site = tmp_path / f"site-{len(str(target))}"
        site.mkdir()
        (site / "blocks").symlink_to(target)
        (problem,) = problems_of(site)
        assert problem.cause == "this link leads out of the site folder"


def test_a_folder_within_blocks_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path / "outside", {"x.html": SECRET})
    site = write(tmp_path / "site", {"blocks/y.html": "y"})
    (site / "blocks" / "more").symlink_to(tmp_path / "outside")
    (site / "blocks" / "round").symlink_to(site / "blocks")
    assert set(load_site(site).blocks) == {"y"}


@pytest.mark.parametrize("hidden", [".edge/secret_keys", ".git/config"])
def test_no_link_shows_the_keys_that_lie_in_the_folder_by_accident(tmp_path: Path, hidden: str) -> None:
    site = write(tmp_path / "site", {hidden: SECRET, "blocks/y.html": "y"})
    (site / "blocks" / "x.html").symlink_to(site / hidden)
    assert "this link leads out of the site folder" in causes(site)


def test_a_mounted_folder_of_links_is_a_site(tmp_path: Path) -> None:
    """As Kubernetes mounts one: each file a link into a folder that is a link."""
    site = write(tmp_path / "site", {"..2026/segments.toml": "[a]\nwhen = 'new'"})
    (site / "..data").symlink_to("..2026")
    (site / "segments.toml").symlink_to("..data/segments.toml")
    assert set(load_site(site).segments) == {"a"}


@pytest.mark.parametrize("name", ["segments.toml", "blocks/x.html"])
def test_a_pipe_is_waited_for_by_nobody(tmp_path: Path, name: str) -> None:
    site = write(tmp_path / "site", {"blocks/y.html": "y"})
    os.mkfifo(site / name)
    (problem,) = problems_of(site)
    assert (problem.file, problem.cause) == (str(site / name), "this is no file")


def test_a_link_in_a_circle_is_told(tmp_path: Path) -> None:
    site = write(tmp_path / "site", {})
    (site / "segments.toml").symlink_to("segments.toml")
    assert "this file cannot be read" in causes(site)


PATHS = (
    "../../etc/passwd",
    "/etc/passwd",
    "..",
    ".",
    "~/x",
    "a/../b",
    "a//b",
    "a\\b",
    "C:\\x",
    "a\0b",
    "%2e%2e/x",
    "file:///x",
)


@pytest.mark.parametrize("path", PATHS)
def test_no_name_is_a_way_elsewhere(tmp_path: Path, path: str) -> None:
    """A name is looked up among those that there are; nothing is opened by it."""
    written = path.replace("\\", "\\\\").replace("\0", "\\u0000")
    for files in (
        {"experiences.toml": f'[e]\nslot = "hero"\nshow = "{written}"', "blocks/x.html": "x"},
        {"experiences.toml": f'[e]\nslot = "{written}"\nplace = "remove"'},
        {"experiences.toml": f'["{written}"]\nslot = "hero"\nplace = "remove"'},
        {"segments.toml": f"[\"{written}\"]\nwhen = 'new'"},
        {"slots.toml": f'["{written}"]\nplace = "inside"'},
        {"personas.toml": f'["{written}"]\ncountry = "DE"'},
        {"facts.toml": f'[traits."{written}"]\nkind = "text"'},
        {"edge.toml": f'timezone = "{written}"'},
        {"edge.toml": f'prefix = "{written}"'} if path != "/etc/passwd" else {"edge.toml": 'prefix = "/../x"'},
    ):
        site = write(tmp_path / "site", files)
        assert problems_of(site)
        for name in files:
            (site / name).unlink()


@pytest.mark.parametrize("name", ["a\x1b[31m", "a\nERROR all is well", "a\r", "a\u202e", "a\udcff", "a\x07"])
def test_no_name_of_a_file_writes_to_the_terminal_or_lines_of_its_own_to_the_log(
    tmp_path: Path, name: str
) -> None:
    site = tmp_path / "site"
    (site / "blocks").mkdir(parents=True)
    (site / "blocks" / f"{name}.html").write_text("x")
    (site / f"{name}.toml").write_text("")
    for problem in problems_of(site):
        assert all(char.isprintable() for char in problem.file + problem.cause + problem.cure)


# What runs.

SCRIPTS = (
    'onclick = "x"',
    'ONCLICK = "x"',
    'onfocus = "x"',
    'srcdoc = "<script>x</script>"',
    'x-init = "x"',
    'v-html = "x"',
    'ng-init = "x"',
    'hx-on = "x"',
    'hx-get = "//evil.example"',
    'data-ng-init = "x"',
    'data-bind = "x"',
    '":title" = "x"',
    '"@click" = "x"',
    '_ = "on click x"',
    'href = "javascript:x"',
    'href = " JavaScript:x"',
    'href = "java\\tscript:x"',
    'href = "java\\nscript:x"',
    'href = "\\u0001javascript:x"',
    'href = "&#106;avascript:x"',
    'href = "java&#115;cript:x"',
    'href = "javascript&#58;x"',
    'src = "javascript:x"',
    'action = "javascript:x"',
    'formaction = "javascript:x"',
    'data = "javascript:x"',
    '"xlink:href" = "javascript:x"',
    'poster = "javascript:x"',
    'to = "javascript:x"',
    'values = "javascript:x"',
    '"a b" = "x"',
    '"a=b" = "x"',
    '"a>b" = "x"',
    '\'a"b\' = "x"',
    '"" = "x"',
    'data-edge-slot = "x"',
)


@pytest.mark.parametrize("attribute", SCRIPTS)
def test_no_attribute_that_a_marketer_sets_runs_code(tmp_path: Path, attribute: str) -> None:
    site = write(tmp_path / "site", {"experiences.toml": f'[e]\nslot = "hero"\n[e.set]\n{attribute}\n'})
    assert len(problems_of(site)) == 1


CODE_HOSTS = (
    "<script {}>x</script>",
    "<SCRIPT {} src=/a.js></SCRIPT>",
    "<base {} href=/>",
    "<meta {} http-equiv=refresh>",
    "<object {} data=/a></object>",
    "<embed {} src=/a>",
    "<applet {}></applet>",
    "<svg><script {}>x</script></svg>",
    "<svg><a><set {} attributeName=href></set></a></svg>",
    "<svg><a><animate {} attributeName=href /></a></svg>",
)


@pytest.mark.parametrize("host", CODE_HOSTS)
@pytest.mark.parametrize("marked", ["data-edge-slot=hero", "id=main"])
def test_no_slot_makes_a_marketer_choose_what_code_runs(front: Front, host: str, marked: str) -> None:
    """However the slot is found, and with whatever else it shows."""
    page = f"<p>a</p>{host.replace('{}', marked)}<p>b</p>".encode()
    for more in ("", 'show = "x"\nplace = "before"', 'place = "after"\nshow = "x"'):
        files = {
            "slots.toml": '[hero]\nselect = "#main"',
            "experiences.toml": f'[e]\nslot = "hero"\nset = {{ src = "//evil.example/x.js", alt = "x" }}\n{more}',
            "blocks/x.html": "x",
        }
        edge = front(html(page), files)
        assert ask(edge).body == page
        assert edge.counts["defaulted", "page"] == 1


@pytest.mark.parametrize("tag", ["script", "base", "meta", "object", "embed"])
def test_a_selector_of_such_an_element_is_told_at_load(tmp_path: Path, tag: str) -> None:
    files = {
        "slots.toml": f'[hero]\nselect = "{tag}[src]"',
        "experiences.toml": '[e]\nslot = "hero"\nset = { src = "/x.js" }',
    }
    (problem,) = problems_of(write(tmp_path / "site", files))
    assert problem.cause == f"an attribute of <{tag}> chooses what code runs"


def test_harmless_attributes_are_set(tmp_path: Path) -> None:
    attributes = ('alt = "JavaScript: the good parts"', 'href = "/javascript:x"', 'title = "on"', 'data-on = "x"')
    site = write(tmp_path / "site", {"experiences.toml": '[e]\nslot = "hero"\n[e.set]\n' + "\n".join(attributes)})
    assert len(load_site(site).experiences["hero"][0].set) == len(attributes)
    assert "javascript" not in SCHEMES


TEMPLATES = (
    "{{ path.__class__ }}",
    "{{ path['__class__'] }}",
    "{{ path|attr('__class__') }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ query.__init__.__globals__ }}",
    "{{ loop.__init__ }}",
    "{% for x in query %}{{ loop._iterator }}{% endfor %}",
    "{{ self }}",
    "{{ self._TemplateReference__context }}",
    "{{ config }}",
    "{{ request }}",
    "{{ cycler }}",
    "{{ joiner() }}",
    "{{ namespace() }}",
    "{{ lipsum() }}",
    "{{ dict(a=1) }}",
    "{{ _budget }}",
    "{{ _fact0 }}",
    "{{ environment }}",
    "{{ caller() }}",
    "{{ varargs }}",
    "{{ super() }}",
    "{{ range.__self__ }}",
    "{{ range(1)|map('attr', '__class__')|list }}",
    "{{ path|map('upper') }}",
    "{{ path|select }}",
    "{{ path|safe }}",
    "{{ path|forceescape }}",
    "{{ path|xmlattr }}",
    "{{ path|format }}",
    "{{ '%s'|format(path) }}",
    "{{ path.format() }}",
    "{{ path.upper() }}",
    "{{ path|pprint }}",
    "{{ path|filesizeformat }}",
    "{{ path|random }}",
    "{{ path|groupby('x') }}",
    "{{ path|batch(2) }}",
    "{{ path|center(10**9) }}",
    "{{ path|indent(10**9) }}",
    "{{ path|striptags }}",
    "{{ path|urlize }}",
    "{{ path|wordwrap }}",
    "{% include 'x' %}",
    "{% include '/etc/passwd' ignore missing %}",
    "{% import 'x' as x %}",
    "{% from 'x' import y %}",
    "{% extends 'x' %}",
    "{% block x %}{% endblock %}",
    "{% macro x() %}{{ x() }}{% endmacro %}",
    "{% call x() %}{% endcall %}",
    "{% filter upper %}x{% endfilter %}",
    "{% autoescape false %}{{ path }}{% endautoescape %}",
    "{% with x = 1 %}{% endwith %}",
    "{% set x %}{{ path }}{% endset %}",
    "{% set path = 'x' %}",
    "{% set loop = 'x' %}",
    "{% set _x = 1 %}",
    "{% set ns.x = 1 %}",
    "{% do path %}",
    "{% debug %}",
    "{% trans %}x{% endtrans %}",
    "{% for x in range(3) recursive %}{{ loop(range(3)) }}{% endfor %}",
    "{% for a in range(9) %}" * 5 + "{% endfor %}" * 5,
    "{{ 2 ** 10 }}",
    "{{ 9" + "9" * 5000 + " }}",
    "<script>{{ path }}</script>",
    "<a href='{{ path }}'>x</a>",
    "<p onclick='{{ path }}'>x</p>",
    "<p {{ path }}>x</p>",
    "{% if new %}<script>{% endif %}{{ path }}{% if new %}</script>{% endif %}",
    "{% if new %}<!--{% endif %}{{ path }}",
    "<p title={% if new %}'{% endif %}{{ path }}'>x</p>",
    "</div><div>",
    "<div>",
    "<!--",
    "<plaintext>",
    "<body onload=x>",
)


@pytest.mark.parametrize("source", TEMPLATES)
def test_no_block_reaches_for_more_than_facts(tmp_path: Path, source: str) -> None:
    site = write(tmp_path / "site", {"blocks/x.html": source})
    assert problems_of(site)


# What is large, deep or slow: refused, or done, in a process that may take so much time and memory and no more.

HALF = MAX_FILE // 2


def _rules(count: int, rule: Callable[[int], str]) -> str:
    return "".join(f"[s{number}]\nwhen = '{rule(number)}'\n" for number in range(count))


def _experiences(count: int, lines: Callable[[int], str]) -> str:
    return "".join(f"[e{number}]\n{lines(number)}\n" for number in range(count))


BOMBS: dict[str, Callable[[], Files]] = {
    "a key of half a million parts": lambda: {"segments.toml": "a." * HALF + "a = 1"},
    "a head of half a million parts": lambda: {"segments.toml": "[" + "a." * HALF + "a]"},
    "a key of many parts in braces": lambda: {"segments.toml": "x = {" + "a." * HALF + "a = 1}"},
    "a key of many parts in a list": lambda: {"segments.toml": "x = [\n{" + "a." * HALF + "a = 1}]"},
    "a key of many quoted parts": lambda: {"segments.toml": '"a".' * (HALF // 3) + "a = 1"},
    "a million brackets": lambda: {"segments.toml": "a = " + "[" * (MAX_FILE - 10)},
    "a million braces": lambda: {"segments.toml": "a = " + "{a=" * (MAX_FILE // 3 - 10)},
    "nothing but mistakes": lambda: {"segments.toml": "a\n" * HALF},
    "nothing but open quotes": lambda: {"segments.toml": 'a="\n' * (MAX_FILE // 4)},
    "nothing but open texts": lambda: {"segments.toml": "a=\"\"\"\n'''\n" * (MAX_FILE // 10)},
    "nothing but heads": lambda: {"segments.toml": "".join(f"[a{n}]\n" for n in range(MAX_FILE // 10))},
    "one head again and again": lambda: {"segments.toml": "[a]\n" * (MAX_FILE // 4)},
    "a list of a hundred thousand tables": lambda: {"segments.toml": "[[a]]\n" * (MAX_FILE // 6)},
    "a hundred thousand unknown keys": lambda: {
        "segments.toml": "[a]\n" + "".join(f"k{n}=1\n" for n in range(MAX_FILE // 12))
    },
    "one line of a megabyte": lambda: {"segments.toml": "a = ['" + "', 'x" * (MAX_FILE // 8) + "']"},
    "a rule of a megabyte": lambda: {"segments.toml": "[a]\nwhen = '" + "new or " * (MAX_FILE // 8) + "new'"},
    "a million newlines": lambda: {"segments.toml": "\n" * MAX_FILE},
    "a file over the limit": lambda: {"segments.toml": "#" * (MAX_FILE + 1)},
    "not a text": lambda: {"segments.toml": bytes(range(256)) * 4096},
    "twenty thousand wrong rules": lambda: {"segments.toml": _rules(25_000, lambda n: 'countri == "DE"')},
    "twenty thousand names and many slips": lambda: {
        "segments.toml": _rules(20_000, lambda n: "new"),
        "experiences.toml": _experiences(20_000, lambda n: f"slot='a'\nfor='t{n}'\nplace='remove'"),
    },
    "five thousand slots that are nearly others": lambda: {
        "slots.toml": "".join(f"[slot{n}]\n" for n in range(5_000)),
        "experiences.toml": _experiences(5_000, lambda n: f"slot='flot{n}'\nplace='remove'"),
    },
    "segments in a chain": lambda: {"segments.toml": _rules(20_000, lambda n: f'"s{n + 1}" in segments')},
    "segments in one circle": lambda: {
        "segments.toml": _rules(20_000, lambda n: f'"s{(n + 1) % 20_000}" in segments')
    },
    "segments in many circles": lambda: {"segments.toml": _rules(20_000, lambda n: f'"s{n ^ 1}" in segments')},
    "choices without end": lambda: {
        "facts.toml": "[traits.t]\nkind='choice'\nchoices=[" + ",".join(f"'{n}'" for n in range(90_000)) + "]",
        "segments.toml": _rules(20_000, lambda n: f'traits.t == "x{n}"'),
    },
    "paths without end": lambda: {
        "experiences.toml": "[e]\nslot='a'\nplace='remove'\npaths=[" + "'/*a*'," * (MAX_FILE // 9) + "]"
    },
    "attributes without end": lambda: {
        "experiences.toml": "[e]\nslot='a'\nset={" + ",".join(f"a{n}='x'" for n in range(MAX_FILE // 13)) + "}"
    },
    "more blocks than a site has": lambda: {f"blocks/{n}.html": "x" for n in range(5_001)},
    "a block over the limit": lambda: {"blocks/x.html": "x" * (1 << 19)},
    "a block of variables": lambda: {"blocks/x.html": "{{ path }}" * 26_000},
    "a block of branches": lambda: {"blocks/x.html": "<p {% if new %}a=b{% endif %}>x</p>" * 7_000},
    "a block of one long branch": lambda: {
        "blocks/x.html": "{% if new %}a" + "{% elif bot %}b" * 12_000 + "{% endif %}"
    },
    "a block of branches in branches": lambda: {"blocks/x.html": "{% if new %}" * 20_000},
    "a block of loops in loops": lambda: {"blocks/x.html": "{% for x in query %}" * 10_000},
    "a block of brackets": lambda: {"blocks/x.html": "{{ " + "(" * 100_000 + "path" + ")" * 100_000 + " }}"},
    "a block of sums": lambda: {"blocks/x.html": "{{ 1" + " + 1" * 60_000 + " }}"},
    "a block of joins": lambda: {"blocks/x.html": "{{ 'a'" + " ~ 'a'" * 40_000 + " }}"},
    "a block of filters": lambda: {"blocks/x.html": "{{ path" + "|upper" * 40_000 + " }}"},
    "a block of a long list": lambda: {"blocks/x.html": "{{ [" + "1," * 120_000 + "]|length }}"},
    "a block that doubles itself": lambda: {
        "blocks/x.html": "{% set a = 'x' %}" + "".join("{% set a = a ~ a %}" for _ in range(10_000))
    },
    "a block of unknown names": lambda: {"blocks/x.html": "{{ countri }}" * 19_000},
    "a block of open comments": lambda: {"blocks/x.html": "{#" * 130_000},
    "a block of open tags": lambda: {"blocks/x.html": "<p>" * 80_000},
    "a block of elements in elements": lambda: {"blocks/x.html": "<div>" * 50_000},
    "a block of signs": lambda: {"blocks/x.html": "<" * 262_000},
    "a block of references": lambda: {
        "blocks/x.html": "<a href='" + "&amp" * 60_000 + "{{ path|urlencode }}'>x</a>"
    },
    "a block of slashes": lambda: {"blocks/x.html": "<script>" + "/" * 250_000 + "</script>"},
    "a block of backslashes": lambda: {"blocks/x.html": "<script>a = '" + "\\" * 250_000 + "';</script>"},
    "a block of commas": lambda: {"blocks/x.html": "<img srcset='" + "a, " * 80_000 + "{{ path|url }} 2x'>"},
}
FOUND = (
    "a key of half a million parts",
    "a head of half a million parts",
    "a key of many parts in braces",
    "a key of many quoted parts",
    "a million brackets",
    "segments in many circles",
    "a block of one long branch",
    "a block of branches in branches",
    "a block of brackets",
    "a block of elements in elements",
    "a block of references",
)
"""Bombs that once took minutes or gigabytes, or raised what nobody caught; and are cheap by now."""

CPU = 120  # seconds: generous, as they share them; what grows faster than its length takes hours
MEMORY = 1 << 30

_LOAD = """
import sys
from edge.errors import SiteError
from edge.site import load_site

for folder in sys.argv[1:]:
    print(folder)
    try:
        load_site(folder)
    except SiteError as error:
        print(len(error.problems), len(str(error)))
    else:
        print(0, 0)
"""


def _bounded() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU, CPU))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _run(code: str, *arguments: str) -> list[str]:
    """What the code prints, in a process that may take so much time and memory and no more."""
    command = [sys.executable, "-c", code, *arguments]
    run = subprocess.run(command, preexec_fn=_bounded, capture_output=True, text=True, check=False)
    assert run.returncode == 0, (run.returncode, run.stdout[-500:], run.stderr[-500:])
    return run.stdout.splitlines()


def _try(tmp_path: Path, names: Iterable[str]) -> None:
    folders = [str(write(tmp_path / name, BOMBS[name]())) for name in names]
    said = _run(_LOAD, *folders)
    assert said[::2] == folders
    for counted in said[1::2]:
        count, length = map(int, counted.split())
        assert count <= MOST + 1
        assert length < 1 << 20  # a message that a terminal can show


def test_what_was_a_bomb_costs_little(tmp_path: Path) -> None:
    _try(tmp_path, FOUND)


@pytest.mark.soak
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_or_costs_little(tmp_path: Path, name: str) -> None:
    _try(tmp_path, [name])


def test_there_is_a_first_problem_that_says_there_are_more(tmp_path: Path) -> None:
    problems = problems_of(write(tmp_path / "site", {"segments.toml": "a\n" * 1_000}))
    assert len(problems) == MOST + 1
    assert problems[0].cause == f"there are more than {MOST} problems"


# What is slow once it runs.

SLOW = (
    'like(traits.note, "*a?b*")',
    'like(traits.note, "' + "*a?" * 300 + '*")',
    'like(traits.note, "' + "?" * 900 + '*x")',
    'like(traits.note, "*' + "a" * 900 + '?b")',
    'like(traits.note, "' + "*a" * 900 + '")',
    " or ".join(['like(traits.note, "*a?b*")'] * 60),
    " or ".join(['traits.note.lower() == "x"'] * 60),
    " or ".join(['traits.note.endswith("x")'] * 60),
    " or ".join([f'"{"a" * 20}b" in traits.tags'] * 40),
)


_EVALUATE = """
import sys
from edge.rules import parse_rule
from tests.security.carriers import FACTS, env_of

for rule in sys.argv[2:]:
    env = env_of("x")
    env["traits.note"] = "a" * int(sys.argv[1])
    env["traits.tags"] = frozenset("a" * 20 + str(n) for n in range(int(sys.argv[1]) // 25))
    print(parse_rule(rule, FACTS).matches(env) in (True, False))
"""


@pytest.mark.parametrize("length", [LONGEST, pytest.param(1 << 20, marks=pytest.mark.soak)])
def test_no_rule_takes_time_that_grows_faster_than_a_fact(length: int) -> None:
    """A text of a megabyte is no fact (`convert`); the rules do not lean on it."""
    assert _run(_EVALUATE, str(length), *SLOW) == ["True"] * len(SLOW)


_PAGE = """
import sys
from edge import EdgeMiddleware
from tests.page.raw import ask, html
from tests.page.sites import KEY, NOW, PAGE

edge = EdgeMiddleware(html(PAGE), sys.argv[1], environ={"EDGE_SECRET_KEYS": KEY}, clock=lambda: NOW)
print(ask(edge, "/?q=" + "a" * 8_000).body == PAGE, edge.counts["defaulted", "late"])
"""


def test_no_number_of_slow_rules_holds_a_page_up_for_longer_than_its_budget_and_one_of_them(
    tmp_path: Path,
) -> None:
    """Once a file full of them, and a long query, took a page a quarter of a minute."""
    rule = " or ".join(f'like(query.q, "*a?{number}*")' for number in range(55))
    files = {"experiences.toml": _experiences(40, lambda n: f"slot='hero'\nfor='{rule}'\nplace='remove'")}
    site = write(tmp_path / "site", files)
    assert _run(_PAGE, str(site)) == ["True 1"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("note", "x" * (LONGEST + 1)),
        ("tags", ["x" * LONGEST, "y"]),
        ("tags", [str(n) for n in range(LONGEST)]),
        ("prefs", {"a": "x" * (LONGEST + 1)}),
        ("prefs", {"x" * LONGEST: "a"}),
    ],
)
def test_a_fact_that_is_too_long_is_none(name: str, value: object) -> None:
    with pytest.raises(FactError, match="is longer than"):
        convert(FACTS[f"traits.{name}"], value)


def test_the_folder_of_the_tests_is_a_site(tmp_path: Path) -> None:
    """Or the tests above would hold of whatever is written."""
    files = {"blocks/x.html": "<p>{{ path }}</p>", "experiences.toml": '[e]\nslot = "hero"\nshow = "x"'}
    assert set(load_site(write_site(tmp_path / "site", files)).blocks) == {"x"}
