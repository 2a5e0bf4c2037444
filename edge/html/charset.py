"""The charset of a page, found as browsers find it, and text written so that they read it back.

The order is that of the HTML standard, section "Determining the character encoding": a byte order mark beats the
Content-Type header, which beats a meta element among the first 1,024 bytes.
"""

from __future__ import annotations

import codecs
import re

from edge.html.encodings import CODECS, UTF_16

__all__ = ["PRESCAN", "encode", "needs_more", "page_charset"]

PRESCAN = 1024
"""How many bytes of a page are looked at for a meta element."""

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xfe\xff", "utf-16be"), (b"\xff\xfe", "utf-16le"))
_DEFAULT = "windows-1252"

# What Python writes and browsers read as another character: every character of every codec was decoded by
# Chromium's TextDecoder (tests/html/test_charset.py). Private-use characters differ between editions.
_MISREAD = {
    codec: re.compile(f"[{chars}\ue000-\uf8ff]")
    for codec, chars in {
        "koi8-u": "\u255d\u256c",
        "gbk": "",
        "gb18030": "\u1e3f",
        "big5hkscs": "\xa2\xa3\xa5\u2022\u203e\u223c\u2609\u2641\uff0f\uff3c\uff64",
        "euc_jp": "\xa2\xa3\xa5\xac\u2016\u203e\u2212\u301c",
        "cp932": "\xa2\xa3\xac\u2016\u2212\u301c",
        "cp949": "",
    }.items()
}

_SPACE = b"\t\n\x0c\r "

_HEADER_CHARSET = re.compile(r""";\s*charset\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;"]+))""", re.I)
_META_CHARSET = re.compile(
    rb"""charset[\t\n\f\r ]*=[\t\n\f\r ]*(?:"([^"]*)"|'([^']*)'|([^\t\n\f\r ;"']+))""", re.I
)
_XML = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*(?:"([^">\s]*)"|'([^'>\s]*)')[^>]*>""")


def page_charset(content_type: str | None, head: bytes) -> str | None:
    """The Python codec to write into a page with, from its Content-Type header and its first bytes.

    None where no bytes may be written: UTF-16, ISO-2022-JP, and what browsers refuse to decode at all.
    """
    label = _marked(head) or _declared(content_type) or _prescanned(head[:PRESCAN]) or _DEFAULT
    return CODECS[label]


def needs_more(content_type: str | None, head: bytes) -> bool:
    """Whether more of the page could change the answer of `page_charset`."""
    if _marked(head):
        return False
    if any(mark.startswith(head) for mark, _ in _BOMS):
        return True
    if _declared(content_type) or len(head) >= PRESCAN:
        return False
    return _Prescan(head).label() is None


def encode(text: str, codec: str) -> bytes:
    """`text` in `codec`, with numeric character references for what the charset lacks: bytes that a browser
    decodes to the same text."""
    misread = _MISREAD.get(codec)
    if misread is not None and not text.isascii():
        text = misread.sub(lambda found: f"&#{ord(found[0])};", text)
    return text.encode(codec, "edge.reference")


def _known(label: str) -> str | None:
    label = label.strip("\t\n\x0c\r ").lower()
    return label if label in CODECS else None


def _marked(head: bytes) -> str | None:
    return next((label for mark, label in _BOMS if head.startswith(mark)), None)


def _declared(content_type: str | None) -> str | None:
    """The label in a Content-Type header."""
    found = _HEADER_CHARSET.search(content_type or "")
    return _known(found[1] or found[2] or found[3] or "") if found else None


def _prescanned(head: bytes) -> str | None:
    if head.startswith((b"<\x00?\x00x\x00", b"\x00<\x00?\x00x")):
        return "utf-16"
    return _Prescan(head).label() or _xml_label(head)


def _xml_label(head: bytes) -> str | None:
    """The label of an XML declaration, which browsers heed where there is no meta element."""
    found = _XML.match(head)
    return _from_meta((found[1] or found[2] or b"").decode("latin-1")) if found else None


