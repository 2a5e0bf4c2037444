"""The facts that every site has: those of the request itself."""

from __future__ import annotations

from edge.facts.fact import Fact

__all__ = ["BUILTIN", "WEEKDAYS"]

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_UTM = "the query string, as campaign links carry it"
_CDN = "the CDN header named by [geo] in edge.toml"

BUILTIN: tuple[Fact, ...] = (
    Fact(
        "path",
        "text",
        "The page's path, decoded, without the query",
        "the request line",
        pattern="/.*",
        example="/pricing",
    ),
    Fact("query", "map", "The query string: the first value of each name", "the request line"),
    Fact("utm.source", "text", "Who sent the visitor (utm_source): newsletter", _UTM),
    Fact("utm.medium", "text", "By which way (utm_medium): email, cpc", _UTM),
    Fact("utm.campaign", "text", "For which campaign (utm_campaign): spring_sale", _UTM),
    Fact("utm.term", "text", "The words paid for (utm_term)", _UTM),
    Fact("utm.content", "text", "Which of several links or ads (utm_content)", _UTM),
    Fact(
        "referrer.url",
        "text",
        "The page the visitor came from; other sites mostly tell only their host",
        "the Referer header",
    ),
    Fact(
        "referrer.host",
        "text",
        "That page's host, lower case, without www.",
        "the Referer header",
        pattern=r"(?!www\.)[^A-Z/]+",
        example="news.example.com",
    ),
    Fact(
        "referrer.kind",
        "choice",
        "What sort of place that is; `site` is this site itself",
        "the Referer header and a table of ours",
        ("search", "social", "mail", "other", "site", "none"),
    ),
    Fact(
        "language",
        "text",
        "The language preferred most, as the primary tag of RFC 5646, lower case",
        "Accept-Language",
        pattern="[a-z]{2,8}",
        example="de",
    ),
    Fact("country", "text", "ISO 3166-1 alpha-2, upper case", _CDN, pattern="[A-Z]{2}", example="DE"),
    Fact("region", "text", "The region, as the CDN writes it", _CDN),
    Fact("city", "text", "The city, as the CDN writes it", _CDN),
    Fact(
        "device",
        "choice",
        "The kind of device",
        "User-Agent and Sec-CH-UA-Mobile",
        ("phone", "tablet", "desktop", "other"),
    ),
    Fact(
        "browser",
        "choice",
        "The browser's family",
        "User-Agent",
        ("chrome", "safari", "firefox", "edge", "opera", "samsung", "other"),
    ),
    Fact(
        "os",
        "choice",
        "The operating system's family",
        "User-Agent and Sec-CH-UA-Platform",
        ("windows", "macos", "ios", "android", "linux", "chromeos", "other"),
    ),
    Fact("bot", "flag", "A declared search engine or bot; those get the defaults", "User-Agent"),
    Fact("now.hour", "number", "The hour of the day, 0 to 23, in the site's zone", "the clock", limits=(0, 23)),
    Fact("now.weekday", "choice", "The day of the week, in the site's zone", "the clock", WEEKDAYS),
    Fact("now.date", "date", "The date, in the site's zone", "the clock"),
    Fact("new", "flag", "This browser came without a cookie of ours", "the visitor's cookie", cookie=True),
)
