"""The README keeps its word: its code runs, its tables are those of the code, what it points to is there."""

from __future__ import annotations

import asyncio
import importlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import types
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

import edge
from edge import EdgeMiddleware
from edge.blocks import BlockFailed, compile_block, render
from edge.facts import BUILTIN, Env, Fact, Kind, catalogue
from edge.model import PLACES, Reason
from edge.page.reasons import Passed
from edge.remote import KINDS
from edge.rules import parse_rule
from edge.site import OriginSettings, ServeSettings, Watching, load_serve, load_site
from edge.site.paths import Paths
from edge.site.settings import Settings
from tests.conftest import Serve
from tests.hosts.packages import need_package
from tests.hosts.tested import TESTED
from tests.readme import README, Fence, at_line, fences, under

ROOT = Path(__file__).resolve().parents[1]


def table(heading: str) -> list[list[str]]:
    """The rows of the table whose first row is `heading`, cell by cell."""
    after = README.partition(f"{heading}\n")[2].split("\n")
    assert after[0].startswith("| ---"), heading
    rows = []
    for line in after[1:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return rows


def name_of(cell: str) -> str:
    return cell.strip("`")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the demo's site folder, which the README quotes, with what else the README says; where it lies, we
    are, and the demo's as it is beside us."""
    for folder in ("site", "demo_site/site"):
        shutil.copytree(ROOT / "demo_site" / "site", tmp_path / folder)
    (tmp_path / "site" / "edge.toml").unlink()  # for that, the README has one of its own
    for fence in fences("toml"):
        if fence.file:
            with (tmp_path / fence.file).open("a", encoding="utf-8") as file:
                file.write(fence.text)
    (tmp_path / "www").mkdir()
    (tmp_path / "www" / "index.html").write_text(PAGE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EDGE_SECRET_KEYS", "a-key-for-the-examples-of-the-readme")
    monkeypatch.setenv("CRM_TOKEN", "a-token-for-the-examples")
    return tmp_path / "site"


# Its code.


def test_the_site_folder_loads(site: Path) -> None:
    loaded = load_site(site)
    assert set(loaded.segments) == set(load_site(ROOT / "demo_site" / "site").segments)
    assert loaded.remote_segments == ("vip",)
    assert loaded.settings.remote.url


@pytest.mark.parametrize("fence", fences("toml"), ids=at_line)
def test_every_file_that_is_shown_has_a_name(fence: Fence) -> None:
    assert fence.file or fence.text.startswith(("# instead, ", "# demo_site/site/"))


QUOTES = [
    fence for fence in [*fences("toml"), *fences("html")] if re.match(r"(# |\{# )demo_site/site/", fence.text)
]


@pytest.mark.parametrize("fence", QUOTES, ids=at_line)
def test_what_is_quoted_of_the_demo_stands_there(fence: Fence) -> None:
    """To the byte, in its order; between two paragraphs, something may be left out."""
    head, _, text = fence.text.partition("\n")
    rest = "\n" + (ROOT / head.split()[1]).read_text(encoding="utf-8")
    for paragraph in text.rstrip("\n").split("\n\n"):
        assert f"\n{paragraph}\n" in rest
        rest = "\n" + rest.partition(f"\n{paragraph}\n")[2]


def test_every_file_of_the_site_folder_is_quoted() -> None:
    quoted = {fence.text.split()[1].removeprefix("demo_site/site/").partition("/")[0] for fence in QUOTES}
    there = {path.name for path in (ROOT / "demo_site" / "site").iterdir()}
    assert there - quoted == {"edge.toml", "widgets"}


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a reader has who copied all that one section shows, and nothing else. We are beside it."""
    section = README.partition("\n## Put it in front of your site\n")[2].partition("\n## ")[0]
    for fence in QUOTES:
        if fence.text in section:
            file = tmp_path / fence.text.split()[1].removeprefix("demo_site/")
            file.parent.mkdir(parents=True, exist_ok=True)
            assert not file.exists()
            file.write_text(fence.text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EDGE_SECRET_KEYS", "a-key-for-the-examples-of-the-readme")
    return tmp_path / "site"


def test_what_one_section_shows_is_a_whole_site_folder(copied: Path, serve: Serve) -> None:
    files = {str(path.relative_to(copied)) for path in copied.rglob("*") if path.is_file()}
    names = {f"{one}.toml" for one in ("segments", "experiences", "slots", "facts", "personas")}
    assert files == names | {"blocks/hero/headphones.html"}
    loaded = load_site(copied)
    assert {"headphone-fan", "studio-professional"} <= set(loaded.personas)
    (fence,) = [fence for fence in fences("python") if fence.text.startswith("# app.py\n")]
    assert "A small case for a large silence." in httpx.get(serve(run(fence)) + FAN).text


def test_the_change_that_is_proposed_does_what_is_said(tmp_path: Path, serve: Serve) -> None:
    shutil.copytree(ROOT / "demo_site" / "site", tmp_path / "site")
    rules = tmp_path / "site" / "segments.toml"
    origin = importlib.import_module("demo_site.origin").origin

    def poster() -> str:
        app = EdgeMiddleware(origin, site=tmp_path / "site", environ={"EDGE_SECRET_KEYS": "k" * 32})
        with httpx.Client(base_url=serve(app)) as client:
            client.get(app.preview_path(client.base_url.netloc.decode(), "thai-visitor"))
            return client.get("/").text

    assert "Still up?" not in poster()
    assert "Write `12` in place of `22`" in README
    rules.write_text(rules.read_text(encoding="utf-8").replace("22", "12"), encoding="utf-8")
    assert "Still up?" in poster()


(PAGE,) = [fence.text for fence in fences("html") if fence not in QUOTES]


def test_the_tagged_places_change_for_whom_they_should(site: Path, serve: Serve) -> None:
    async def page(scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"content-type", b"text/html; charset=utf-8")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": PAGE.encode()})

    app = EdgeMiddleware(page, site=site)
    with httpx.Client(base_url=serve(app)) as client:
        assert client.get("/").text == PAGE

        def seen_by(persona: str) -> str:
            client.get(app.preview_path(client.base_url.netloc.decode(), persona))
            return client.get("/").text

        assert '<a class="button" href="/headphones/air?from=quiet-autumn">' in seen_by("headphone-fan")
        assert '<li class="plan marked" id="plan-studio">' in seen_by("studio-professional")
        assert "Free delivery" not in seen_by("night-owl")


def test_the_tagged_places_are_some_of_the_demos(serve: Serve) -> None:
    with httpx.Client(base_url=serve(importlib.import_module("demo_site.origin").origin)) as client:
        pages = client.get("/").text + client.get("/pricing").text
    lines = PAGE.strip().split("\n\n")
    assert len(lines) == 3
    for line in lines:
        for part in re.findall(r"<!--.+?-->|<div .+?>|<li .+?>|<(?:h1|h3|p)>.+?</", line):
            assert part in pages


async def nothing(scope: Any, receive: Any, send: Any) -> None:
    """The app of a block that takes one for granted."""


RULES = README.partition("**Rules**")[2].partition("\n\n")[0].replace("\n", " ")


@pytest.mark.parametrize("rule", [rule for rule in re.findall(r"`([^`]+)`", RULES) if '"' in rule])
def test_every_rule_can_be_used(rule: str, site: Path) -> None:
    parse_rule(rule, load_site(site).facts, {"night-owl"})


BLOCKS = README.partition("**Blocks**")[2].partition("\n\n")[0].replace("\n", " ")


@pytest.mark.parametrize("source", re.findall(r"`([^`]*\{\{[^`]*)`", BLOCKS))
def test_every_block_is_rendered_where_what_it_says_is_known(source: str) -> None:
    block = compile_block("hero", source, catalogue(BUILTIN))
    assert render(block, Env({}, None, {"country": "Peru", "city": "Peru"})).endswith("Peru")


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ('{{ city or "your town" }}', "your town"),
        ('{{ city|default("your town") }}', "your town"),
        ("{% if city %}in {{ city }}{% endif %}", ""),
    ],
)
def test_every_idiom_says_what_stands_for_what_is_not_known(source: str, shown: str) -> None:
    assert f"`{source}`" in BLOCKS
    assert render(compile_block("hero", source, catalogue(BUILTIN)), Env({}, None)) == shown
    with pytest.raises(BlockFailed):
        render(compile_block("hero", "{{ city }}", catalogue(BUILTIN)), Env({}, None))


@pytest.fixture
def django_project(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A project called mysite, as `django-admin startproject mysite` would make it, as far as asgi.py goes."""
    need_package("django")
    settings = types.ModuleType("mysite.settings")
    settings.__dict__.update(SECRET_KEY="for the README", ALLOWED_HOSTS=["*"], USE_TZ=True)
    monkeypatch.setitem(sys.modules, "mysite", types.ModuleType("mysite"))
    monkeypatch.setitem(sys.modules, "mysite.settings", settings)
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "mysite.settings")
    yield
    importlib.import_module("django.conf").settings._wrapped = importlib.import_module(
        "django.utils.functional"
    ).empty


def run(fence: Fence) -> Any:
    """The app that the code makes."""
    names = fence.run(app=nothing)
    return names.get("application", names["app"])


@pytest.mark.parametrize("fence", fences("python"), ids=at_line)
@pytest.mark.usefixtures("site", "django_project")
def test_every_app_has_edge_in_front(fence: Fence, serve: Serve) -> None:
    answer = httpx.get(serve(run(fence), lifespan="auto") + "/_edge/bar.css")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/css; charset=utf-8")


FRAMEWORKS = ("Starlette", "FastAPI", "Litestar", "Quart", "Flask")


@pytest.mark.parametrize("name", FRAMEWORKS)
@pytest.mark.usefixtures("site")
def test_a_handler_of_every_framework_reads_who_is_looking(name: str, serve: Serve) -> None:
    url = serve(run(under(name)))
    with httpx.Client(base_url=url) as client:
        assert "<h1>Hello</h1>" in client.get("/").text
        client.get(EdgeMiddleware(nothing, site="site/").preview_path(url.partition("//")[2], "night-owl"))
        answer = client.get("/")
    assert "<h1>Good night</h1>" in answer.text
    assert answer.headers["cache-control"].startswith("private")


@pytest.mark.parametrize("name", FRAMEWORKS)
@pytest.mark.usefixtures("site")
def test_a_handler_of_every_framework_does_without_edge(
    name: str, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDGE_OFF", "1")
    assert httpx.get(serve(run(under(name)))).text == "<h1>Hello</h1>"


def app_with(words: str) -> Any:
    (fence,) = [fence for fence in fences("python") if words in fence.text]
    return run(fence)


FAN = "/?utm_source=newsletter&utm_campaign=quiet-autumn"


@pytest.mark.usefixtures("site")
def test_files_are_tailored(serve: Serve) -> None:
    url = serve(app_with("StaticFiles"))
    assert "A small case for a large silence." in httpx.get(url + FAN).text


@pytest.mark.usefixtures("site")
def test_the_app_reads_the_visit_and_shows_the_counts(serve: Serve) -> None:
    url = serve(app_with("app.counts"))
    page = httpx.get(url)
    assert "<h1>Hello</h1>" in page.text
    assert "private" in page.headers["cache-control"]
    assert httpx.get(url + "/counts").json() == {"passed: no slots": 1}
    assert httpx.get(url + "/counts").json() == {"passed: no slots": 1, "passed: not html": 1}


@pytest.mark.usefixtures("site")
def test_the_app_does_without_edge_where_it_is_off(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDGE_OFF", "1")
    url = serve(app_with("app.counts"))
    assert httpx.get(url).text == "<h1>Hello</h1>"
    assert httpx.get(url + "/counts").json() == {}


@pytest.mark.usefixtures("site")
def test_as_a_middleware_of_starlette_it_works_too_but_a_wrong_folder_is_told_late(serve: Serve) -> None:
    def app(folder: str) -> Starlette:
        inner = Starlette(routes=[Mount("/", StaticFiles(directory="www", html=True))])
        inner.add_middleware(EdgeMiddleware, site=folder)
        return inner

    assert "A small case for a large silence." in httpx.get(serve(app("site/")) + FAN).text
    assert httpx.get(serve(app("nowhere/"))).status_code == 500


@dataclass(frozen=True, slots=True)
class Command:
    """A command of a console block and what it prints; `…` stands for any text."""

    line: str
    prints: str


def commands() -> list[Command]:
    text = "".join(fence.text for fence in fences("console"))
    parts = re.split(r"^\$ (.*)\n", text, flags=re.MULTILINE)
    assert parts[0] == ""
    return [Command(*pair) for pair in zip(parts[1::2], parts[2::2], strict=True)]


@pytest.mark.parametrize("command", commands(), ids=lambda command: command.line.split()[1])
def test_every_command_prints_what_is_shown(command: Command, site: Path) -> None:
    program, *arguments = shlex.split(command.line)
    assert program == "edge"
    if arguments[0] == "check":
        _slip(site.parent / arguments[1])
    environ = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1"}
    environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), environ.get("PYTHONPATH", "")])
    edge_command = [sys.executable, "-c", "import sys; from edge.cli import main; sys.exit(main())", *arguments]
    answer = subprocess.run(
        edge_command, cwd=site.parent, env=environ, text=True, capture_output=True, check=False, encoding="utf-8"
    )
    pattern = re.escape(command.prints.rstrip()).replace("…", ".*")
    assert re.fullmatch(pattern, (answer.stdout + answer.stderr).rstrip(), re.DOTALL), (
        answer.stdout + answer.stderr
    )


