"""Whether an answer is right: for its visitor, of one version of the site, and whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tests.soak.pages import Page, Place
from tests.soak.site import Viewer, outcomes

__all__ = ["fault_of", "untouched"]

_BAR = b'<edge-bar hidden><template shadowrootmode="open">'
_BAR_END = b"</template></edge-bar>\n"


def untouched(body: bytes, sent: bytes, whole: bool = True) -> str:
    """What is wrong with a body that should be as the origin sent it: all of it, or its beginning."""
    if body == sent or (not whole and sent.startswith(body)):
        return ""
    at = next((n for n, (a, b) in enumerate(zip(body, sent, strict=False)) if a != b), min(len(body), len(sent)))
    return f"not the origin's bytes, from byte {at} of {len(sent)} (came {len(body)}): {body[at : at + 120]!r}"


def fault_of(
    body: bytes, page: Page, viewer: Viewer, versions: Sequence[int], codec: str = "utf-8", whole: bool = True
) -> str:
    """What is wrong with a page that came for a viewer; nothing where it is as one of the versions of the site has
    it. A page that was cut, `whole` False, must be the beginning of one that is right."""
    faults = [_Walk(body, viewer, version, codec, whole).fault(page) for version in versions]
    return "" if not all(faults) or not faults else " / ".join(dict.fromkeys(faults))


class _Walk:
    """One body, read from its first byte to its last, as a version of the site must have made it."""

    def __init__(self, body: bytes, viewer: Viewer, version: int, codec: str, whole: bool) -> None:
        self._body = body
        self._viewer = viewer
        self._version = version
        self._codec = codec
        self._whole = whole

    def fault(self, page: Page) -> str:
        ends = {0}
        for number, part in enumerate(page.parts):
            met = ends
            forms = [self._text(part)] if isinstance(part, bytes) else self._forms(part)
            ends = set(self._after(met, forms))
            if -1 in ends or any(self._ends_in(part, at) for at in met):
                return ""
            if not ends:
                at, what = max(met), "text" if isinstance(part, bytes) else part.slot
                came = self._body[at : at + 150]
                return (
                    f"v{self._version}: part {number} ({what}) at byte {at} is {came!r}, not {forms[-1][:150]!r}"
                )
        rest = self._body[max(ends) :]
        if self._viewer.previewed:
            return "" if rest.startswith(_BAR) and rest.endswith(_BAR_END) else f"no bar: {rest[:150]!r}"
        return f"v{self._version}: more than the page: {rest[:150]!r}" if rest else ""

    def _text(self, part: bytes) -> bytes:
        return part if self._codec == "utf-8" else part.decode().encode(self._codec)

    def _forms(self, place: Place) -> list[bytes]:
        return outcomes(place, self._viewer, self._version, self._codec)

    def _ends_in(self, part: bytes | Place, at: int) -> bool:
        """Whether a body that was cut ends in this place, with the origin's bytes: those are what is let out of a
        slot that has not come to its end."""
        if self._whole or isinstance(part, bytes):
            return False
        return (part.before + part.default + part.behind).startswith(self._body[at:])

    def _after(self, starts: Iterable[int], forms: Sequence[bytes]) -> Iterable[int]:
        """Where what follows may begin; -1 where a body that was cut has come to its end."""
        for at in starts:
            for form in forms:
                if self._body.startswith(form, at):
                    yield at + len(form)
                elif not self._whole and form.startswith(self._body[at:]):
                    yield -1
