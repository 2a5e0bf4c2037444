"""Where the visitor came from, and what sort of place that is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from edge.visitors.hosts import split_host

__all__ = ["NO_REFERRER", "Referrer", "ReferrerKind", "read_referrer"]

ReferrerKind = Literal["search", "social", "mail", "other", "site", "none"]

_URL = re.compile(r"(?:https?|android-app|ios-app)://(?:[^/?#@]*+@)?+([^/?#]++)", re.IGNORECASE)

# A name stands for itself and every name under it; the longest name that fits counts.
_KINDS: dict[str, ReferrerKind] = {
    # Search engines. Those with many countries are in _BRANDS.
    "ask.com": "search",
    "baidu.com": "search",
    "bing.com": "search",
    "duckduckgo.com": "search",
    "ecosia.org": "search",
    "kagi.com": "search",
    "mojeek.com": "search",
    "qwant.com": "search",
    "search.brave.com": "search",
    "search.naver.com": "search",
    "search.seznam.cz": "search",
    "search.yahoo.co.jp": "search",
    "search.yahoo.com": "search",
    "so.com": "search",
    "sogou.com": "search",
    "startpage.com": "search",
    "swisscows.com": "search",
    "ya.ru": "search",
    # Social networks, their link shorteners and messengers.
    "bsky.app": "social",
    "discord.com": "social",
    "facebook.com": "social",
    "instagram.com": "social",
    "linkedin.com": "social",
    "lnkd.in": "social",
    "mastodon.social": "social",
    "messenger.com": "social",
    "news.ycombinator.com": "social",
    "ok.ru": "social",
    "pinterest.com": "social",
    "quora.com": "social",
    "reddit.com": "social",
    "snapchat.com": "social",
    "t.co": "social",
    "t.me": "social",
    "telegram.org": "social",
    "threads.com": "social",
    "threads.net": "social",
    "tiktok.com": "social",
    "tumblr.com": "social",
    "twitter.com": "social",
    "vk.com": "social",
    "weibo.com": "social",
    "whatsapp.com": "social",
    "x.com": "social",
    "xing.com": "social",
    "youtu.be": "social",
    "youtube.com": "social",
    # Webmail. Hosts that start with mail. or webmail. need no entry.
    "app.fastmail.com": "mail",
    "app.hey.com": "mail",
    "deref-gmx.net": "mail",
    "deref-mail.com": "mail",
    "deref-web.de": "mail",
    "e.mail.ru": "mail",
    "email.t-online.de": "mail",
    "icloud.com": "mail",
    "navigator.gmx.net": "mail",
    "navigator.web.de": "mail",
    "outlook.cloud.microsoft": "mail",
    "outlook.live.com": "mail",
    "outlook.office.com": "mail",
    "outlook.office365.com": "mail",
    "touch.mail.ru": "mail",
    # Android apps, by package name (android-app://…).
    "com.facebook.katana": "social",
    "com.facebook.orca": "social",
    "com.google.android.gm": "mail",
    "com.google.android.googlequicksearchbox": "search",
    "com.instagram.android": "social",
    "com.linkedin.android": "social",
    "com.microsoft.office.outlook": "mail",
    "com.pinterest": "social",
    "com.reddit.frontpage": "social",
    "com.twitter.android": "social",
    "com.zhiliaoapp.musically": "social",
    "org.telegram.messenger": "social",
}

_BRANDS: dict[str, ReferrerKind] = {"google": "search", "yandex": "search", "pinterest": "social"}
_BRAND = re.compile(rf"(?:[a-z]{{2}}\.)?({'|'.join(_BRANDS)})\.(?:com?\.)?[a-z]{{2,3}}")
_WEBMAIL = ("mail.", "webmail.")


@dataclass(frozen=True, slots=True)
class Referrer:
    """The page a visitor came from. `host` is in lower case, without `www.`."""

    url: str | None
    host: str | None
    kind: ReferrerKind


NO_REFERRER = Referrer(None, None, "none")


@lru_cache(maxsize=1024)
def read_referrer(url: str, own_host: str) -> Referrer:
    """What the Referer header says to a site that was asked for as `own_host`; what is no URL says nothing."""
    found = _URL.match(url)
    host = _bare(found[1]) if found else ""
    if not host:
        return NO_REFERRER
    return Referrer(url, host, "site" if host == _bare(own_host) else _kind(host))


def _bare(host: str) -> str:
    return split_host(host)[0].removeprefix("www.")


def _kind(host: str) -> ReferrerKind:
    name = host
    while name:
        if name in _KINDS:
            return _KINDS[name]
        name = name.partition(".")[2]
    brand = _BRAND.fullmatch(host)
    if brand:
        return _BRANDS[brand[1]]
    return "mail" if host.startswith(_WEBMAIL) and host.count(".") > 1 else "other"
