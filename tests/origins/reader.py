"""What somebody without an account does on a WordPress: reads, searches, comments, guesses a password. Each step
is taken at both doors, compared there, and checked for what WordPress is to have done."""

from __future__ import annotations

import re

from tests.hosts.wire import Reply
from tests.origins.pair import Pair

__all__ = ["comment", "cookies", "found", "open_with_password", "redirects", "remote_calls", "rest"]

POST = "/2026/10/hello-from-the-north/"
SECRET = "/2026/09/a-secret/"
XML = b"Content-Type: text/xml"


def found(pattern: bytes, reply: Reply) -> str:
    """The first group of the first match."""
    match = re.search(pattern, reply.body)
    assert match, f"no {pattern!r} in {reply.body[:2000]!r}"
    return match[1].decode()


def cookies(reply: Reply) -> list[str]:
    """The names that are set, a line each."""
    return [value.partition(b"=")[0].decode() for name, value in reply.headers if name == b"set-cookie"]


def place(reply: Reply) -> str:
    assert reply.status in (301, 302, 303), reply
    return (reply.header(b"location") or b"").decode()


def comment(pair: Pair) -> None:
    """One that is held for moderation, the same again, another at once, an empty one."""
    number = found(rb"name='comment_post_ID' value='(\d+)'", pair.get(POST))
    fields = {
        "comment": "Så fint! <script>alert(1)</script> \"north\" & 'south'\r\n\r\n© 100 %",
        "author": "Bjørn & Co",
        "email": "bjorn@shop.example",
        "url": "http://guest.example/?a=1&b=2",
        "wp-comment-cookies-consent": "yes",
        "submit": "Post Comment",
        "comment_post_ID": number,
        "comment_parent": "0",
    }

    sent = pair.post("/wp-comments-post.php", fields)
    assert "#comment-" in place(sent)
    assert [name.rsplit("_", 1)[0] for name in cookies(sent)] == [
        "comment_author",
        "comment_author_email",
        "comment_author_url",
    ]
    assert (
        b"awaiting moderation" in pair.get(place(sent).removeprefix("http://shop.example").partition("#")[0]).body
    )
    assert pair.post("/wp-comments-post.php", fields).status == 409
    assert pair.post("/wp-comments-post.php", {**fields, "comment": "And again"}).status == 429
    assert pair.post("/wp-comments-post.php", {**fields, "comment": ""}).status == 200
    assert pair.post("/wp-comments-post.php", {**fields, "comment_post_ID": "0"}).status == 200


def open_with_password(pair: Pair) -> None:
    referer = b"Referer: http://shop.example" + SECRET.encode()
    assert b"The secret is out" not in pair.get(SECRET).body
    for password, opens in (("guessed", False), ("open sesame", True)):
        given = {"post_password": password, "Submit": "Enter"}
        sent = pair.post("/wp-login.php?action=postpass", given, referer)
        assert place(sent) == "http://shop.example" + SECRET
        assert (b"The secret is out" in pair.get(SECRET).body) == opens


def redirects(pair: Pair) -> None:
    for target, to in {
        "/2026/10/hello-from-the-north": POST,
        "/hello-from-the": POST,
        "/?p=16": POST,
        "/index.php": "/",
        "/2026/10/hello-from-the-north/?replytocom=5": "",
        "/?s=quiet": "",
        "/?s=%C3%A5": "",
        "/?s=%22north%22%20%26%20south&submit=Search": "",
        "/search/quiet/": "",
        "/no/such/page/": "",
        "/?p=99999": "",
        "/sitemap.xml": "/wp-sitemap.xml",
        "/robots.txt": "",
        "/favicon.ico": "/wp-includes/images/w-logo-blue-white-bg.png",
        "/feed": "/feed/",
        "/?feed=rss2": "/feed/",
        "/login": "/wp-login.php",
        "/admin": "/wp-admin/",
        "/wp-admin/": "/wp-login.php?redirect_to=http%3A%2F%2Fshop.example%2Fwp-admin%2F&reauth=1",
        "/wp-admin/edit.php?post_type=page": "/wp-login.php?redirect_to="
        "http%3A%2F%2Fshop.example%2Fwp-admin%2Fedit.php%3Fpost_type%3Dpage&reauth=1",
    }.items():
        answer = pair.get(target)
        if to:
            assert place(answer) == "http://shop.example" + to, target
    for target in ("/feed/", "/feed/atom/", "/feed/rdf/", "/comments/feed/", POST + "feed/"):
        feed = pair.get(target)
        kind, modified, tag = (feed.header(name) for name in (b"content-type", b"last-modified", b"etag"))
        assert b"xml" in (kind or b"")
        again = (b"If-Modified-Since: " + (modified or b""), b"If-None-Match: " + (tag or b""))
        assert pair.get(target, *again).status == 304
        assert pair.get(target, b"If-Modified-Since: Thu, 01 Jan 2026 00:00:00 GMT", again[1]).status == 200
        assert pair.ask("HEAD", target).status == 200


