"""The charset is found as browsers find it, and what is written is read back by them."""

from __future__ import annotations

import codecs
import html
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.html.charset import PRESCAN, encode, needs_more, page_charset
from edge.html.encodings import CODECS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WRITTEN = sorted({codec for codec in CODECS.values() if codec is not None})


@pytest.mark.parametrize(
    ("content_type", "head", "codec"),
    [
        (None, b"", "cp1252"),
        (None, b"<p>x", "cp1252"),
        ("text/html", b"<p>x", "cp1252"),
        ("text/html; charset=utf-8", b"", "utf-8"),
        ('text/html; CharSet = "UTF-8"', b"", "utf-8"),
        ("text/html; charset='shift_jis'", b"", "cp932"),
        ("text/html;charset= iso-8859-1 ", b"", "cp1252"),
        ("text/html; charset=nonsense", b"<meta charset=utf-8>", "utf-8"),
        ("text/html; charset=", b"<meta charset=utf-8>", "utf-8"),
        ("text/html; charset=utf-8", b"<meta charset=koi8-r>", "utf-8"),
        ("text/html; charset=utf-16", b"", None),
        ("text/html; charset=iso-2022-jp", b"", None),
        ("text/html; charset=hz-gb-2312", b"", None),
        ("text/html; charset=x-user-defined", b"", "ascii"),
        ("text/html; charset=koi8-r", b"\xef\xbb\xbf<p>", "utf-8"),
        ("text/html; charset=utf-8", b"\xff\xfe<\x00", None),
        (None, b"\xfe\xff\x00<", None),
    ],
)
def test_mark_beats_header_beats_meta(content_type: str | None, head: bytes, codec: str | None) -> None:
    assert page_charset(content_type, head) == codec


@pytest.mark.parametrize(
    ("head", "codec"),
    [
        (b"<meta charset=utf-8>", "utf-8"),
        (b"<META CharSet='Shift_JIS' >", "cp932"),
        (b"<meta/charset = gbk />", "gbk"),
        (b'<meta http-equiv="Content-Type" content="text/html; charset=euc-kr">', "cp949"),
        (b"<meta content='text/html; charset=\"big5\"' http-equiv=content-type>", "big5hkscs"),
        (b'<meta content="charset=utf-8">', "cp1252"),
        (b'<meta http-equiv=content-type content="text/html">', "cp1252"),
        (b"<meta name=x><meta charset=utf-8>", "utf-8"),
        (b"<meta charset=nonsense><meta charset=utf-8>", "utf-8"),
        (b"<meta charset=a charset=utf-8>", "cp1252"),
        (b"<!-- <meta charset=koi8-r> --><meta charset=utf-8>", "utf-8"),
        (b"<!--><meta charset=utf-8>", "utf-8"),
        (b"<!-- <meta charset=utf-8>", "cp1252"),
        (b"<a title='<meta charset=koi8-r>'><meta charset=utf-8>", "utf-8"),
        (b"</a title='>'><!doctype x><?xml y><b c d=e><meta charset=utf-8>", "utf-8"),
        (b"<meta charset=utf-16>", "utf-8"),
        (b"<meta charset=unicode>", "utf-8"),
        (b"<meta charset=x-user-defined>", "cp1252"),
        (b"<meta charset=iso-2022-jp>", None),
        (b"<meta charset=replacement>", None),
        (b"<metal charset=utf-8>", "cp1252"),
        (b"a < b <meta charset=utf-8>", "utf-8"),
        (b"<meta charset=utf-", "cp1252"),
        (b"<meta =charset charset=utf-8>", "utf-8"),
        (b"<meta charset>", "cp1252"),
        (b'<?xml version="1.0" encoding="koi8-r"?><p>', "koi8-r"),
        (b'<?xml version="1.0" encoding="utf-16"?><p>', "utf-8"),
        (b"<?xml version='1.0' encoding='koi8-r'?><meta charset=utf-8>", "utf-8"),
        (b"<\x00?\x00x\x00m\x00", None),
        (b"\x00<\x00?\x00x\x00m", None),
    ],
)
def test_meta_elements_are_found_by_the_prescan(head: bytes, codec: str | None) -> None:
    assert page_charset(None, head) == codec


