"""What those do who have an account on a WordPress, from the login to the logout. Each step is taken at both
doors, compared there, and checked for what WordPress is to have done."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.hosts.client import Answer, Form
from tests.hosts.wire import Reply
from tests.origins.pair import Pair
from tests.origins.pictures import png
from tests.origins.reader import cookies, found, place
from tests.origins.visitor import File

__all__ = ["Author"]

JSON = b"Content-Type: application/json"


def form(reply: Reply, name: str = "") -> dict[str, str]:
    return Form(Answer("", reply.status, reply.headers, reply.body), name).fields


class Author:
    """One with all rights. `share` gives the second WordPress the sessions of the first."""

    def __init__(self, pair: Pair, share: Callable[[Pair], None]) -> None:
        self.pair = pair
        self.nonce = b""
        self._share = share

    def log_in(self) -> None:
        pair = self.pair
        fields = {
            "log": "editor",
            "pwd": "guessed",
            "wp-submit": "Log In",
            "redirect_to": "http://shop.example/wp-admin/edit.php?post_type=page",
            "testcookie": "1",
        }
        assert pair.post("/wp-login.php", fields).status == 200
        assert cookies(pair.get("/wp-login.php")) == ["wordpress_test_cookie"]
        wrong = pair.post("/wp-login.php", fields)
        assert b"is incorrect" in wrong.body
        right = pair.post("/wp-login.php", {**fields, "pwd": "sound-for-everyone", "rememberme": "forever"})
        assert place(right) == fields["redirect_to"]
        kinds = [name.rsplit("_", 1)[0] for name in cookies(right)]
        assert kinds == ["wordpress_test", "wordpress", "wordpress", "wordpress_logged_in"]
        self._share(pair)
        dashboard = pair.get("/wp-admin/")
        assert b"Dashboard" in dashboard.body

    def log_out(self) -> None:
        link = found(rb"wp-login\.php\?action=logout&(?:amp;|#038;)_wpnonce=(\w{10})", self.pair.get("/wp-admin/"))
        assert self.pair.get("/wp-login.php?action=logout").status == 403
        out = self.pair.get(f"/wp-login.php?action=logout&_wpnonce={link}")
        assert place(out) == "http://shop.example/wp-login.php?loggedout=true&wp_lang=en_US"
        assert len(cookies(out)) > 10
        assert "reauth=1" in place(self.pair.get("/wp-admin/"))

    def write(self, kind: str) -> str:
        """A draft as the block editor makes it, saved, published, changed. Its path."""
        pair = self.pair
        new = pair.get("/wp-admin/post-new.php" + ("" if kind == "post" else f"?post_type={kind}"))
        number = found(rb"post_ID' value='(\d+)'", new)
        self.nonce = found(rb'createNonceMiddleware\( "(\w{10})" \)', new).encode()
        target = f"/wp-json/wp/v2/{kind}s/{number}"
        draft = {
            "title": f"Nytt {kind} & mer",
            "content": "<!-- wp:paragraph --><p>Først</p><!-- /wp:paragraph -->",
        }
        first = self.put(f"{target}?_locale=user", {**draft, "id": int(number), "status": "draft"})
        assert first["status"] == "draft"
        later = draft["content"].replace("Først", "Så")
        assert "Så" in self.call("POST", f"{target}/autosaves?_locale=user", {"content": later})["content"]["raw"]
        saved = self.put(f"{target}?_locale=user", {"content": later, "status": "publish"})
        assert saved["status"] == "publish"
        path = str(saved["link"]).removeprefix("http://shop.example")
        assert "Så".encode() in pair.get(path).body
        assert b"block-editor" in pair.get(f"/wp-admin/post.php?post={number}&action=edit").body
        assert self.call("GET", f"{target}?context=edit")["content"]["raw"] == later
        self._quick_edit(kind, number)
        return path

    def delete(self, kind: str, path: str) -> None:
        slug = path.strip("/").rpartition("/")[2]
        (one,) = self.call("GET", f"/wp-json/wp/v2/{kind}s?slug={slug}&_fields=id")
        trashed = self.call("DELETE", f"/wp-json/wp/v2/{kind}s/{one['id']}")
        assert trashed["status"] == "trash"
        assert self.pair.get(path).status == 404

    def put(self, target: str, value: Any) -> Any:
        """As the editor does, where a server might not know PUT."""
        return self.call("POST", target, value, b"X-HTTP-Method-Override: PUT")

    def call(self, method: str, target: str, value: Any = None, *more: bytes) -> Any:
        """The REST API, with the cookie and its nonce."""
        headers = [b"X-WP-Nonce: " + self.nonce, b"Accept: application/json, */*;q=0.1", *more]
        body = None if value is None else json.dumps(value).encode()
        answer = self.pair.ask(method, target, *headers, *([JSON] if body else []), body=body)
        assert answer.status in (200, 201), answer.body
        return json.loads(answer.body)

    def try_nonces(self) -> None:
        target, body = "/wp-json/wp/v2/posts", b'{"title":"no"}'
        assert self.pair.ask("POST", target, JSON, body=body).status == 401
        forged = self.pair.ask("POST", target, JSON, b"X-WP-Nonce: 0123456789", body=body)
        assert (forged.status, b"rest_cookie_invalid_nonce" in forged.body) == (403, True)

    def beat(self) -> None:
        """Heartbeat, and what admin-ajax answers otherwise."""
        page = self.pair.get("/wp-admin/edit.php")
        nonce = found(rb'heartbeatSettings = \{"nonce":"(\w{10})"', page)
        fields = {
            "data[wp-check-locked-posts][]": "post-16",
            "interval": "60",
            "_nonce": nonce,
            "action": "heartbeat",
            "screen_id": "edit-post",
            "has_focus": "true",
        }
        answer = self.pair.post("/wp-admin/admin-ajax.php", fields, b"X-Requested-With: XMLHttpRequest")
        assert json.loads(answer.body)["wp-auth-check"] is True
        assert self.pair.post("/wp-admin/admin-ajax.php", {**fields, "_nonce": "x"}).status == 200
        assert self.pair.get("/wp-admin/admin-ajax.php?action=nothing").status == 400
        assert self.pair.get("/wp-admin/admin-ajax.php?action=logged-in").body == b"1"

    def draft_quickly(self) -> None:
        dashboard = self.pair.get("/wp-admin/")
        fields = form(dashboard, "quick-press")
        given = {**fields, "post_title": "Quick", "content": "As said — ikke mer"}
        assert b"Quick" in self.pair.post("/wp-admin/post.php", given).body

    def set_up(self) -> None:
        """Changes the site's title, and back."""
        for title in ("Aurora & Søn", "Aurora"):
            page = self.pair.get("/wp-admin/options-general.php")
            fields = {**form(page, ""), "blogname": title}
            sent = self.pair.post("/wp-admin/options.php", fields)
            assert place(sent).endswith("/wp-admin/options-general.php?settings-updated=true")
            assert b"Settings saved" in self.pair.get("/wp-admin/options-general.php?settings-updated=true").body
            assert title.replace("&", "&amp;").encode() in self.pair.get("/").body

    def moderate(self) -> None:
        """Approves the comment that waits, and takes that back."""
        page = self.pair.get("/wp-admin/edit-comments.php?comment_status=moderated")
        number = found(rb"<tr id='comment-(\d+)'", page)
        nonce = found(rb"action=approvecomment&#038;_wpnonce=(\w{10})", page)
        for new in ("approved", "unapproved"):
            fields = {
                "id": number,
                "_ajax_nonce": nonce,
                "action": "dim-comment",
                "dimClass": "unapproved",
                "new": new,
            }
            answer = self.pair.post("/wp-admin/admin-ajax.php", fields, b"X-Requested-With: XMLHttpRequest")
            assert (answer.status, b"<wp_ajax>" in answer.body) == (200, True)

    def categorise(self) -> None:
        page = self.pair.get("/wp-admin/edit-tags.php?taxonomy=category")
        fields = {
            **form(page, "addtag"),
            "tag-name": "Nye ting",
            "slug": "",
            "description": "Ting & tang",
            "parent": "-1",
        }
        answer = self.pair.post("/wp-admin/admin-ajax.php", fields)
        assert b"<wp_ajax>" in answer.body
        (made,) = self.call("GET", "/wp-json/wp/v2/categories?slug=nye-ting")
        assert made["description"] == "Ting &amp; tang"

    def upload(self) -> None:
        """By the admin's form, and by the REST API; WordPress makes the small ones."""
        page = self.pair.get("/wp-admin/media-new.php")
        fields = {"name": "bilde.png", "action": "upload-attachment", "_wpnonce": self._media_nonce(page)}
        sent = self.pair.upload(
            "/wp-admin/async-upload.php", fields, {"async-upload": File("bilde.png", "image/png", png(900, 700))}
        )
        picture = json.loads(sent.body)["data"]
        self._look_at(picture["url"], *(size["url"] for size in picture["sizes"].values()))
        headers = (b"X-WP-Nonce: " + self.nonce, b"Content-Type: image/png")
        name = b'Content-Disposition: attachment; filename="grense.png"'
        made = self.pair.ask("POST", "/wp-json/wp/v2/media", *headers, name, body=png(400, 300))
        assert (made.status, bool(made.header(b"location"))) == (201, True)
        second = json.loads(made.body)
        self._look_at(*(size["source_url"] for size in second["media_details"]["sizes"].values()))
        script = {"async-upload": File("evil.php", "application/x-php", b"<?php echo 1;")}
        assert b"not allowed" in self.pair.upload("/wp-admin/async-upload.php", fields, script).body
        for number in (picture["id"], second["id"]):
            assert self.call("DELETE", f"/wp-json/wp/v2/media/{number}?force=true")["deleted"]
        assert self.pair.get(picture["url"].removeprefix("http://shop.example")).status == 404

    def _look_at(self, *urls: str) -> None:
        assert urls
        for url in urls:
            path = url.removeprefix("http://shop.example")
            assert self.pair.get(path).body.startswith(b"\x89PNG")
            assert self.pair.get(path, b"Range: bytes=10-19").status == 206

    def _media_nonce(self, page: Reply) -> str:
        return found(rb'"multipart_params":\{[^}]*"_wpnonce":"(\w{10})"', page)

    def _quick_edit(self, kind: str, number: str) -> None:
        page = self.pair.get(f"/wp-admin/edit.php?post_type={kind}")
        fields = {
            "post_type": kind,
            "action": "inline-save",
            "post_ID": number,
            "edit_date": "true",
            "post_title": f"Nytt {kind} & enda mer",
            "post_name": f"nytt-{kind}-mer",
            "_status": "publish",
            "post_view": "list",
            "screen": f"edit-{kind}",
            "_inline_edit": found(rb'id="_inline_edit" name="_inline_edit" value="(\w{10})"', page),
        }
        row = self.pair.post("/wp-admin/admin-ajax.php", fields)
        assert b"enda mer" in row.body