def rest(pair: Pair) -> None:
    page = pair.get("/wp-json/wp/v2/posts?per_page=3&page=2", b"Origin: http://elsewhere.example")
    total = [page.header(name) for name in (b"x-wp-total", b"x-wp-totalpages")]
    assert total == [b"18", b"6"]
    assert page.header(b"access-control-allow-origin") == b"http://elsewhere.example"
    links = [value for name, value in page.headers if name == b"link"]
    assert any(b'rel="prev"' in value for value in links)
    assert any(b'rel="next"' in value for value in links)
    for target, status in {
        "/wp-json/wp/v2/posts?per_page=3&_envelope": 200,
        "/wp-json/wp/v2/posts?per_page=1&_jsonp=called": 200,
        "/wp-json/wp/v2/posts?_fields=id,title&search=sound": 200,
        "/?rest_route=/wp/v2/pages": 200,
        "/wp-json/wp/v2/posts?per_page=1000": 400,
        "/wp-json/wp/v2/nothing": 404,
        "/wp-json/wp/v2/users/me": 401,
        "/wp-json/wp/v2/settings": 401,
        "/wp-json/oembed/1.0/embed?url=http%3A%2F%2Fshop.example%2F2026%2F10%2Fhello-from-the-north%2F": 200,
        "/wp-json/oembed/1.0/embed?url=http%3A%2F%2Felsewhere.example%2F": 404,
        "/wp-json/oembed/1.0/embed": 400,
    }.items():
        assert pair.get(target).status == status, target
    kind = b"Content-Type: application/json"
    assert pair.ask("POST", "/wp-json/wp/v2/posts", kind, body=b'{"title":"no"}').status == 401
    assert pair.ask("POST", "/wp-json/wp/v2/posts", kind, body=b"{not json").status == 400
    assert pair.ask("DELETE", "/wp-json/wp/v2/posts/16").status == 401
    assert pair.ask("OPTIONS", "/wp-json/wp/v2/posts", b"Origin: http://elsewhere.example").status == 200
    assert pair.ask("HEAD", "/wp-json/wp/v2/posts").status == 200


def remote_calls(pair: Pair) -> None:
    def call(method: str, *values: str) -> bytes:
        given = "".join(f"<param><value><string>{value}</string></value></param>" for value in values)
        named = f"<methodName>{method}</methodName><params>{given}</params>"
        body = f"<?xml version='1.0'?><methodCall>{named}</methodCall>"
        return pair.ask("POST", "/xmlrpc.php", XML, body=body.encode()).body

    assert b"Hello!" in call("demo.sayHello")
    assert b"wp.getPosts" in call("system.listMethods")
    assert b"<int>403</int>" in call("wp.getPosts", "1", "editor", "guessed")
    assert b"hello-from-the-north" in call("wp.getPosts", "1", "editor", "sound-for-everyone")
    assert b"<int>-32601</int>" in call("no.such.method")
    assert pair.get("/xmlrpc.php").status == 405
    assert pair.get("/xmlrpc.php?rsd").status == 200
