"""The page cache of `[page_cache]`, as the environment lets it be."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from edge.cache import CacheSettings, PageCache, PurgeEndpoint, PurgeFile
from edge.errors import SecretError
from edge.model import Value, Visitor
from edge.page import Counts, NoVisit
from edge.types import ASGIApp
from edge.visitors import MIN_BYTES, data_folder, make_data_folder

__all__ = ["Caching", "purge_file"]

log = logging.getLogger("edge")

_TOKEN = "EDGE_PURGE_TOKEN"  # noqa: S105  the name of a variable
_FILE = "purges"


def purge_file(environ: Mapping[str, str]) -> PurgeFile:
    """The file by which processes tell each other what is no longer to be given."""
    return PurgeFile((data_folder(environ) / _FILE).absolute())


class Caching:
    """Makes the page cache before `app`, and what purges it. Raises SecretError for a token too easy to guess."""

    def __init__(
        self, app: ASGIApp, environ: Mapping[str, str], clock: Callable[[], float], counts: Counts
    ) -> None:
        self._app = app
        self._clock = clock
        self._counts = counts
        self._folder = data_folder(environ).absolute()
        self._file = purge_file(environ)
        self._token = environ.get(_TOKEN, "").strip()
        if self._token and len(self._token.encode()) < MIN_BYTES:
            raise SecretError(f"{_TOKEN} is too short: give it at least {MIN_BYTES} bytes, or unset it")

    def make(self, settings: CacheSettings) -> PageCache:
        file: PurgeFile | None = self._file
        try:
            make_data_folder(self._folder)
            self._file.create()
        except OSError as error:
            log.warning(
                "%s cannot be written (%s): purges reach only the process that is asked for them",
                self._file.path,
                error.strerror,
            )
            file = None
        return PageCache(self._app, settings, counts=self._counts, file=file, stranger=Stranger, wall=self._clock)

    def endpoints(self, cache: PageCache | None) -> Mapping[str, ASGIApp]:
        """By path behind the prefix. Without a token there is nothing to be asked for."""
        return {} if cache is None or not self._token else {"/purge": PurgeEndpoint(cache, self._token)}


class Stranger(NoVisit):
    """What the app finds while an answer is renewed that nobody waits for. Whether it asked who is looking is
    known behind it: then the answer is not for all."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__()
        self.was_read = False

    @property
    def visitor(self) -> Visitor:
        self.was_read = True
        return super().visitor

    @property
    def segments(self) -> frozenset[str]:
        self.was_read = True
        return super().segments

    def segment(self, name: str) -> bool:
        self.was_read = True
        return super().segment(name)

    def fact(self, name: str) -> Value:
        self.was_read = True
        return super().fact(name)