def test_a_slip_while_it_runs_is_told_in_the_log_as_shown(site: Path, caplog: pytest.LogCaptureFixture) -> None:
    (shown,) = [fence.text.strip() for fence in fences("text") if "stays live" in fence.text]
    app = EdgeMiddleware(nothing, site="site", watching=Watching(still=0.0))
    assert app.live is not None
    caplog.clear()
    _slip(site, "segments.toml")
    asyncio.run(app.live.look())
    (record,) = caplog.records
    version = re.compile(r"\b[0-9a-f]{12}\b")
    assert version.sub("", record.getMessage()) == version.sub("", shown)


def _slip(site: Path, *files: str) -> None:
    """The slips that the README shows what becomes of; in these files, or in all."""
    for name, right, wrong in (
        ("segments.toml", "now.hour >= 22", "now.our >= 22"),
        ("experiences.toml", 'show  = "hero/headphones"', 'show  = "hero/headphone"'),
    ):
        if files and name not in files:
            continue
        text = (site / name).read_text(encoding="utf-8")
        assert right in text
        (site / name).write_text(text.replace(right, wrong), encoding="utf-8")


def test_where_the_package_is_installed_from_the_folder_it_is_said_to_be_the_checkout() -> None:
    places = [at.start() for at in re.finditer(r"pip install .*\.\[server\]", README)]
    assert len(places) == 3
    for at in places:
        section = README.rindex("\n#", 0, README.rindex("```sh", 0, at))
        assert "checkout" in README[section:at]


