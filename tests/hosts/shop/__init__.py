"""A small shop for loudspeakers, as each framework's users would build it: what it sells and remembers, and what
all of them share on disk. The frameworks' own part is in `starlette_shop` and its like.

| path | what it is |
| --- | --- |
| `/` | the front page, from a template; a hero and an offer can be tailored; counts the visits in the session |
| `/products/`, `/products/{slug}` | a list and its pages, with an offer; another slug is a 404 from a template |
| `/speakers` | moved: 301 to `/products/` |
| `/contact` | a form: 422 with what is wrong, or a message for the next page, 303, and a letter after that |
| `/login`, `/account`, `/logout` | a session; two cookies in one response |
| `/upload`, `/uploads/{name}` | what visitors bring; leaves as an attachment |
| `/live` | a page that is made while it is sent, with a hero in it |
| `/feed` | server-sent events |
| `/echo` | a websocket, where the framework has them |
| `/api/products`, `/api/news`, `/api/van` | JSON; POST and DELETE of news; the van takes letters along: news too |
| `/catalogue` | 200 KB of HTML, from a template |
| `/static/…`, `/guide/…` | files; a folder of HTML |
| `/trade/` | another app of the same framework, mounted |
| `/visit` | what Edge knows, read from the scope; no page links to it |
| `/broken` | a handler that raises: 500 |
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

__all__ = [
    "GUIDE",
    "LINES",
    "PATIENCE",
    "SECRET",
    "SITE",
    "START",
    "STATIC",
    "TEMPLATES",
    "Feed",
    "Product",
    "Shop",
    "Van",
    "described",
    "faults_in",
    "live_pieces",
]

FOLDER = Path(__file__).parent
TEMPLATES, STATIC, GUIDE, SITE = (FOLDER / name for name in ("templates", "static", "guide", "site"))

START = ("/", "/guide/", "/gone", "/products/none", "/static/none.css", "/login", "/broken", "/api/products/none")
"""Where a crawl starts; what is linked follows."""

SECRET = "what only the shop knows, for its sessions"
PATIENCE = 10.0  # seconds that a letter is waited for; more than any test takes
LINES = [f"{count} m of cable" for count in range(1, 2000)]


@dataclass(frozen=True, slots=True)
class Product:
    slug: str
    name: str
    price: int


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    data: bytes


class Feed:
    """News to whoever listens; for one event loop. None ends it."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[str | None]] = set()
        self.left = threading.Event()  # whether a listener has

    def tell(self, news: str | None) -> None:
        for listener in self._listeners:
            listener.put_nowait(news)

    async def listen(self) -> AsyncIterator[str]:
        """Begins with a greeting, so that who has read it knows that nothing is missed from here on."""
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            yield "open"
            while (news := await queue.get()) is not None:
                yield news
        finally:
            self._listeners.discard(queue)
            self.left.set()


class Van:
    """Takes the letters along when it leaves. Who sends one waits for that, after the response."""

    def __init__(self) -> None:
        self._letters: list[threading.Event] = []

    def take(self) -> threading.Event:
        """A letter, to be waited for."""
        letter = threading.Event()
        self._letters.append(letter)
        return letter

    def leave(self) -> None:
        while self._letters:
            self._letters.pop().set()


@dataclass
class Shop:
    """One for each server: nothing is shared between the site with Edge and the one without."""

    products: dict[str, Product] = field(
        default_factory=lambda: {
            one.slug: one
            for one in (
                Product("north", "North, a loudspeaker", 900),
                Product("fjord", "Fjord & sons' headphones", 300),
            )
        }
    )
    uploads: dict[str, Upload] = field(default_factory=dict)
    feed: Feed = field(default_factory=Feed)
    van: Van = field(default_factory=Van)
    open: bool = False  # what the lifespan does

    @contextmanager
    def opened(self) -> Iterator[None]:
        self.open = True
        try:
            yield
        finally:
            self.open = False

    def keep(self, name: str, data: bytes) -> Upload:
        """Under a name that no visitor can choose."""
        suffix = "".join(re.findall(r"\.\w+$", name))
        upload = Upload(hashlib.sha256(data).hexdigest()[:12] + suffix, data)
        self.uploads[upload.name] = upload
        return upload


def described(product: Product) -> dict[str, str | int]:
    """What the API says of a product. Something that would be a slot in a page stands in it."""
    return {"name": product.name, "price": product.price, "html": '<b data-edge-slot="hero"></b>'}


def faults_in(name: str, email: str) -> dict[str, str]:
    """What is wrong with a form, by field."""
    faults = {}
    if not name.strip():
        faults["name"] = "Please tell us your name."
    if "@" not in email:
        faults["email"] = "An address has an @ in it."
    return faults


def live_pieces() -> Iterator[str]:
    """A page as it is made, cut in the middle of a tag, of a slot and of a letter's neighbours."""
    yield "<!doctype html><title>Live</title><p>Live from Tromsø</p><section data-edge-"
    yield 'slot="hero"><h1>Sound for '
    yield "everyone</h1></section>"
    for number in range(3):
        yield f"<p>{number}: tromsø calling</p>"
    yield "<!--edge:slot offer--><p>Free ship"
    yield "ping</p><!--/edge:slot--><footer>end</footer>"
