"""Addresses that a cache and a site may read differently: what one takes for a stylesheet is an account to the
other.

After "Web Cache Deception Attack" (Omer Gil, 2017), "Cached and Confused" (USENIX Security 2020) and "Gotta cache
'em all" (James Kettle and others, 2024).
"""

from __future__ import annotations

__all__ = ["DECEPTIVE", "KINDS", "ODD"]

DECEPTIVE: tuple[bytes, ...] = tuple(
    # a file below or beside the page
    b"""/account /account/x.css /account/x.js /account/x.png /account/x.svg /account/x.ico /account/x.woff2
    /account/x.json /account/x.xml /account/x.txt /account/x.pdf /account/x.css.png /account/.css /account.css
    /account.css.js /account/favicon.ico /account/robots.txt /favicon.ico /robots.txt /sitemap.xml /account/x.css/
    /account/x.css. /account/x.css.. /account/x.CSS /account/x.Css /ACCOUNT/x.css /account/x.css,v /account/x
    /account/x.css%20 /account/x.css%2e /account/x%2ecss /account/x.c%73s /account/%78.css
    /account;x.css /account/;x.css /account;/x.css /account;v=1/x.css /account/x.css;v=1
    /account/x.css;jsessionid=1 /account%3bx.css /account%3Bx.css /account/%3b/x.css /account;.css
    /account%2fx.css /account%2Fx.css /account%252fx.css /account%5cx.css /account%5Cx.css /account\\x.css
    /account\\..\\x.css /account|x.css /account%7cx.css /account%c0%afx.css /account%u002fx.css /account%ff.css
    /account%3fx.css /account%3Fx.css /account%253fx.css /account?x.css /account?/x.css /account?v=x.css
    /account?a=1&b=/x.css /account??x.css /account/x.css? /account/x.css?v=1 /account/x.css?v=1&v=2 /account?.css
    /account?utm_content=.css /account/x.css?a=%26b /account/?x.css /account&x.css
    /account%23x.css /account%23/x.css /account/%23/../x.css /account%2523x.css
    /account%00x.css /account%00.css /account/x.css%00 /account/x.css%00.html /account%00/../x.css
    /account%0ax.css /account%0dx.css /account%0d%0ax.css /account%0d%0aX-A:%20b/x.css /account%09x.css
    /account%0a/x.css /account%20x.css /account+x.css /account%e2%80%a8x.css /account%85x.css /account/x.css%0a
    /account%7fx.css /account/caf\xc3\xa9.css /account/\xff.css /account/x.css\xa0
    /static/../account /static/..%2faccount /static/%2e%2e/account /static/%2e%2e%2faccount /static/..%5caccount
    /static/..;/account /static/..\\account /static/x.css/../../account /static/x.css/..%2f..%2faccount
    /static/x.css%2f..%2f..%2faccount /static/....//account /static/%252e%252e/account /static//../account
    /plain/../account /plain/..%2faccount /plain/..%2faccount/x.css /plain/%2e%2e/account?x.css
    //account/x.css /account//x.css ///account///x.css /./account/x.css /account/./x.css /account/%2e/x.css
    /account/../account/x.css /account/x/../x.css /account/x.css/. /account/x.css/.. /.//account/x.css
    /account:x.css /account@x.css /account!x.css /account$x.css /account~x.css /account'x.css /account*x.css
    /account=x.css /account(x).css /account[x].css /account{x}.css /account^x.css /account`x.css /account"x.css
    /account,x.css /account%2cx.css /account/-/x.css /wp-content/x.css /_next/data/account.json /account/feed.xml
    /_edge.css /_edge/../account/x.css /_edge%2f..%2faccount/x.css /_edgex/x.css""".split()
)

KINDS: tuple[bytes, ...] = (
    b"/missing", b"/missing/x.css", b"/broken", b"/broken/x.js", b"/moved", b"/moved/x.css", b"/me", b"/me/x.json",
    b"/streamed", b"/streamed/x.css", b"/zipped", b"/zipped/x.js", b"/missing%2fx.css", b"/moved;x.css",
)  # fmt: skip
"""Pages of other kinds: errors, a redirect and JSON for one visitor, pages in pieces, gzipped ones."""

ODD: tuple[tuple[str, tuple[bytes, ...]], ...] = (
    ("HEAD", ()),
    ("GET", (b"Range: bytes=0-",)),
    ("GET", (b"Range: bytes=60-90", b"Accept: */*")),
    ("GET", (b"Range: bytes=60-90", b'If-Range: "v1"')),
    ("GET", (b'If-None-Match: "v1"',)),
    ("GET", (b'If-None-Match: "v1"', b"Accept: */*")),
    ("GET", (b"If-None-Match: *",)),
    ("GET", (b"If-Modified-Since: Sat, 21 Nov 2026 12:00:00 GMT",)),
    ("HEAD", (b'If-None-Match: "v1"', b"Range: bytes=0-3")),
    ("GET", (b"Accept: text/css,*/*;q=0.1", b"Sec-Fetch-Dest: style")),
    ("GET", (b"Accept: image/avif,image/webp,*/*", b"Sec-Fetch-Dest: image")),
    ("GET", (b"Accept: */*", b"Sec-Fetch-Dest: script")),
    ("GET", (b"Sec-Fetch-Dest: document", b"Sec-Fetch-Mode: navigate")),
    ("GET", (b"Accept-Encoding: gzip",)),
    ("GET", (b"Accept-Encoding: br, gzip;q=0.1, *;q=0",)),
    ("GET", (b"Cache-Control: no-cache", b"Pragma: no-cache")),
    ("GET", (b"Cache-Control: max-stale=99999",)),
    ("GET", (b"Cache-Control: only-if-cached",)),
    ("GET", (b"X-Forwarded-Host: city-elsewhere.example",)),
    ("GET", (b"X-Forwarded-Host: city-elsewhere.example", b"X-Forwarded-Proto: https", b"X-Forwarded-Port: 1")),
    ("GET", (b"Forwarded: for=203.0.113.9;host=city-elsewhere.example;proto=https",)),
    ("GET", (b"X-Original-URL: /account/city-elsewhere", b"X-Rewrite-URL: /account/city-elsewhere")),
    ("GET", (b"X-HTTP-Method-Override: HEAD", b"X-Method-Override: POST")),
    ("GET", (b"X-Forwarded-For: 203.0.113.9", b"X-Real-IP: 203.0.113.9", b"X-Forwarded-Prefix: /plain")),
    ("GET", (b"Authorization: Basic Y2l0eTplbHNld2hlcmU=",)),
    ("GET", (b"Connection: close, Cookie",)),
    ("GET", (b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABk")),
    ("GET", (b"Content-Length: 0",)),
    ("POST", (b"Content-Length: 0",)),
    ("OPTIONS", ()),
)
"""Methods and headers beside which a page may be asked for."""
