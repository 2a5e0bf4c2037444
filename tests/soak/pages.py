"""The pages of the site that the soak visits. Each is made from its number alone, so that whoever asks for it
knows every byte that the origin sends."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from random import Random

__all__ = ["BIG", "COUNT", "MISSING", "SLOTS", "Page", "Place", "page"]

COUNT = 120
"""How many pages the site has: 0 to COUNT - 1. Every sixth has no slots."""

BIG = COUNT
"""The number of a page of 5 MB."""

MISSING = COUNT + 1
"""The number of the page that says that there is no such page."""

SLOTS = ("hero", "offer", "who", "club", "welcome", "note", "huge", "picture", "advert")
"""Every slot of the site. `picture` is an image that slots.toml finds; `advert` is removed for phones."""

_WORDS = "room sound wood cable shelf night river paper stone garden table lamp north salé".split()  # noqa: SIM905
_DECOYS = (
    "<script>var s = '<div data-edge-slot=\"hero\">not a slot</div>';</script>",
    '<!-- <section data-edge-slot="offer">nor this</section> -->',
    '<textarea><p data-edge-slot="who">nor that</p></textarea>',
    "<p title='<b data-edge-slot=\"note\">'>an attribute</p>",
    "<ul><li>one<li>two<li>three</ul>",
    "<style>p > b { content: '<p data-edge-slot=\"hero\">' }</style>",
)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a page that may show something else. `before` and `behind` stay around a block that is shown
    inside; `default` is what stands between them."""

    slot: str
    before: bytes
    default: bytes
    behind: bytes


@dataclass(frozen=True)
class Page:
    """A page in the pieces that it is made of."""

    parts: tuple[bytes | Place, ...]

    @property
    def bytes(self) -> bytes:
        """What the origin sends."""
        pieces = (one if isinstance(one, bytes) else one.before + one.default + one.behind for one in self.parts)
        return b"".join(pieces)

    @property
    def places(self) -> tuple[Place, ...]:
        return tuple(one for one in self.parts if isinstance(one, Place))

    def marked(self, nonce: str) -> Page:
        """The same page with a comment of its own in it, and so one that no kept plan fits."""
        return Page((*self.parts, f"<!-- {nonce} -->".encode())) if nonce else self


@lru_cache(maxsize=COUNT + 2)
def page(number: int) -> Page:
    """The page of a number."""
    random = Random(f"page {number}")
    size = 5_000_000 if number == BIG else 600 * 2 ** random.randrange(7)
    slots: list[str] = []
    if number % 6:
        slots = ["hero", *random.sample(SLOTS[1:], random.randrange(2, len(SLOTS)))]
        random.shuffle(slots)
    parts: list[bytes | Place] = [f"<!doctype html><title>page {number}</title><body>".encode()]
    for slot in slots:
        parts += [_filler(random, size // (len(slots) + 1)), _place(slot, random, number)]
    return Page((*parts, _filler(random, size // (len(slots) + 1)), b"</body></html>\n"))


def _filler(random: Random, size: int) -> bytes:
    """About so many bytes of markup without slots. Long ones repeat: they cost time to make."""
    text, many = "", 0
    unit = min(size, 20_000)
    while len(text) < unit:
        many += 1
        words = " ".join(random.choices(_WORDS, k=random.randrange(5, 40)))
        text += f'<p id="p{random.randrange(10**6)}">{words} &amp; {words[:20]}</p>\n'
        if random.random() < 0.15:
            text += random.choice(_DECOYS) + "\n"
    return (text * max(1, size // unit)).encode()


def _place(slot: str, random: Random, number: int) -> Place:
    text = f"<em>the default of {slot} on page {number}</em>"
    if slot == "picture":
        return Place(slot, b"", b'<img id="main-picture" src="/img/room.jpg" alt="A room">', b"")
    if slot == "advert":
        return Place(slot, b"", f'<div data-edge-slot="advert">{text}</div>'.encode(), b"")
    if random.random() < 0.3:
        return Place(slot, f"<!--edge:slot {slot}-->".encode(), text.encode(), b"<!--/edge:slot-->")
    text += "<div>deep <div>deeper <br><img src=x></div></div>" * random.randrange(3)
    return Place(slot, f'<section data-edge-slot="{slot}" class="c">'.encode(), text.encode(), b"</section>")
