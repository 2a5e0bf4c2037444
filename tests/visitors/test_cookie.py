"""The visitor's cookie."""

from __future__ import annotations

from edge.visitors import Cookies, Keys

KEYS = Keys((b"a key of thirty-two bytes, oldest",))
NOW = 1_800_000_000


def test_a_visitor_who_comes_back_is_known_by_the_same_id() -> None:
    cookies = Cookies(KEYS)
    visitor = cookies.issue(NOW)
    pair = cookies.set_cookie(visitor, True, NOW).partition(b";")[0]
    again = cookies.read([b"theme=dark; " + pair + b"; _ga=1"], True, NOW + 5)
    assert again is not None
    assert (again.id, again.new, again.signed_at) == (visitor.id, False, NOW)