@pytest.mark.parametrize("fence", fences("python"), ids=at_line)
def test_what_stands_behind_an_app_goes_on_with_no_sentence_of_elsewhere(fence: Fence) -> None:
    behind = README.partition(f"```python\n{fence.text}```\n")[2].lstrip()
    assert behind
    assert not behind[0].islower()


def test_every_make_target_exists() -> None:
    makefile = ROOT / "Makefile"
    if not makefile.exists():
        pytest.skip("this is no checkout: no Makefile")
    wanted = set(re.findall(r"^make (\w+)", "".join(fence.text for fence in fences("sh")), re.MULTILINE))
    assert {"demo", "test"} <= wanted
    assert wanted <= set(re.findall(r"^(\w+):", makefile.read_text(encoding="utf-8"), re.MULTILINE))


def test_everything_that_it_links_to_is_there() -> None:
    if not (ROOT / "LICENSE").exists():
        pytest.skip("this is no checkout: no LICENSE")
    targets = re.findall(r"\]\(([^)#]+)\)", README)
    assert [target for target in targets if "://" not in target and not (ROOT / target).exists()] == []


# Its tables.


def fact_row(fact: Fact) -> list[str]:
    kind = f"{fact.kind}: {', '.join(fact.choices)}" if fact.choices else fact.kind
    return [f"`{fact.name}`", kind, fact.about, fact.source]


