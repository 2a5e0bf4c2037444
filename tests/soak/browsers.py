"""Who visits: browsers with a place, a language and a cookie, or none, or a forged one."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from urllib.parse import quote

from edge.errors import TokenError
from edge.visitors import Keys
from edge.visitors.tokens import COOKIE, Tokens
from tests.soak.service import member_of
from tests.soak.site import Outcome, Viewer, token_of
from tests.soak.wire import Reply
from tests.soak.world import World

__all__ = ["Browser"]

_PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1"
_DESKTOP = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
_BOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


class Browser:
    """A visitor's browser. It keeps the site's cookie as browsers do."""

    def __init__(self, world: World, random: Random) -> None:
        self._world = world
        self.host = random.choice((f"127.0.0.1:{world.port}", "localhost", "shop.example"))
        self.country = random.choice(("DE", "FR", "NO", "US", ""))
        self.city = random.choice(("", "", "Köln", "Tromsø", "<b>&x"))
        self.language = random.choice(("de", "nb", "en", ""))
        self.bot = random.random() < 0.06
        self.phone = not self.bot and random.random() < 0.3
        self.gzip = random.random() < 0.7
        self.cookie = ""
        self.preview = ""
        self.persona = ""
        self._signed_with: bytes | None = None
        if random.random() < 0.05:
            self.cookie = random.choice(("x", "a.1.b", "AAAA." * 20, "..", "é")) + str(random.random())

    @property
    def _local(self) -> bool:
        return self.host != "shop.example"

    def headers(self) -> dict[str, str]:
        """What it sends with every request."""
        found = {"Host": self.host, "User-Agent": _BOT if self.bot else _PHONE if self.phone else _DESKTOP}
        cookies = ["theme=dark"]
        if self.cookie:
            cookies.append(("edge=" if self._local else "__Host-edge=") + self.cookie)
        if self.preview:
            cookies.append(("edge-preview=" if self._local else "__Host-edge-preview=") + self.preview)
        optional = {
            "CF-IPCountry": self.country,
            "CF-IPCity": quote(self.city),
            "Accept-Language": self.language and f"{self.language};q=0.9",
            "Accept-Encoding": "gzip, br" if self.gzip else "",
            "Cookie": "; ".join(cookies),
        }
        return found | {name: value for name, value in optional.items() if value}

    def viewer(self, since: float, campaign: str = "", huge: bool = False) -> Viewer:
        """Whom the site sees in this browser, in a request that it made at `since`."""
        persona: Mapping[str, str] = _PERSONAS.get(self.persona, {}) if self.preview else {}
        known: Outcome = "never" if persona else self.known(since)
        visitor = self.cookie.split(".")[0]
        group, token = ("", "") if known == "never" else token_of(visitor)
        club, member = member_of(visitor)
        return Viewer(
            country=persona.get("country", self.country),
            city=self.city,
            language=persona.get("language", self.language),
            campaign=persona.get("campaign", campaign),
            phone=self.phone or persona.get("device") == "phone",
            bot=self.bot,
            huge=huge,
            known=known,
            group=group,
            token=token,
            member=member if club else "",
            previewed=self.preview != "",
        )

    def known(self, since: float) -> Outcome:
        """Whether the site has to know this browser again: with a cookie that a key of the time has signed."""
        if not self.cookie or self._signed_with is None:
            return "never"
        times = self._world.keys.during(since)
        good = [self._signed_with in keys for keys in times]
        return "must" if all(good) else "may" if any(good) else "never"

    def learn(self, reply: Reply, known: Outcome) -> str:
        """Keeps the cookie that an answer brings; says what is wrong with it."""
        mine = [v for k, v in reply.headers if k == "set-cookie" and v.startswith(("edge=", "__Host-edge="))]
        if not mine:
            return ""
        if len(mine) > 1 or known == "must":
            return f"a visitor who is known got another cookie: {mine}"
        name, _, token = mine[0].partition(";")[0].partition("=")
        if name != ("edge" if self._local else "__Host-edge"):
            return f"a cookie of another name: {name} on {self.host}"
        self._signed_with = next((key for key in reversed(self._keys()) if _signs(key, token)), None)
        if self._signed_with is None:
            return "a cookie signed with no key of the site"
        visitor_id = token.split(".")[0]
        if visitor_id in self._world.ids and visitor_id != self.cookie.split(".")[0]:
            return "two visitors got the same id"
        self._world.ids.add(visitor_id)
        self.cookie = token
        return ""

    def _keys(self) -> list[bytes]:
        return list(dict.fromkeys(key for keys in self._world.keys.values[-12:] for key in keys))

    def forge(self, random: Random) -> None:
        """Changes the cookie somewhere: nobody's from now on."""
        if self.cookie and self._signed_with is not None:
            at = random.randrange(len(self.cookie))
            other = "A" if self.cookie[at] != "A" else "B"
            self.cookie = self.cookie[:at] + other + self.cookie[at + 1 :]
            self._signed_with = None


def _signs(key: bytes, token: str) -> bool:
    try:
        Tokens(Keys((key,)), COOKIE).verify(token.encode("latin-1"), int(token.split(".")[1]))
    except (TokenError, ValueError, IndexError):
        return False
    return True


_PERSONAS: Mapping[str, Mapping[str, str]] = {
    "reader": {"country": "DE", "language": "de", "campaign": "persona"},
    "owl": {"country": "NO", "device": "phone"},
}
