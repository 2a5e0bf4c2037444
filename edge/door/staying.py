"""What a reload does not take up: the socket is opened once, and the number of workers is fixed with it."""

from __future__ import annotations

from collections.abc import Iterator

from edge.site import ServeSettings

__all__ = ["told_to_stay"]


def told_to_stay(began: ServeSettings, now: ServeSettings, port: int) -> str:
    """In a sentence, what has changed that takes a restart; empty where nothing has. `port` is the one that was
    taken: port 0 is any that is free."""
    stays = dict(_staying(began, now, port))
    if not stays:
        return ""
    verb = "takes" if len(stays) == 1 else "take"
    return f"{_listed(list(stays))} {verb} a restart: still {_listed(list(stays.values()))}"


def _staying(began: ServeSettings, now: ServeSettings, port: int) -> Iterator[tuple[str, str]]:
    if began.unix != now.unix:
        yield "unix", began.unix or "none"
    elif not began.unix:
        if began.host != now.host:
            yield "host", began.host
        if now.port not in (began.port, port):
            yield "port", str(port)
    if began.workers != now.workers:
        yield "workers", str(began.workers)


def _listed(words: list[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last