def test_only_the_first_1024_bytes_are_looked_at() -> None:
    meta = b"<meta charset=utf-8>"
    assert page_charset(None, b" " * (PRESCAN - len(meta)) + meta) == "utf-8"
    assert page_charset(None, b" " * (PRESCAN - len(meta) + 1) + meta) == "cp1252"


@pytest.mark.parametrize(
    ("content_type", "head", "more"),
    [
        (None, b"", True),
        ("text/html; charset=utf-8", b"", True),
        ("text/html; charset=utf-8", b"\xef\xbb", True),
        ("text/html; charset=utf-8", b"<", False),
        (None, b"\xef\xbb\xbf", False),
        (None, b"<meta charset=utf-", True),
        (None, b"<meta charset=utf-8>", False),
        (None, b"x" * PRESCAN, False),
    ],
)
def test_a_streaming_page_says_when_its_head_is_too_short(
    content_type: str | None, head: bytes, more: bool
) -> None:
    assert needs_more(content_type, head) is more


@given(
    st.binary(max_size=60), st.sampled_from([None, "text/html", "text/html; charset=gbk"]), st.binary(max_size=99)
)
def test_more_bytes_never_change_a_settled_answer(head: bytes, content_type: str | None, rest: bytes) -> None:
    head = b"<meta charset=utf-8>" + head if len(head) % 2 else head
    if not needs_more(content_type, head):
        assert page_charset(content_type, head) == page_charset(content_type, head + rest)


def test_every_codec_is_one_that_python_has_and_ascii_stays_ascii() -> None:
    ascii_text = "".join(map(chr, range(128)))
    for codec in WRITTEN:
        assert codecs.lookup(codec)
        assert encode(ascii_text, codec) == ascii_text.encode("ascii"), codec


@pytest.mark.parametrize(
    ("text", "codec", "body"),
    [
        ("ж€", "cp1252", b"&#1078;\x80"),
        ("ж", "utf-8", "ж".encode()),
        ("\x85", "cp1252", b"&#65533;"),  # &#133; would be read as an ellipsis
        ("\ud800", "utf-8", b"&#65533;"),
        ("¥‾〜", "cp932", "¥‾〜".encode("ascii", "xmlcharrefreplace")),
        ("日本", "cp932", "日本".encode("cp932")),
        ("\ue000", "gb18030", b"&#57344;"),
        ("𠀀", "gbk", b"&#131072;"),
        ("╝", "koi8-u", b"&#9565;"),
    ],
)
def test_what_a_charset_lacks_becomes_a_reference(text: str, codec: str, body: bytes) -> None:
    assert encode(text, codec) == body


def test_other_errors_of_the_codec_stay_errors() -> None:
    with pytest.raises(UnicodeDecodeError):
        b"\xff".decode("utf-8", "edge.reference")


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"])), st.sampled_from(WRITTEN))
def test_text_comes_back_from_every_charset(text: str, codec: str) -> None:
    text = text.replace("&", "")
    assert html.unescape(encode(text, codec).decode(codec)) == text


@pytest.mark.browser
def test_chromium_reads_every_character_of_every_charset_back(browser: Browser) -> None:
    labels = {codec: label for label, codec in CODECS.items() if codec not in (None, "ascii", "utf-8")}
    points = [*range(0x80, 0xD800), *range(0xE000, 0xFFFD), *range(0x1F600, 0x1F650), *range(0x20000, 0x20100)]
    text = "".join(map(chr, points))
    script = """([label, hex]) => {
        const bytes = new Uint8Array(hex.match(/../g).map((byte) => parseInt(byte, 16)));
        return new TextDecoder(label, {ignoreBOM: true}).decode(bytes);
    }"""
    page = browser.new_page()
    for codec, label in labels.items():
        assert codec is not None
        read = page.evaluate(script, [label, encode(text, codec).hex()])
        # A control character that a charset lacks has no reference either.
        without = read.replace("&#65533;", "\x1a")
        written = re.sub(r"&#(\d+);", lambda found: chr(int(found[1])), without)
        wrong = [pair for pair in zip(written, text, strict=True) if pair[0] != pair[1]]
        assert [pair for pair in wrong if pair[0] != "\x1a" or pair[1] > "\x9f"] == [], label
        assert read.count("&") < len(points), "not one character is written as itself"
    page.close()
