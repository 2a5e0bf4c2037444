"""What the User-Agent and its client hints say: device, browser, operating system, bot."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

__all__ = ["BOTS", "Agent", "read_agent"]

Device = Literal["phone", "tablet", "desktop", "other"]
Browser = Literal["chrome", "safari", "firefox", "edge", "opera", "samsung", "other"]
System = Literal["windows", "macos", "ios", "android", "linux", "chromeos", "other"]

# What declares itself a search engine or bot: a pattern, and whose it is. Not scripts (curl) nor headless
# browsers: a site's owner tests with those, and they declare nothing.
BOTS: tuple[tuple[str, str], ...] = (
    (r"(?<!cu)bot\b", "the product names that end so: Googlebot, bingbot, Applebot, GPTBot; Cubot makes phones"),
    (r"spider\b", "Baiduspider, Bytespider, Sogou web spider, 360Spider"),
    (r"crawler\b", "those that call themselves crawlers"),
    (r"\bgoogle-inspectiontool\b", "Google Search Console: developers.google.com/search/docs/crawling-indexing"),
    (r"\bgoogleother\b", "Google, other crawling: same page"),
    (r"\bapis-google\b", "Google, push notifications: same page"),
    (r"\bmediapartners-google\b", "Google AdSense: same page"),
    (r"\bfeedfetcher-google\b", "Google News and WebSub: same page"),
    (r"\bgoogle-read-aloud\b", "Google, reading pages aloud: same page"),
    (r"\bgoogle-site-verification\b", "Google, site verification: same page"),
    (r"\bgoogle-safety\b", "Google, abuse checks: same page"),
    (r"\bbingpreview\b", "Bing, page pictures: www.bing.com/webmasters/help"),
    (r"\byahoo! slurp\b", "Yahoo Search"),
    (r"\(compatible; yandex", "Yandex: yandex.com/support/webmaster/robot-workings"),
    (
        r"\bfacebookexternalhit\b",
        "Meta, link previews: developers.facebook.com/docs/sharing/webmasters/web-crawlers",
    ),
    (r"\bfacebookcatalog\b", "Meta, catalogues: same page"),
    (r"\bmeta-external(?:agent|fetcher)\b", "Meta AI: same page"),
    (r"\bmeta-webindexer\b", "Meta AI search: same page"),
    (r"^whatsapp/", "WhatsApp, link previews"),
    (r"\bskypeuripreview\b", "Skype and Teams, link previews"),
    (r"\bembedly\b", "Embedly, link previews"),
    (r"\bchatgpt-user\b", "OpenAI, on a user's behalf: platform.openai.com/docs/bots"),
    (r"\bclaude-user\b", "Anthropic, on a user's behalf: support.anthropic.com"),
    (r"\bperplexity-user\b", "Perplexity, on a user's behalf: docs.perplexity.ai/guides/bots"),
    (r"\bmistralai-user\b", "Mistral, on a user's behalf: docs.mistral.ai/robots"),
    (r"\bia_archiver\b", "Internet Archive"),
)
_BOT = re.compile("|".join(pattern for pattern, _ in BOTS), re.IGNORECASE)

# The first whose token is found counts: nearly everybody says Mozilla, Chrome and Safari too. Plain substrings, so
# that no User-Agent can make the search slow.
_BROWSERS: tuple[tuple[Browser, tuple[str, ...]], ...] = (
    ("edge", ("Edg/", "EdgA/", "EdgiOS/", "Edge/")),
    ("opera", (" OPR/", "Opera", " OPiOS/", " OPT/", " OPX/")),
    ("samsung", ("SamsungBrowser/",)),
    # WebViews inside apps: Android's, Facebook, Instagram, Google, WeChat, Line, Snapchat, Pinterest.
    (
        "other",
        ("; wv)", "FBAN/", "FBAV/", "Instagram ", " GSA/", "MicroMessenger/", " Line/", "Snapchat", "[Pinterest/"),
    ),
    # Browsers with a name of their own on somebody else's engine.
    ("other", ("YaBrowser/", "Vivaldi/", "UCBrowser/", "MiuiBrowser/", "HuaweiBrowser/", "Whale/", "QQBrowser/")),
    ("other", ("DuckDuckGo/", "Ddg/", "Silk/", "SeaMonkey/", "PaleMoon/")),
    ("firefox", ("Firefox/", "FxiOS/")),
    ("chrome", ("CriOS/", "Chrome/", "Chromium/")),
)

_SYSTEMS: tuple[tuple[System, tuple[str, ...]], ...] = (
    ("windows", ("Windows",)),
    ("ios", ("iPhone", "iPad", "iPod")),
    ("other", ("Tizen", "Web0S", "KAIOS", "PlayStation", "Nintendo")),
    ("android", ("Android",)),
    ("chromeos", ("CrOS ",)),
    ("macos", ("Macintosh",)),
    ("linux", ("Linux", "X11")),
)

# Sec-CH-UA-Platform, in lower case: wicg.github.io/ua-client-hints/#sec-ch-ua-platform
_PLATFORMS: dict[str, System] = {
    "windows": "windows",
    "macos": "macos",
    "ios": "ios",
    "android": "android",
    "linux": "linux",
    "chrome os": "chromeos",
    "chromium os": "chromeos",
}

_SCREENS = (  # television sets, the sticks in them, game consoles
    *(
        "SMART-TV",
        "SmartTV",
        "Smart TV",
        "HbbTV",
        "AppleTV",
        "GoogleTV",
        "Android TV",
        "BRAVIA",
        "NetCast",
        "VIDAA",
    ),
    *("; AFT", "CrKey", "Roku", "PlayStation", "Nintendo", "Xbox"),
)
_IPAD_AS_MAC = ("Mobile/", "CriOS/", "FxiOS/", "EdgiOS/")


@dataclass(frozen=True, slots=True)
class Agent:
    """What a request's User-Agent amounts to."""

    device: Device
    browser: Browser
    os: System
    bot: bool


