"""User agents as they are found in the wild."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.facts import BUILTIN
from edge.visitors.agent import BOTS, Agent, read_agent

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
WINDOWS = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/130.0.0.0 Safari/537.36"
ANDROID = f"Mozilla/5.0 (Linux; Android 10; K) {WEBKIT} Chrome/130.0.0.0"
IPHONE = f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) {APPLE}"
IPAD = f"Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) {APPLE}"
MAC = f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {APPLE}"
MAC_BLINK = f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {WEBKIT} Chrome/130.0.0.0 Safari/537.36"
LINUX = f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} Chrome/130.0.0.0 Safari/537.36"

PEOPLE = [
    # Desktop
    (WINDOWS, "desktop", "chrome", "windows"),
    (MAC_BLINK, "desktop", "chrome", "macos"),
    (LINUX, "desktop", "chrome", "linux"),
    (
        f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {WEBKIT} Chrome/130.0.0.0 Safari/537.36",
        "desktop",
        "chrome",
        "chromeos",
    ),
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0",
        "desktop",
        "firefox",
        "windows",
    ),
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:132.0) Gecko/20100101 Firefox/132.0",
        "desktop",
        "firefox",
        "macos",
    ),
    (
        "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
        "desktop",
        "firefox",
        "linux",
    ),
    (f"{MAC} Version/18.1 Safari/605.1.15", "desktop", "safari", "macos"),
    (f"{WINDOWS} Edg/130.0.0.0", "desktop", "edge", "windows"),
    (f"{MAC_BLINK} Edg/130.0.0.0", "desktop", "edge", "macos"),
    (
        f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} Chrome/64.0.3282.140 Safari/537.36 Edge/18.17763",
        "desktop",
        "edge",
        "windows",
    ),
    (f"{WINDOWS} OPR/115.0.0.0", "desktop", "opera", "windows"),
    ("Opera/9.80 (Windows NT 6.1; WOW64) Presto/2.12.388 Version/12.18", "desktop", "opera", "windows"),
    (f"{WINDOWS} Vivaldi/7.0.3495.6", "desktop", "other", "windows"),
    (f"{WINDOWS.replace(' Safari', ' YaBrowser/24.10.0 Safari')}", "desktop", "other", "windows"),
    ("Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko", "desktop", "other", "windows"),
    (
        "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; Trident/6.0; Tablet PC 2.0)",
        "desktop",
        "other",
        "windows",
    ),
    # Phones
    (f"{ANDROID} Mobile Safari/537.36", "phone", "chrome", "android"),
    (f"{ANDROID} Mobile Safari/537.36 EdgA/130.0.0.0", "phone", "edge", "android"),
    (f"{ANDROID} Mobile Safari/537.36 OPR/86.0.0.0", "phone", "opera", "android"),
    (
        f"Mozilla/5.0 (Linux; Android 10; K) {WEBKIT} SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36",
        "phone",
        "samsung",
        "android",
    ),
    ("Mozilla/5.0 (Android 14; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0", "phone", "firefox", "android"),
    (f"{IPHONE} Version/18.1 Mobile/15E148 Safari/604.1", "phone", "safari", "ios"),
    (f"{IPHONE} CriOS/130.0.6723.90 Mobile/15E148 Safari/604.1", "phone", "chrome", "ios"),
    (f"{IPHONE} FxiOS/132.0 Mobile/15E148 Safari/605.1.15", "phone", "firefox", "ios"),
    (f"{IPHONE} Version/18.0 EdgiOS/130.0.2849.80 Mobile/15E148 Safari/604.1", "phone", "edge", "ios"),
    (f"{IPHONE} Version/18.1 Mobile/15E148 Safari/604.1 OPT/5.2.0", "phone", "opera", "ios"),
    (f"{IPHONE} Version/18.1 Mobile/15E148 Safari/605.1.15 Ddg/18.1", "phone", "other", "ios"),
    (f"{IPHONE} GSA/342.0.693598186 Mobile/15E148 Safari/604.1", "phone", "other", "ios"),
    (f"{IPHONE} Mobile/22B83 [FBAN/FBIOS;FBAV/489.0.0.53.77;FBDV/iPhone15,3]", "phone", "other", "ios"),
    (f"{IPHONE} Mobile/15E148 Instagram 356.0.0.26.89 (iPhone14,5; iOS 18_1)", "phone", "other", "ios"),
    (f"{IPHONE} Mobile/15E148", "phone", "other", "ios"),
    (
        f"Mozilla/5.0 (Linux; Android 14; SM-S918B Build/UP1A; wv) {WEBKIT} Version/4.0 Chrome/130.0.6723.58"
        " Mobile Safari/537.36",
        "phone",
        "other",
        "android",
    ),
    (
        f"Mozilla/5.0 (Linux; Android 9; CUBOT NOTE S) {WEBKIT} Chrome/95.0.0.0 Mobile Safari/537.36",
        "phone",
        "chrome",
        "android",
    ),
    (
        "Mozilla/5.0 (Linux; U; Android 4.0.4; en-gb; GT-I9300) AppleWebKit/534.30 (KHTML, like Gecko) Version/4.0"
        " Mobile Safari/534.30",
        "phone",
        "other",
        "android",
    ),
    (
        f"Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1) {WEBKIT} Chrome/52 Mobile Safari/537.36 Edge/15.15",
        "phone",
        "edge",
        "windows",
    ),
    (
        "Opera/9.80 (J2ME/MIDP; Opera Mini/9 (Compatible; MSIE:9.0; iPhone; BlackBerry9700)",
        "phone",
        "opera",
        "ios",
    ),
    ("Opera/9.80 (J2ME/MIDP; Opera Mini/4.2; U; en) Presto/2.8 Version/11.10", "phone", "opera", "other"),
    (
        "Mozilla/5.0 (Mobile; Nokia 8110 4G; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5",
        "phone",
        "firefox",
        "other",
    ),
    # Tablets
    (f"{ANDROID} Safari/537.36", "tablet", "chrome", "android"),
    ("Mozilla/5.0 (Android 14; Tablet; rv:132.0) Gecko/132.0 Firefox/132.0", "tablet", "firefox", "android"),
    (
        f"Mozilla/5.0 (Linux; Android 11; KFTRWI) {WEBKIT} Silk/130.1 like Chrome/130.0 Safari/537.36",
        "tablet",
        "other",
        "android",
    ),
    (f"{IPAD} Version/18.1 Mobile/15E148 Safari/604.1", "tablet", "safari", "ios"),
    (f"{MAC} CriOS/130 Version/11.1.1 Safari/605.1.15", "tablet", "chrome", "ios"),
    (f"{MAC} FxiOS/132.0 Mobile/15E148 Safari/605.1.15", "tablet", "firefox", "ios"),
    (f"{MAC} Mobile/15E148", "tablet", "other", "ios"),
    # Television sets and game consoles
    (
        f"Mozilla/5.0 (SMART-TV; LINUX; Tizen 7.0) {WEBKIT} SamsungBrowser/5.0 Chrome/94 TV Safari/537.36",
        "other",
        "samsung",
        "other",
    ),
    (
        f"Mozilla/5.0 (Web0S; Linux/SmartTV) {WEBKIT} Chrome/94.0.4606.128 Safari/537.36 WebAppManager",
        "other",
        "chrome",
        "other",
    ),
    (
        f"Mozilla/5.0 (Linux; Android 12; BRAVIA 4K VH2) {WEBKIT} Chrome/130.0.0.0 Safari/537.36",
        "other",
        "chrome",
        "android",
    ),
    (
        f"Mozilla/5.0 (Linux; Android 9; AFTSSS) {WEBKIT} Silk/130.1 like Chrome/130.0 Safari/537.36",
        "other",
        "other",
        "android",
    ),
    (
        f"Mozilla/5.0 (PlayStation; PlayStation 5/9.60) {APPLE} Version/17.0 Safari/605.1.15",
        "other",
        "other",
        "other",
    ),
    (
        f"Mozilla/5.0 (Windows NT 10.0; Win64; x64; Xbox; Xbox One) {WEBKIT} Chrome/130 Safari/537.36 Edg/130",
        "other",
        "edge",
        "windows",
    ),
    # Tools that declare nothing
    ("", "other", "other", "other"),
    ("curl/8.10.1", "other", "other", "other"),
    ("python-requests/2.32.3", "other", "other", "other"),
    (LINUX.replace("Chrome/", "HeadlessChrome/"), "desktop", "chrome", "linux"),
]

DECLARED = [
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    f"{ANDROID} Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Googlebot-Image/1.0",
    "Mozilla/5.0 (compatible; Google-InspectionTool/1.0;)",
    "AdsBot-Google (+http://www.google.com/adsbot.html)",
    "Mediapartners-Google",
    "GoogleOther",
    "APIs-Google (+https://developers.google.com/webmasters/APIs-Google.html)",
    "FeedFetcher-Google; (+http://www.google.com/feedfetcher.html)",
    "Mozilla/5.0 (compatible; Google-Site-Verification/1.0)",
    f"{WINDOWS} (compatible; Google-Read-Aloud; +https://support.google.com/webmasters/answer/1061943)",
    "Google-Safety",
    f"Mozilla/5.0 {WEBKIT} (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/116.0 Safari/537.36",
    f"{WINDOWS} BingPreview/1.0b",
    "Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)",
    f"{MAC} Version/17.4 Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)",
    "DuckDuckBot/1.1; (+http://duckduckgo.com/duckduckbot.html)",
    "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
    "Mozilla/5.0 (compatible; YandexImages/3.0; +http://yandex.com/bots)",
    "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
    "Sogou web spider/4.0(+http://www.sogou.com/docs/help/webmasters.htm#07)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "facebookcatalog/1.0",
    "meta-externalfetcher/1.1",
    "meta-webindexer/1.1",
    "Twitterbot/1.0",
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "TelegramBot (like TwitterBot)",
    "WhatsApp/2.23.20.0",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
    "Mozilla/5.0 (compatible; Embedly/0.2; +http://support.embed.ly/)",
    f"Mozilla/5.0 {WEBKIT}; compatible; GPTBot/1.2; +https://openai.com/gptbot",
    "ChatGPT-User/2.0",
    f"Mozilla/5.0 {WEBKIT}; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)",
    "Mozilla/5.0 (compatible; Claude-User/1.0; +Claude-User@anthropic.com)",
    "Mozilla/5.0 (compatible; Perplexity-User/1.0; +https://perplexity.ai/perplexity-user)",
    "MistralAI-User/1.0",
    "CCBot/2.0 (https://commoncrawl.org/faq/)",
    "Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 (compatible; Bytespider; spider-feedback@bytedance.com)",
    "ia_archiver (+http://www.alexa.com/site/help/webmasters; crawler@alexa.com)",
    "Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)",
    "Example Crawler 1.0",
    "ia_archiver",
]


@pytest.mark.parametrize(("user_agent", "device", "browser", "os"), PEOPLE)
def test_a_visitors_user_agent(user_agent: str, device: str, browser: str, os: str) -> None:
    agent = read_agent(user_agent)
    assert (agent.device, agent.browser, agent.os, agent.bot) == (device, browser, os, False)


@pytest.mark.parametrize("user_agent", DECLARED)
def test_a_declared_bots_user_agent(user_agent: str) -> None:
    assert read_agent(user_agent).bot


def test_the_table_of_bots_has_at_most_30_patterns_each_explained_and_each_needed() -> None:
    assert len(BOTS) <= 30
    for pattern, about in BOTS:
        assert about
        others = re.compile("|".join(other for other, _ in BOTS if other != pattern), re.IGNORECASE)
        assert any(re.search(pattern, known, re.IGNORECASE) and not others.search(known) for known in DECLARED), (
            pattern
        )


@pytest.mark.parametrize(
    ("user_agent", "mobile", "platform", "expected"),
    [
        (f"{ANDROID} Safari/537.36", "?1", '"Android"', ("phone", "android")),
        (f"{ANDROID} Mobile Safari/537.36", "?0", '"Android"', ("tablet", "android")),
        (LINUX, "?0", '"Chrome OS"', ("desktop", "chromeos")),
        (LINUX, "?0", '"Chromium OS"', ("desktop", "chromeos")),
        (WINDOWS, "?0", '"Windows"', ("desktop", "windows")),
        (WINDOWS, "?0", '"macOS"', ("desktop", "macos")),
        (WINDOWS, "?0", '"Unknown"', ("desktop", "windows")),
        (WINDOWS, "", "", ("desktop", "windows")),
        (WINDOWS, "nonsense", '"', ("desktop", "windows")),
    ],
)
def test_a_client_hint_beats_the_user_agent(
    user_agent: str, mobile: str, platform: str, expected: tuple[str, str]
) -> None:
    agent = read_agent(user_agent, mobile, platform)
    assert (agent.device, agent.os) == expected


@settings(deadline=None)
@given(st.text(), st.text(), st.text())
def test_any_text_is_some_agent_of_the_declared_choices(user_agent: str, mobile: str, platform: str) -> None:
    agent = read_agent(user_agent, mobile, platform)
    assert isinstance(agent, Agent)
    for fact in BUILTIN:
        if fact.name in ("device", "browser", "os"):
            assert getattr(agent, fact.name) in fact.choices


def test_no_pattern_can_take_more_than_one_way_through_a_text() -> None:
    """Linear by structure: nothing repeats, so a pattern looks at a fixed number of characters from each start."""
    for pattern, _ in BOTS:
        assert not re.search(r"(?<!\\)[*+{]|(?<!\()\?", pattern.replace("(?:", "(").replace("(?<!", "(")), pattern