def test_its_facts_are_the_facts() -> None:
    assert table("| fact | kind | what it is | from |") == [fact_row(fact) for fact in BUILTIN]


SPELT = {"consent.values": "consent.value"}
"""Keys that people write otherwise than the code does."""


def test_its_names_are_the_public_names() -> None:
    rows = table("| name in `edge` | what it is |")
    assert sorted(name_of(row[0]) for row in rows) == sorted(edge.__all__)
    for name, about in rows:
        told = re.findall(r"`([a-z]\w*)(?:\(.*?\))?`", about)
        kind = getattr(edge, name_of(name))
        assert [one for one in told if not hasattr(kind, one) and one not in _FIELDS[name_of(name)]] == []


_FIELDS = defaultdict(set[str], {"SiteError": {"problems"}})
"""What instances have and classes do not."""


def settings_of(settings: Any, prefix: str = "") -> Iterator[tuple[str, object]]:
    """The keys of edge.toml and their defaults, dotted as TOML allows."""
    for one in fields(settings):
        key, value = prefix + one.name, getattr(settings, one.name)
        if isinstance(value, Paths):
            yield key, value.globs
        elif is_dataclass(value):
            yield from settings_of(value, f"{key}.")
        else:
            yield SPELT.get(key, key), value


def default_text(value: object) -> str:
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, int):
        return f"`{value}`"
    return f'`"{value}"`' if value and isinstance(value, str) else "none"