def _from_meta(label: str) -> str | None:
    """A page that could be read as ASCII so far is not UTF-16, whatever it says; x-user-defined means Latin."""
    known = _known(label)
    if known == "x-user-defined":
        return _DEFAULT
    return "utf-8" if known in UTF_16 else known


class _End(Exception):  # noqa: N818  the bytes ran out, which is no error
    """The bytes ran out: what was read so far says nothing."""


class _Prescan:
    """The standard's "prescan a byte stream to determine its encoding"."""

    def __init__(self, head: bytes) -> None:
        self._head = head
        self._at = 0

    def label(self) -> str | None:
        try:
            while True:
                found = self._step()
                if found:
                    return found
        except _End:
            return None

    def _byte(self) -> int:
        if self._at >= len(self._head):
            raise _End
        return self._head[self._at]

    def _step(self) -> str | None:
        self._at = self._find(b"<", self._at)
        head, at = self._head, self._at
        if head.startswith(b"<!--", at):
            # `<!-->` is a whole comment: its dashes may be the closing ones too
            self._at = self._find(b"-->", at + 2) + 3
        elif head[at + 1 : at + 5].lower() == b"meta" and head[at + 5 : at + 6] in (
            b"\t",
            b"\n",
            b"\x0c",
            b"\r",
            b" ",
            b"/",
        ):
            self._at += 5
            return self._meta()
        elif re.match(rb"</?[A-Za-z]", head[at : at + 3]):
            self._at = re.compile(rb"[\t\n\f\r >]|\Z").search(head, at + 1).start()  # type: ignore[union-attr]
            while self._attribute():
                pass
        elif head[at + 1 : at + 2] in (b"!", b"/", b"?"):
            self._at = self._find(b">", at) + 1
        else:
            self._at += 1
        return None

    def _find(self, what: bytes, start: int) -> int:
        found = self._head.find(what, start)
        if found < 0:
            raise _End
        return found

    def _meta(self) -> str | None:
        seen: dict[bytes, bytes] = {}
        while pair := self._attribute():
            seen.setdefault(*pair)
        if b"charset" in seen:
            return _from_meta(seen[b"charset"].decode("latin-1"))
        if seen.get(b"http-equiv") == b"content-type":
            found = _META_CHARSET.search(seen.get(b"content", b""))
            if found:
                return _from_meta((found[1] or found[2] or found[3] or b"").decode("latin-1"))
        return None

    def _attribute(self) -> tuple[bytes, bytes] | None:
        """The standard's "get an attribute": its name and value in lower case; None at the tag's end."""
        while self._byte() in _SPACE + b"/":
            self._at += 1
        if self._byte() == 0x3E:
            self._at += 1
            return None
        start = self._at
        while self._byte() not in _SPACE + b"/>" and not (self._byte() == 0x3D and self._at > start):
            self._at += 1
        name = self._head[start : self._at].lower()
        while self._byte() in _SPACE:
            self._at += 1
        if self._byte() != 0x3D:
            return name, b""
        self._at += 1
        return name, self._value().lower()

    def _value(self) -> bytes:
        while self._byte() in _SPACE:
            self._at += 1
        quote = self._byte()
        if quote in b"\"'":
            start = self._at + 1
            self._at = self._find(bytes((quote,)), start) + 1
            return self._head[start : self._at - 1]
        start = self._at
        while self._byte() not in _SPACE + b">":
            self._at += 1
        return self._head[start : self._at]


def _reference(error: UnicodeError) -> tuple[str, int]:
    """Numeric character references. None stands for a surrogate or a control of the C1 range: a browser reads
    `&#128;` as the euro sign, so those become U+FFFD."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(f"&#{_point(char)};" for char in lacking), error.end


def _point(char: str) -> int:
    point = ord(char)
    return 0xFFFD if 0x80 <= point <= 0x9F or 0xD800 <= point <= 0xDFFF else point


codecs.register_error("edge.reference", _reference)
