"""The demo's site by itself: complete, self-contained and strict."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urldefrag, urljoin
from xml.etree import ElementTree

import httpx
import pytest

from demo_site.catalogue import FAMILIES, LANGUAGES, PRODUCTS, beside, compared, family
from demo_site.origin import origin
from demo_site.rendering import localise
from demo_site.structured import BASE
from tests.conftest import Serve
from tests.demo_site.pages import read_page
from tests.demo_site.personas import ADDRESSES

DEMO = Path(__file__).resolve().parents[2] / "demo_site"
STATIC = DEMO / "static"
THAI = re.compile(r"[\u0e01-\u0e5b]")
SOME = ("/", "/headphones/one", "/th/contact", "/nothing")


@pytest.fixture
def client(serve: Serve) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=serve(origin)) as client:
        yield client


def test_there_are_twelve_of_each_family_half_of_them_for_work() -> None:
    for name in FAMILIES:
        assert [one.number for one in family(name)] == list(range(1, 13))
        assert len(family(name, "home")) == len(family(name, "work")) == 6
    assert len({one.slug for one in PRODUCTS}) == len(PRODUCTS) == 24


def test_no_product_is_recommended_beside_itself() -> None:
    for product in PRODUCTS:
        assert len({product.slug, *(one.slug for one in beside(product))}) == 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_family_is_compared_by_the_same_things_throughout(client: httpx.Client, language: str) -> None:
    names = {"headphones": ("Weight", "Plays for"), "computers": ("Loudest", "Processor", "Memory")}
    for name in FAMILIES:
        table = client.get(localise(f"/{name}", language)).text.partition("<table>")[2].partition("</table>")[0]
        head, *rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in table.split("<tr>")[1:]]
        columns = compared(name, language)
        assert (language != "en") or columns == names[name]
        assert tuple(head[2:-1]) == columns
        assert len(rows) == 12
        for product, row in zip(family(name), rows, strict=True):
            assert len(row) == len(head)
            told = dict(product.specs[language])
            assert row[2:-1] == [told.get(key, value) for key, value in zip(columns, row[2:-1], strict=True)]


def test_three_plans_for_one_cost_more_than_one_for_a_family_and_two_do_not(client: httpx.Client) -> None:
    for address, words in (("/pricing", "less than three plans"), ("/th/pricing", "แพ็กเกจส่วนตัวสามชุด")):
        page = client.get(address).text
        home, several, *_ = (int(one) for one in re.findall(r'<p class="amount">[€฿](\d+) ', page))
        assert 2 * home < several < 3 * home
        assert words in page
        assert 'sign-up">' not in re.findall(r'<ul class="plans">.*?</section>', page, re.DOTALL)[0]


def test_every_page_is_there_may_be_cached_and_is_sound(client: httpx.Client) -> None:
    found = {}
    for address, (_, language) in ADDRESSES.items():
        page = client.get(address)
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8"), address
        assert "public" in page.headers["cache-control"]
        assert f'<html lang="{language}">' in page.text
        found[address] = read_page(page.text).faults()
    assert len(found) >= 70
    assert {address: faults for address, faults in found.items() if faults} == {}


def test_every_page_has_a_title_and_a_description_of_its_own(client: httpx.Client) -> None:
    pages = {address: client.get(address).text for address in ADDRESSES}
    titles = {read_page(html).title for html in pages.values()}
    descriptions = {re.findall(r'<meta name="description" content="([^"]+)"', html)[0] for html in pages.values()}
    assert len(descriptions) == len(pages)
    assert len(titles) >= len(pages) - 24  # a product's name is the same in both languages


def test_every_page_has_its_translation_and_says_so(client: httpx.Client) -> None:
    for address, (path, _) in ADDRESSES.items():
        html = client.get(address).text
        told = dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)"', html))
        thai = f"{BASE}/th{path.rstrip('/')}"
        assert told == {"en": f"{BASE}{path}", "th": thai, "x-default": f"{BASE}{path}"}
        assert f'<link rel="canonical" href="{BASE}{address}">' in html


def test_thai_pages_are_in_thai(client: httpx.Client) -> None:
    for address, (_, language) in ADDRESSES.items():
        html = client.get(address).text
        body = re.sub(r"<head>.*?</head>|<a class=\"switch\".*?</a>|<[^>]*>", " ", html, flags=re.DOTALL)
        letters = len(THAI.findall(body))
        assert (letters > 300) if language == "th" else (letters == 0), address


def test_everything_that_any_page_leads_to_is_there(client: httpx.Client) -> None:
    queue, seen, broken = ["/"], {"/"}, {}
    anchors: dict[str, set[str]] = {}
    wanted: list[tuple[str, str, str]] = []
    while queue:
        address = queue.pop()
        answer = client.get(address)
        if answer.status_code != 200:
            broken[address] = answer.status_code
        if "text/html" not in answer.headers["content-type"]:
            continue
        reading = read_page(answer.text)
        anchors[address] = set(reading.attribute("id"))
        for link in reading.links:
            target, anchor = urldefrag(urljoin(address, link.removeprefix(BASE)))
            wanted.append((address, target, anchor))
            if target not in seen:
                seen.add(target)
                queue.append(target)
    assert broken == {}
    assert seen >= set(ADDRESSES)
    assert [one for one in wanted if one[2] and one[2] not in anchors[one[1]]] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_search_engines_are_told_of_a_product_is_what_the_page_says(
    client: httpx.Client, language: str
) -> None:
    for product in PRODUCTS:
        address = product.path if language == "en" else f"/th{product.path}"
        page = client.get(address).text
        told, way = read_page(page).data
        assert (told["@context"], told["@type"], told["name"]) == ("https://schema.org", "Product", product.name)
        assert {"description", "sku", "image", "brand", "offers"} <= told.keys()
        offer = told["offers"]
        assert {"@type", "url", "availability", "itemCondition"} <= offer.keys()
        sign = {"EUR": "€", "THB": "฿"}[offer["priceCurrency"]]
        assert f"{sign}{int(offer['price']):,}" in page
        assert offer["url"] == f"{BASE}{address}"
        assert way["@type"] == "BreadcrumbList"
        assert [step["position"] for step in way["itemListElement"]] == [1, 2, 3]
        assert way["itemListElement"][2]["item"] == f"{BASE}{address}"


def test_the_sitemap_names_every_page_and_robots_names_the_sitemap(client: httpx.Client) -> None:
    tree = ElementTree.fromstring(client.get("/sitemap.xml").content)
    places = {element.text for element in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")}
    assert places == {BASE + address for address in ADDRESSES}
    assert f"Sitemap: {BASE}/sitemap.xml" in client.get("/robots.txt").text


def test_every_product_has_a_picture_of_its_own(client: httpx.Client) -> None:
    pictures = {client.get(f"/img/{one.slug}.svg").text for one in PRODUCTS}
    assert len(pictures) == len(PRODUCTS)
    for picture in pictures:
        ElementTree.fromstring(picture)


@pytest.mark.parametrize("path", ["/", "/th/pricing", "/img/one.svg", "/sitemap.xml"])
def test_what_the_client_has_is_not_sent_again(client: httpx.Client, path: str) -> None:
    tag = client.get(path).headers["etag"]
    again = client.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(("path", "words"), [("/nothing", "Silence."), ("/th/nothing", "เงียบสนิท")])
def test_another_address_says_that_nothing_is_there(client: httpx.Client, path: str, words: str) -> None:
    page = client.get(path)
    assert page.status_code == 404
    assert f"<h1>{words}</h1>" in page.text
    assert page.headers["cache-control"] == "no-store"


def test_a_slash_too_many_leads_to_the_page(client: httpx.Client) -> None:
    answer = client.get("/th/pricing/")
    assert (answer.status_code, answer.headers["location"]) == (308, "/th/pricing")


@pytest.mark.parametrize("path", SOME)
def test_the_policy_forbids_what_the_page_does_not_need(client: httpx.Client, path: str) -> None:
    page = client.get(path)
    assert page.headers["content-security-policy"].startswith("default-src 'self';")
    assert "unsafe" not in page.headers["content-security-policy"]
    assert not re.search(r"<script(?! type=\"application/ld\+json\")|<style|\sstyle=|\son\w+=", page.text)


GOOD = {"name": "A", "email": "a@example.com", "topic": "order", "message": "Hello"}


@pytest.mark.parametrize(("address", "thanks"), [("/contact", "Heard."), ("/th/contact", "ได้ยินแล้ว")])
def test_a_form_that_is_filled_in_leads_to_thanks(client: httpx.Client, address: str, thanks: str) -> None:
    answer = client.post(address, data=GOOD)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{address}/thanks")
    page = client.get(f"{address}/thanks").text
    assert f"<h1>{thanks}</h1>" in page
    assert "noindex" in page
    assert read_page(page).faults() == []


@pytest.mark.parametrize(
    ("address", "there"),
    [
        ("/contact/thanks", "/th/contact/thanks"),
        ("/th/sign-up/thanks", "/sign-up/thanks"),
        ("/nothing", "/th"),
        ("/th/nothing", "/"),
    ],
)
def test_what_is_in_no_sitemap_leads_to_its_translation_where_it_has_one(
    client: httpx.Client, address: str, there: str
) -> None:
    assert f'<a class="switch" href="{there}"' in client.get(address).text
    assert client.get(there).status_code == 200


def test_what_is_wrong_with_a_form_is_said_beside_it_and_nothing_is_lost(client: httpx.Client) -> None:
    answer = client.post("/contact", data={**GOOD, "email": "nowhere", "topic": "x", "message": " <b>"})
    assert answer.status_code == 422
    page = read_page(answer.text)
    assert page.faults() == []
    wrong = {found["name"] for _, found in page.elements if "aria-invalid" in found}
    assert wrong == {"email"}
    assert "Please choose one of these." in answer.text
    assert 'value="nowhere"' in answer.text
    assert "&lt;b&gt;" in answer.text
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/contact", {"Please fill this in.": 3, "Please choose one of these.": 1}),
        ("/th/contact", {"กรุณากรอกช่องนี้": 3, "กรุณาเลือกหนึ่งข้อ": 1}),
        ("/sign-up", {"Please fill this in.": 1, "Please choose one of these.": 1, "Please tick this": 1}),
        ("/th/sign-up", {"กรุณากรอกช่องนี้": 1, "กรุณาเลือกหนึ่งข้อ": 1, "กรุณาทำเครื่องหมายในช่องนี้": 1}),
    ],
)
def test_what_is_left_empty_is_asked_for_in_words_that_fit_it(
    client: httpx.Client, address: str, told: dict[str, int]
) -> None:
    page = client.post(address, data={})
    assert page.status_code == 422
    assert page.text.count('class="error"') == sum(told.values())
    assert {words: page.text.count(words) for words in told} == told


def test_the_sign_up_asks_for_consent(client: httpx.Client) -> None:
    wanted = {"email": "a@example.com", "interest": "both"}
    assert client.post("/th/sign-up", data=wanted).status_code == 422
    assert client.post("/th/sign-up", data={**wanted, "consent": "yes"}).status_code == 303


def test_a_form_takes_no_more_than_it_asks_for(client: httpx.Client) -> None:
    assert client.post("/contact", data={"message": "x" * 20_000}).status_code == 413
    assert client.post("/contact", data={f"f{index}": "x" for index in range(30)}).status_code == 400
    assert client.post("/contact", data={**GOOD, "name": "x" * 201}).status_code == 422


def test_every_question_has_a_label_and_says_what_browsers_may_fill_in(client: httpx.Client) -> None:
    for address in ("/contact", "/th/sign-up"):
        page = read_page(client.get(address).text)
        labelled = set(page.attribute("for"))
        for tag, found in page.elements:
            if tag == "textarea" or (tag == "input" and found.get("type") in ("text", "email")):
                assert found["id"] in labelled
            if tag == "input" and found.get("type") in ("text", "email"):
                assert found["autocomplete"] in ("name", "email")


def test_no_module_knows_of_edge_but_those_that_put_it_in_front() -> None:
    for file in sorted(DEMO.rglob("*.py")):
        knows = re.search(r"^\s*(?:from|import) edge", file.read_text(encoding="utf-8"), re.MULTILINE)
        assert bool(knows) is (file.name in ("app.py", "__main__.py")), file


@pytest.mark.parametrize("file", sorted(STATIC.glob("*.[cs][sv][sg]")), ids=lambda file: file.name)
def test_nothing_is_fetched_from_elsewhere(file: Path) -> None:
    text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|url\((?!#|\"fonts/)|@import", text)


def test_the_typeface_may_be_passed_on() -> None:
    assert "SIL OPEN FONT LICENSE Version 1.1" in (STATIC / "fonts" / "OFL.txt").read_text(encoding="utf-8")


def test_what_is_long_is_sent_squeezed(client: httpx.Client) -> None:
    for address in ("/", "/th/pricing", "/static/site.css", "/img/tower.svg"):
        with client.stream("GET", address, headers={"Accept-Encoding": "gzip"}) as answer:
            squeezed = sum(map(len, answer.iter_raw()))
        whole = client.get(address, headers={"Accept-Encoding": "identity"})
        assert (answer.headers["content-encoding"], whole.headers.get("content-encoding")) == ("gzip", None)
        assert squeezed < len(whole.content) / 2, address


@pytest.mark.parametrize(("address", "first"), [("/", "latin"), ("/th", "thai")])
def test_both_scripts_are_asked_for_early_the_pages_own_first(
    client: httpx.Client, address: str, first: str
) -> None:
    asked = re.findall(r'<link rel="preload" href="/static/fonts/anuphan-(\w+)\.woff2"', client.get(address).text)
    assert (asked[0], sorted(asked)) == (first, ["latin", "thai"])
