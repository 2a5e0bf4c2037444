"""An editor's work in Wagtail's admin, from the login to the published page."""

from __future__ import annotations

from typing import Any

from tests.hosts.client import Answer, Client, Form

__all__ = ["DRAFT", "HOME", "PNG", "Editor"]

HOME = 3
"""The home page's number: the root is 1, Wagtail's own welcome page was 2."""

DRAFT = '<!--edge:slot offer--><p class="offer">Autumn sale</p><!--/edge:slot--><hr>'

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000002000000020802000000fdd49a73"
    "0000001049444154789c63f8cfc0f01f8c191820340023de03fd1a2ce2e1"
    "0000000049454e44ae426082"
)


class Editor:
    """Each step asks, checks that Wagtail did what was asked, and keeps the answer in `steps`."""

    def __init__(self, client: Client, name: str, password: str) -> None:
        self.client = client
        self.steps: dict[str, Answer] = {}
        self._name = name
        self._password = password

    def work(self) -> None:
        """All of it, in the order an editor would."""
        self.log_in()
        self.look_around()
        self.upload()
        self.publish(self.edit())
        self.search()
        self.log_out()

    def log_in(self) -> None:
        self._step("sent to the login", "GET", "/admin/", status=302)
        form = Form(self._step("login", "GET", "/admin/login/?next=/admin/")).fields
        wrong = {**form, "username": self._name, "password": "guessed"}
        refused = self._step("wrong password", "POST", "/admin/login/", data=wrong)
        assert b"didn't match" in refused.body or b"didn&#x27;t match" in refused.body
        right = {**wrong, "password": self._password}
        forged = {**right, "csrfmiddlewaretoken": "x" * 64}
        self._step("forged token", "POST", "/admin/login/", data=forged, status=403)
        self._step("logged in", "POST", "/admin/login/", data=right, status=302)

    def look_around(self) -> None:
        assert b"Aurora" in self._step("dashboard", "GET", "/admin/").body
        assert b"Sound for" not in self._step("explorer", "GET", f"/admin/pages/{HOME}/").body
        self._step("users", "GET", "/admin/users/")
        self._step("chooser", "GET", "/admin/choose-page/?page_type=wagtailcore.page")
        self._step("translations", "GET", "/admin/jsi18n/")

    def upload(self) -> None:
        form = Form(self._step("upload form", "GET", "/admin/images/add/"), "w-editor-form").fields
        fields = {**form, "title": "Red", "collection": "1"}
        files = {"file": ("red.png", PNG, "image/png")}
        self._step("uploaded", "POST", "/admin/images/add/", data=fields, files=files, status=302)
        assert b"red.max-165x165.png" in self._step("images", "GET", "/admin/images/").body
        picture = self._step("rendition", "GET", "/media/images/red.max-165x165.png")
        assert picture.body.startswith(b"\x89PNG")

    def edit(self) -> dict[str, str]:
        """The page's form, filled in; the draft of it previewed."""
        url = f"/admin/pages/{HOME}/edit/"
        form = Form(self._step("edit form", "GET", url), "page-edit-form").fields
        fields = form | {
            "headline": "Sound for everybody",
            "photo": "2",
            # What the editor's scripts would add for the stream of blocks.
            "body-count": "1",
            "body-0-deleted": "",
            "body-0-order": "0",
            "body-0-type": "html",
            "body-0-id": "00000000-0000-4000-8000-000000000001",
            "body-0-value": DRAFT,
        }
        checked = self._step("draft sent", "POST", url + "preview/", data=fields)
        assert checked.body == b'{"is_valid": true, "is_available": true}'
        preview = self._step("preview", "GET", url + "preview/?in_preview_panel=true&mode=")
        assert b"Autumn sale" in preview.body
        return fields

    def publish(self, fields: dict[str, str]) -> None:
        url = f"/admin/pages/{HOME}/edit/"
        stale = self._step("before publishing", "GET", "/search/?query=everybody")
        assert b"<li>" not in stale.body
        self._step("published", "POST", url, data={**fields, "action-publish": "action-publish"}, status=302)
        assert b"published" in self._step("told so", "GET", f"/admin/pages/{HOME}/").body
        # The form now holds the slot's markup, in an attribute.
        assert b"edge:slot offer" in self._step("edited again", "GET", url).body
        self._step("history", "GET", f"/admin/pages/{HOME}/history/")

    def search(self) -> None:
        assert b"Aurora" in self._step("pages found", "GET", "/admin/pages/search/?q=aur").body
        assert b"red.max-165x165.png" in self._step("images found", "GET", "/admin/images/?q=red").body
        assert b'<li><a href="/">' in self._step("found by visitors", "GET", "/search/?query=everybody").body

    def log_out(self) -> None:
        form = Form(self.client.get("/contact/")).fields
        self._step("logged out", "POST", "/admin/logout/", data=form, status=302)
        self._step("out", "GET", "/admin/", status=302)

    def _step(self, name: str, method: str, path: str, *, status: int = 200, **content: Any) -> Answer:
        answer = self.steps[name] = self.client.ask(method, path, **content)
        assert answer.status == status, f"{name}: {answer.status} {answer.body[-2000:]!r}"
        return answer
