"""`edge widgets`: ready-made blocks, and the beginning of one's own."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from edge.cli.new_widget import new_widget
from edge.cli.output import count, print_json, print_problems
from edge.errors import Problem
from edge.facts import did_you_mean
from edge.gallery import style_path
from edge.site import Site, load_prefix, read_site
from edge.site.names import listed
from edge.site.widgets import ANYWAY, NAME, NAMING, Widget, packaged_names, takes

__all__ = ["add"]

_CODES = "Exit codes: 0 done, 1 the site folder has problems or the name is taken, 2 wrong usage."
_DEFAULT = "site"
_Command = Callable[[argparse.Namespace], int]


class _Commands(argparse._SubParsersAction):  # type: ignore[type-arg]  # Python 3.11 knows no [] of it
    """The commands of the command. Where none is named but a folder is, it says how the widgets are listed."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        name, *_ = map(str, values or ())
        if name not in self._name_parser_map:
            parser.error(f'there is no command "{name}": {_instead(name, list(self._name_parser_map))}')
        super().__call__(parser, namespace, values, option_string)


def _instead(name: str, commands: Sequence[str]) -> str:
    if os.sep in name or Path(name).is_dir():
        return f"to list the widgets of a site folder: edge widgets list {shlex.quote(name)}"
    return did_you_mean(name, commands, f"there is {listed(commands)}")


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command, with commands of its own."""
    about = "list the widgets, show one, make one of your own"
    parser = commands.add_parser("widgets", help=about, description=about, epilog=_CODES)
    parser.set_defaults(run=_list, site=None, json=False)
    inner = parser.add_subparsers(title="commands", metavar="COMMAND", action=_Commands)
    inner.choices = None  # type: ignore[assignment]  # else argparse refuses a folder itself, without a cure
    _site(_command(inner, "list", "list the widgets: what each is for, and its inputs", _list)).add_argument(
        "--json", action="store_true", help="print for machines"
    )
    _site(_command(inner, "show", "print what to write for a widget, and where", _show, named=True))
    _site(_command(inner, "new", "make the files of a widget in the site folder", _new, named=True)).add_argument(
        "--replace", action="store_true", help="on this site, in the place of a widget of a package"
    )
    _site(_command(inner, "css", "print the style of all widgets, for a site that serves it itself", _css))


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    about: str,
    run: _Command,
    *,
    named: bool = False,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=about, description=about, epilog=_CODES)
    if named:
        parser.add_argument("name", metavar="NAME", help="the widget's name")
    parser.set_defaults(run=run, parser=parser)
    return parser


def _site(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument(
        "site", metavar="SITE", nargs="?", help="the site folder (default: site, where there is one)"
    )
    return parser


def _read(chosen: argparse.Namespace) -> tuple[Site | None, tuple[Problem, ...]]:
    """What can be read of the site, and its problems; one without files where none was named and none is here."""
    if _is_elsewhere(chosen):
        with TemporaryDirectory() as empty:
            return read_site(empty)
    return read_site(chosen.site or _DEFAULT)


def _is_elsewhere(chosen: argparse.Namespace) -> bool:
    return chosen.site is None and not Path(_DEFAULT).exists()


def _told(chosen: argparse.Namespace, problems: tuple[Problem, ...]) -> int:
    """The end of a command: what is wrong with the folder, below what could be shown all the same, and the exit
    code."""
    sys.stdout.flush()
    if _is_elsewhere(chosen):
        print(
            f'there is no site folder "{_DEFAULT}" here, so these are only the widgets that come with Edge and '
            "other packages: for a site's own too, end the command with the path of its folder",
            file=sys.stderr,
        )
    if problems:
        print(file=sys.stderr)
        print_problems(problems, chosen.site or _DEFAULT, sys.stderr)
    return 1 if problems else 0


def _list(chosen: argparse.Namespace) -> int:
    site, problems = _read(chosen)
    if site is not None:
        _print_list(chosen, site)
    return _told(chosen, problems)


def _print_list(chosen: argparse.Namespace, site: Site) -> None:
    if chosen.json:
        stylesheet = style_path(site.settings.prefix, site.style)
        print_json({"stylesheet": stylesheet, "widgets": [_as_json(one) for one in site.widgets.values()]})
        return
    print("\n\n".join(_listed(one) for one in site.widgets.values()))
    print(f"\n{count(len(site.widgets), 'widget')}. Each takes {' and '.join(ANYWAY)} too.")
    print("In the head of each page that has one, or its default:")
    print(_stylesheet(site.settings.prefix))


def _stylesheet(prefix: str) -> str:
    return f'<link rel="stylesheet" href="{prefix}/widgets.css">'


def _listed(widget: Widget) -> str:
    own = [one for one in widget.inputs.values() if one.name not in ANYWAY]
    width = max((len(one.name) for one in own), default=0)
    lines = [f"{widget.name}  {widget.about} ({widget.where})"]
    lines += [f"    {one.name:<{width}}  {takes(one)}" for one in own]
    return "\n".join(lines)


def _as_json(widget: Widget) -> Mapping[str, Any]:
    inputs = [
        {"name": one.name, "kind": one.kind, "required": one.required, "takes": takes(one), "about": one.about}
        for one in widget.inputs.values()
    ]
    return {"name": widget.name, "about": widget.about, "where": widget.where, "inputs": inputs}


def _show(chosen: argparse.Namespace) -> int:
    site, problems = _read(chosen)
    widget = site.widgets.get(chosen.name) if site else None
    if widget is not None and site is not None:
        _print_widget(widget, site.settings.prefix)
    elif not problems and site:
        known = f"there is {', '.join(site.widgets)}"
        parser: argparse.ArgumentParser = chosen.parser
        parser.error(f'there is no widget "{chosen.name}": {did_you_mean(chosen.name, site.widgets, known)}')
    else:
        near = did_you_mean(chosen.name, site.widgets if site else (), "see below")
        print(f'edge: there is no widget "{chosen.name}" that can be shown: {near}', file=sys.stderr)
    return _told(chosen, problems)


def _print_widget(widget: Widget, prefix: str) -> None:
    print(_listed(widget))
    print(f'\n# experiences.toml\n[my-{widget.name}]\nslot = "{widget.name}"    # the name of your slot')
    print(f'show = "widget:{widget.name}"\n')
    print(f"[my-{widget.name}.inputs]\n{widget.sample.text.content.strip()}")
    if widget.default:
        print(f"\n<!-- the slot's own content, in the page -->\n{widget.default.strip()}")
    print(f"\n<!-- the style of all widgets, in the head of that page -->\n{_stylesheet(prefix)}")


def _new(chosen: argparse.Namespace) -> int:
    if not NAME.fullmatch(chosen.name):
        chosen.parser.error(f'"{chosen.name}" cannot name a widget: {NAMING}')
    folder = Path(chosen.site or _DEFAULT)
    if not folder.is_dir():
        chosen.parser.error(
            f'there is no site folder "{folder}": make it, or end the command with the path of yours'
        )
    try:
        taken = _taken(chosen, folder)
        files = () if taken else new_widget(folder, chosen.name)
    except OSError as error:
        taken = f"{error.filename or folder}: {error.strerror}"
    if taken:
        print(f"edge: {taken}", file=sys.stderr)
        return 1
    print("\n".join(f"made {file}" for file in files))
    print(f"\n{_command_line(chosen, 'show', chosen.name)}  prints the experience to paste")
    print(f"{load_prefix(folder)}/widgets  shows it, in preview")
    return 0


def _command_line(chosen: argparse.Namespace, *words: str) -> str:
    """A command of these words for the same site folder."""
    return shlex.join(["edge", "widgets", *words, *([chosen.site] if chosen.site else [])])


def _taken(chosen: argparse.Namespace, site: Path) -> str:
    """What is in the way of a widget of that name, and what to do; nothing is made then."""
    name: str = chosen.name
    folder = site / "widgets" / name
    if folder.exists():
        return f"{folder} is there already, and was left as it is: choose another name, or remove it first"
    if name in packaged_names() and not chosen.replace:
        return (
            f'"{name}" is a widget already (`{_command_line(chosen, "show", name)}`), and {folder} would take its'
            " place on this site.\n"
            f"      One beside it needs another name: {_command_line(chosen, 'new', f'my-{name}')}\n"
            f"      To replace it: {_command_line(chosen, 'new', name)} --replace"
        )
    return ""


def _css(chosen: argparse.Namespace) -> int:
    site, problems = _read(chosen)
    if site is not None and not problems:
        print(site.style)
    return _told(chosen, problems)
