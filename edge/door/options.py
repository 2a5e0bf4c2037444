"""What `edge serve` was asked for: by the command line, and below it by `[serve]` of edge.toml."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from edge.errors import EdgeError, Problem, ServeError, SiteError
from edge.site import ServeSettings, load_serve, load_site, misplaced, origin_flaw, peer_flaw, seen_from

__all__ = ["Options"]


@dataclass(frozen=True, slots=True)
class Options:
    """The command line. What it leaves open is None: that is for `[serve]` to say."""

    site: str = "site"
    origin: str | None = None
    host: str | None = None
    port: int | None = None
    unix: str | None = None
    workers: int | None = None
    trust: tuple[str, ...] | None = None
    tls_cert: str | None = None
    tls_key: str | None = None
    access_log: str | None = None

    @property
    def folder(self) -> Path:
        return Path(self.site)

    def settings(self) -> ServeSettings:
        """Both together, with paths as they are seen from here. Raises SiteError or ServeError."""
        said: dict[str, Any] = dict(self._said())
        self._check(said)
        settings = seen_from(self.folder, load_serve(self.folder))
        if "unix" in said:
            settings = replace(settings, host="", port=0)
        elif "host" in said or "port" in said:
            settings = replace(settings, unix="")
        if "origin" in said:
            settings = replace(settings, origins=())
        if "tls_cert" in said:
            settings = replace(settings, tls_key="")
        settings = replace(settings, **said)
        if not settings.origin and not settings.origins:
            load_site(self.folder)  # what is wrong there may be why
            raise ServeError(
                "what is Edge to stand in front of? Say --origin http://127.0.0.1:8080, or --origin and a folder"
                f" of HTML; or write origin below [serve] in {self.folder / 'edge.toml'}"
            )
        return settings

    def problem(self, cause: str, cure: str, key: str | int, *inner: str | int) -> Problem:
        """That what was said of `key` cannot be used: with its place, where it stands in edge.toml."""
        said = getattr(self, str(key), None)
        if said is None:
            return misplaced(self.folder, ("serve", key, *inner), cause, cure)
        said = said if isinstance(said, str) else " ".join(said)
        return Problem(f"{_flag(str(key))} {said}", 0, 0, 0, "", cause, cure)

    def error(self, problems: Sequence[Problem]) -> EdgeError:
        """All of them together, of which those of the command line have no line."""
        if any(one.line for one in problems):
            return SiteError(problems)
        return ServeError("\n\n".join(map(str, problems)))

    def as_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Options:
        said = json.loads(text)
        trust = said.pop("trust")
        return cls(**said, trust=None if trust is None else tuple(trust))

    def _said(self) -> Iterator[tuple[str, object]]:
        for one in fields(self):
            if one.name != "site" and (value := getattr(self, one.name)) is not None:
                yield one.name, value

    def _check(self, said: Mapping[str, object]) -> None:
        flaws = [("origin", origin_flaw(self.origin))] if self.origin is not None else []
        flaws += [("trust", peer_flaw(one)) for one in self.trust or ()]
        problems = [self.problem(flaw.cause, flaw.cure, key) for key, flaw in flaws if flaw is not None]
        if problems:
            raise self.error(problems)
        if self.tls_key is not None and self.tls_cert is None:
            raise ServeError("--tls-key is no use without --tls-cert")
        if "unix" in said and ("host" in said or "port" in said):
            raise ServeError("Edge listens at one place: keep --unix, or --host and --port")


def _flag(key: str) -> str:
    return "--" + {"access_log": "log"}.get(key, key).replace("_", "-")
