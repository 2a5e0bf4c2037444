"""What Aurora Audio sells: content/products.toml, read once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["FAMILIES", "LANGUAGES", "PRODUCTS", "Product", "beside", "compared", "family", "price"]

LANGUAGES = ("en", "th")
FAMILIES = ("headphones", "computers")
_CURRENCY: Mapping[str, str] = {"en": "EUR", "th": "THB"}
_SIGN: Mapping[str, str] = {"EUR": "€", "THB": "฿"}
_FILE = Path(__file__).parent / "content" / "products.toml"


@dataclass(frozen=True, slots=True)
class Product:
    """One of the 24. `number` counts within its family, `line` is for whom it is: "home" or "work"; `words` and
    `specs` (pairs of a name and a value with its unit) are by language, and so is `compared`: the values in the
    table of its family."""

    slug: str
    family: str
    line: str
    number: int
    name: str
    field: str
    prices: Mapping[str, int]
    words: Mapping[str, Mapping[str, str]]
    specs: Mapping[str, tuple[tuple[str, str], ...]]
    compared: Mapping[str, tuple[str, ...]]
    curve: tuple[float, ...]
    drawing: Mapping[str, Any]

    @property
    def path(self) -> str:
        return f"/{self.family}/{self.slug}"


def _read(data: Mapping[str, Any]) -> tuple[Product, ...]:
    names, columns, counted, products = data["specs"], data["compared"], dict.fromkeys(FAMILIES, 0), []
    for row in data["product"]:
        counted[row["family"]] += 1
        products.append(
            Product(
                slug=row["slug"],
                family=row["family"],
                line=row["line"],
                number=counted[row["family"]],
                name=row["name"],
                field=row["field"],
                prices=row["price"],
                words={language: row[language] for language in LANGUAGES},
                specs={language: _specs(row["specs"], names, language) for language in LANGUAGES},
                compared={
                    language: tuple(_value(row["specs"], names, key, language) for key in columns[row["family"]])
                    for language in LANGUAGES
                },
                curve=tuple(row["curve"]),
                drawing=row["drawing"],
            )
        )
    return tuple(products)


def _specs(values: Mapping[str, Any], names: Mapping[str, Any], language: str) -> tuple[tuple[str, str], ...]:
    """In the order of [specs]; a name that is not there is an error."""
    order = sorted(values, key=list(names).index)
    return tuple((names[key][language], _value(values, names, key, language)) for key in order)


def _value(values: Mapping[str, Any], names: Mapping[str, Any], key: str, language: str) -> str:
    """With its unit; where there is none, what is said instead."""
    if key not in values:
        return str(names[key][f"none_{language}"])
    return f"{values[key]} {names[key][f'unit_{language}']}".strip()


_DATA = tomllib.loads(_FILE.read_text(encoding="utf-8"))
PRODUCTS = _read(_DATA)


def family(name: str, line: str | None = None) -> tuple[Product, ...]:
    """Those of a family, all or those of a line."""
    return tuple(one for one in PRODUCTS if one.family == name and line in (None, one.line))


def compared(name: str, language: str) -> tuple[str, ...]:
    """What the table of a family compares."""
    return tuple(_DATA["specs"][key][language] for key in _DATA["compared"][name])


def beside(product: Product) -> tuple[Product, ...]:
    """What is shown below a product: the next two of its family and line, and one of the other family."""
    kin = family(product.family, product.line)
    place = kin.index(product)
    other = family(FAMILIES[1 - FAMILIES.index(product.family)], product.line)
    return (kin[(place + 1) % len(kin)], kin[(place + 2) % len(kin)], other[place])


def price(prices: Mapping[str, int], language: str) -> str:
    """As it is written: €1,290, ฿47,900."""
    currency = _CURRENCY[language]
    return f"{_SIGN[currency]}{prices[currency]:,}"