@lru_cache(maxsize=1024)
def read_agent(user_agent: str, mobile: str = "", platform: str = "") -> Agent:
    """The agent behind the headers User-Agent, Sec-CH-UA-Mobile and Sec-CH-UA-Platform. A hint beats User-Agent.

    Not told apart: Safari on an iPad that asks for desktop pages (a Mac), Chromium's kin without a name (Brave).
    """
    system = _system(user_agent, platform)
    return Agent(
        _device(user_agent, system, mobile),
        _browser(user_agent, system),
        system,
        _BOT.search(user_agent) is not None,
    )


def _has(user_agent: str, tokens: tuple[str, ...]) -> bool:
    return any(token in user_agent for token in tokens)


def _system(user_agent: str, platform: str) -> System:
    hinted = _PLATFORMS.get(platform.strip('"').lower())
    if hinted:
        return hinted
    if "Macintosh" in user_agent and _has(user_agent, _IPAD_AS_MAC):
        return "ios"
    return next((system for system, tokens in _SYSTEMS if _has(user_agent, tokens)), "other")


def _browser(user_agent: str, system: System) -> Browser:
    for browser, tokens in _BROWSERS:
        if _has(user_agent, tokens):
            return browser
    apple = system in ("ios", "macos") and "Version/" in user_agent and "Safari/" in user_agent
    return "safari" if apple else "other"


def _device(user_agent: str, system: System, mobile: str) -> Device:
    if _has(user_agent, _SCREENS):
        return "other"
    if mobile == "?1" or _has(user_agent, ("iPhone", "iPod")):
        return "phone"
    if system == "ios" or "Tablet;" in user_agent:
        return "tablet"
    if system == "android":
        return "phone" if "Mobile" in user_agent and mobile != "?0" else "tablet"
    if _has(user_agent, ("Mobi", "Opera Mini")):
        return "phone"
    return "other" if system == "other" else "desktop"