def test_its_settings_are_the_settings() -> None:
    shown = [(name_of(key), default) for key, default, _ in table("| key of `edge.toml` | default | meaning |")]
    assert shown == [(key, default_text(value)) for key, value in settings_of(Settings())]


SERVING = [fence for fence in fences("toml") if "serve" in fence.text]


@pytest.mark.parametrize("fence", SERVING, ids=at_line)
def test_what_it_says_below_serve_can_be_used(fence: Fence, tmp_path: Path) -> None:
    (tmp_path / "edge.toml").write_text(fence.text, encoding="utf-8")
    assert load_serve(tmp_path) != ServeSettings()


def test_its_keys_of_an_origin_are_the_keys() -> None:
    shown = [
        (name_of(key), default) for key, default, _ in table("| key of `[[serve.origins]]` | default | meaning |")
    ]
    assert shown == [(key, default_text(value)) for key, value in settings_of(OriginSettings(""))]


def test_its_hosts_and_servers_are_those_that_are_tested() -> None:
    rows = table("| framework | uvicorn | hypercorn | granian |")
    servers = ("uvicorn", "hypercorn", "granian")
    assert {
        row[0]: tuple(one for one, cell in zip(servers, row[1:], strict=True) if cell) for row in rows
    } == TESTED


def test_its_variables_are_the_variables() -> None:
    sources = Path(edge.__file__).parent.rglob("*.py")
    used = {
        name for source in sources for name in re.findall(r'"(EDGE_[A-Z_]+)"', source.read_text(encoding="utf-8"))
    }
    assert {name_of(row[0]) for row in table("| variable | meaning |")} == used


def test_its_keys_of_an_experience_are_the_keys() -> None:
    experiences = importlib.import_module("edge.site.experiences")
    shown = [name_of(one) for row in table("| key of an experience | meaning |") for one in row[0].split(", ")]
    assert shown == list(experiences._KEYS)


def names_in(heading: str) -> list[str]:
    """The names in the first column of a table."""
    return [name for row in table(heading) for name in re.findall(r"`([^`]+)`", row[0])]


def test_its_keys_of_a_slot_are_the_keys(site: Path) -> None:
    assert names_in("| key of a slot | meaning |") == ["select", "place", "times"]
    text = '[picture]\nselect = "img"\nplace = "replace"\ntimes = 1\n'
    (site / "slots.toml").write_text(text, encoding="utf-8")
    load_site(site)


