"""Whatever a rule says and whatever is known: `matches` is what the rule's own words mean, `explain` says the
same, and neither ever raises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from edge.errors import RuleError
from edge.facts import LARGEST, Env
from edge.rules import Rule, Trace, bind_segments
from tests.rules.known import rule

Known = dict[str, Any]


@dataclass(frozen=True)
class Meant:
    """A text, and a plain reading of what it means."""

    text: str
    of: Callable[[Known], Any]


VALUES: dict[str, list[Any]] = {
    "country": ["DE", "AT", "D", ""],
    "path": ["/", "/pricing", "/pricing/x", "/x?y", "/ABC"],
    "utm.source": ["news", "News", "", "xnewsx"],
    "device": ["phone", "desktop"],
    "now.hour": [0, 3, 23],
    "traits.seats": [-5, 0, 2.5, 10**18, -(10**18)],
    "traits.trial_ends": [date(2026, 12, 24), date(2027, 1, 1)],
    "now.date": [date(2026, 12, 24), date(2026, 1, 1)],
    "new": [True, False],
    "traits.dealer": [True, False],
    "traits.tags": [frozenset(), frozenset({"vip", "news"}), {"DE"}],
    "query": [{}, {"ref": "news"}, MappingProxyType({"ref": "", "DE": "x"})],
}
TYPES: dict[str, Any] = {
    "country": str,
    "path": str,
    "utm.source": str,
    "device": str,
    "now.hour": (int, float),
    "traits.seats": (int, float),
    "traits.trial_ends": date,
    "now.date": date,
    "new": bool,
    "traits.dealer": bool,
    "traits.tags": (set, frozenset),
    "query": (dict, MappingProxyType),
}
ODD: list[Any] = [
    *(None, True, False, 0, 1, -1, 3.5, float("nan"), float("inf"), -float("inf"), 10**400, "", "x", b"x", 1j),
    *([], ["vip"], {}, {"ref": 1}, {"ref": ["x"]}, set(), frozenset({1}), (), object(), ...),
    *(Decimal("NaN"), Decimal(3), datetime(2026, 1, 1), date(2026, 1, 1), "\ud800", MappingProxyType({})),
]


def value(name: str) -> Callable[[Known], Any]:
    """The fact, or None where its value is missing or of another type."""

    def of(known: Known) -> Any:
        found, types = known.get(name), TYPES[name]
        if not isinstance(found, types) or isinstance(found, datetime):
            return None
        if types == (int, float) and (isinstance(found, bool) or not -LARGEST <= found <= LARGEST):
            return None
        return found

    return of


def fact(*names: str) -> st.SearchStrategy[Meant]:
    return st.sampled_from([Meant(name, value(name)) for name in names])


def sure(value: Any) -> Callable[[Known], Any]:
    return lambda known: value


def item(known: Known) -> Any:
    found = value("query")(known)
    text = None if found is None else found.get("ref")
    return text if isinstance(text, str) else None


def compared(left: Meant, sign: str, right: Meant) -> Meant:
    def of(known: Known) -> bool:
        a, b = left.of(known), right.of(known)
        if a is None or b is None:
            return sign == "!="
        return {"==": a == b, "!=": a != b}[sign] if sign in ("==", "!=") else _ordered(a, sign, b)

    return Meant(f"{left.text} {sign} {right.text}", of)


def _ordered(a: Any, sign: str, b: Any) -> bool:
    return bool({"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[sign])


def calculated(left: Meant, sign: str, right: Meant) -> Meant:
    def of(known: Known) -> Any:
        a, b = left.of(known), right.of(known)
        if a is None or b is None or (sign == "/" and b == 0):
            return None
        result = {"+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b}[sign]()
        return result if -LARGEST <= result <= LARGEST else None

    return Meant(f"({left.text} {sign} {right.text})", of)


TEXT_FACT = fact("country", "utm.source", "path") | st.sampled_from(
    [Meant('query["ref"]', item), Meant("query.ref", item)]
)
TEXTS = TEXT_FACT | TEXT_FACT.map(
    lambda text: Meant(
        f"{text.text}.lower()", lambda known: None if text.of(known) is None else text.of(known).lower()
    )
)
SOURCE = st.sampled_from(["news", "x", "de", "ü"]).map(lambda text: Meant(f'"{text}"', sure(text)))
NUMBER_FACT = fact("now.hour", "traits.seats")
SMALL = st.sampled_from([0, 1, 3, 23, 2.5]).map(lambda number: Meant(str(number), sure(number)))
NUMBERS = st.recursive(
    NUMBER_FACT,
    lambda inner: (
        st.builds(calculated, inner, st.sampled_from("+-*/"), SMALL | inner)
        | inner.map(lambda n: Meant(f"(-{n.text})", lambda known: None if n.of(known) is None else -n.of(known)))
    ),
    max_leaves=4,
)
DATES = fact("now.date", "traits.trial_ends")
DAYS = st.sampled_from([date(2026, 12, 24), date(2027, 1, 1)]).map(lambda day: Meant(f'"{day}"', sure(day)))
EQUAL = st.sampled_from(["==", "!="])
SIGN = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])


def negatable(text: str, not_text: str, of: Callable[[Known], bool]) -> st.SearchStrategy[Meant]:
    return st.sampled_from([Meant(text, of), Meant(not_text, lambda known: not of(known))])


def listed(text: Meant) -> st.SearchStrategy[Meant]:
    return negatable(
        f'{text.text} in ("news", "x")',
        f'{text.text} not in ["news", "x"]',
        lambda known: text.of(known) in ("news", "x"),
    )


def unknown(part: Meant) -> st.SearchStrategy[Meant]:
    return negatable(f"{part.text} is None", f"{part.text} is not None", lambda known: part.of(known) is None)


def within(whole: Meant) -> st.SearchStrategy[Meant]:
    return negatable(
        f'"news" in {whole.text}',
        f'"news" not in {whole.text}',
        lambda known: whole.of(known) is not None and "news" in whole.of(known),
    )


def by_itself(part: Meant) -> Meant:
    return Meant(part.text, lambda known: bool(part.of(known)))


def begins(text: Meant) -> Meant:
    return Meant(f'{text.text}.startswith("/")', lambda known: (text.of(known) or "").startswith("/"))


def ends(text: Meant) -> Meant:
    return Meant(f'{text.text}.endswith("x")', lambda known: (text.of(known) or "").endswith("x"))


def liked(text: Meant) -> Meant:
    return Meant(
        f'like({text.text}, "/*ing?x")',
        lambda known: (
            (found := text.of(known) or "").startswith("/") and found[-5:-2] == "ing" and found[-1:] == "x"
        ),
    )


SIMPLE = st.one_of(
    st.builds(compared, TEXTS, EQUAL, TEXTS),
    st.builds(compared, fact("utm.source"), EQUAL, SOURCE),
    st.builds(compared, SOURCE, EQUAL, fact("utm.source")),
    st.builds(compared, NUMBERS, SIGN, NUMBERS),
    st.builds(compared, NUMBERS, SIGN, SMALL),
    st.builds(compared, DATES, SIGN, DATES | DAYS),
    st.builds(compared, fact("new", "traits.dealer"), EQUAL, fact("new", "traits.dealer")),
    fact("utm.source").flatmap(listed),
    (TEXTS | NUMBERS | DATES | fact("new", "traits.tags", "query", "device")).flatmap(unknown),
    (TEXTS | fact("traits.tags", "query", "device")).flatmap(within),
    (TEXTS | fact("new", "traits.dealer", "traits.tags", "query")).map(by_itself),
    TEXTS.map(begins),
    TEXTS.map(ends),
    TEXTS.map(liked),
)


def joined(parts: list[Meant], word: str) -> Meant:
    decide = {"and": all, "or": any}[word]
    return Meant(
        f" {word} ".join(f"({part.text})" for part in parts),
        lambda known: decide(part.of(known) for part in parts),
    )


RULES = st.recursive(
    SIMPLE,
    lambda inner: (
        st.builds(joined, st.lists(inner, min_size=2, max_size=4), st.sampled_from(["and", "or"]))
        | inner.map(lambda part: Meant(f"not ({part.text})", lambda known: not part.of(known)))
    ),
    max_leaves=8,
)
KNOWN = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(values) | st.sampled_from(ODD) for name, values in VALUES.items()}
)


@settings(max_examples=600, deadline=None)
@given(RULES, KNOWN)
def test_a_rule_means_what_it_says(meant: Meant, known: Known) -> None:
    verdict = shallow(meant.text).matches(Env({}, None, known))
    assert verdict is meant.of(known)


def shallow(text: str) -> Rule:
    """The rule, unless it came out nested deeper than rules may be."""
    try:
        return rule(text)
    except RuleError as error:
        assume("inside each other" not in str(error))
        raise


@settings(max_examples=300, deadline=None)
@given(RULES, RULES, KNOWN)
def test_the_trace_says_what_the_rule_says(meant: Meant, segment: Meant, known: Known) -> None:
    read = shallow(f'({meant.text}) or "vip" not in segments')
    env = Env({}, None, known)
    bind_segments({"vip": shallow(segment.text)}, env)
    trace = read.explain(env)
    assert trace.value is read.matches(env)
    assert trace.render()
    assert_whole(trace, read.text, segment.text)


def assert_whole(trace: Trace, *texts: str) -> None:
    """Every part is what stands at its place, and the child that decided has the verdict or its opposite."""
    assert any(trace.text == text[trace.start : trace.end] for text in texts)
    if trace.decided is not None:
        assert isinstance(trace.children[trace.decided].value, bool)
    for child in trace.children:
        assert_whole(child, *texts)