def test_its_keys_of_a_persona_are_the_keys() -> None:
    facts = {fact.name.partition(".")[0] for fact in BUILTIN} - {"path"}
    assert sorted(names_in("| key of a persona | an example |")) == sorted({"about", "segments", "traits"} | facts)


def test_its_examples_of_persona_keys_can_be_used(site: Path) -> None:
    rows = table("| key of a persona | an example |")
    lines = []
    for keys, examples in rows:
        values = re.findall(r"`([^`]+)`", examples)
        lines += [f"{key} = {value}" for key, value in zip(re.findall(r"`(\w+)`", keys), values, strict=True)]
    (site / "personas.toml").write_text("[one]\n" + "\n".join(lines), encoding="utf-8")
    assert load_site(site).personas["one"].facts["query"] == {"ref": "friend"}


def test_its_kinds_of_a_trait_are_the_kinds_and_can_be_used(site: Path) -> None:
    rows = table("| kind of a trait | a value in a persona | in a rule |")
    assert [name_of(kind) for kind, _, _ in rows] == [kind for kind in get_args(Kind) if kind != "map"]
    facts, segments, values = (site / "facts.toml").read_text(encoding="utf-8"), "", []
    for kind, value, rule in [[cell.strip("`") for cell in row] for row in rows]:
        (name,) = re.findall(r"traits\.(\w+)", rule)
        facts += f'[traits.{name}]\nkind = "{kind}"\n' * (f"[traits.{name}]" not in facts)
        segments += f"[{name}]\nwhen = '{rule}'\n"
        values.append(f"{name} = {value}")
    (site / "facts.toml").write_text(facts, encoding="utf-8")
    with (site / "segments.toml").open("a", encoding="utf-8") as file:
        file.write(segments)
    (site / "personas.toml").write_text(f"[one]\ntraits = {{ {', '.join(values)} }}", encoding="utf-8")
    assert len(load_site(site).personas["one"].facts) == len(rows)


def test_its_reasons_of_a_slot_are_the_reasons() -> None:
    assert names_in("| reason of a slot | meaning |") == list(get_args(Reason))


def test_its_reasons_of_a_page_are_the_reasons() -> None:
    assert names_in("| reason of a page | meaning |") == list(get_args(Passed))


def test_its_reasons_of_cache_are_the_reasons() -> None:
    code = "".join(
        path.read_text(encoding="utf-8") for path in (Path(edge.__file__).parent / "cache").glob("*.py")
    )
    shown = set(names_in("| reason of `cache` in `counts` | meaning |"))
    assert shown == set(re.findall(r'[.]count\("([a-z]+)"\)', code))


def test_its_details_of_what_is_not_kept_are_the_details() -> None:
    folder = Path(edge.__file__).parent / "cache"
    code = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py")))
    shown = set(names_in("| detail | why nothing is kept |"))
    told = set(re.findall(r'(?:return |refuse\(|or )"([a-z-]+)"', code))
    assert told <= shown
    assert [name for name in sorted(shown) if f'"{name}"' not in code] == []


def test_its_reasons_of_remote_are_the_reasons() -> None:
    sources = sorted((Path(edge.__file__).parent / "remote").glob("*.py"))
    code = "".join(source.read_text(encoding="utf-8") for source in sources)
    counted = " ".join(re.findall(r"_count\(([^)]*)\)", code))
    told = {*re.findall(r'RemoteError\(\s*"([a-z ]+)"', code), *re.findall(r'"([a-z ]+)"', counted)}
    shown = set(names_in("| reason of `remote` in `counts` | meaning |"))
    assert shown == told


def test_its_kinds_of_a_service_are_the_kinds() -> None:
    heading = "| `kind` | the service | `segments` unless you say otherwise | `traits` unless you say otherwise |"
    shown = {name_of(row[0]): tuple(re.findall(r"`(/\w+)`", " ".join(row[2:]))) for row in table(heading)}
    assert shown == {
        name: tuple(place for place in (kind.segments, kind.traits) if place) for name, kind in KINDS.items()
    }


def test_its_places_are_the_places() -> None:
    (row,) = [row for row in table("| key of an experience | meaning |") if row[0] == "`place`"]
    assert set(re.findall(r"`(\w+)`", row[1])) == set(PLACES)
