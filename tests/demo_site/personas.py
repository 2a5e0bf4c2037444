"""What each persona of the demo is to see, written down once for the tests by HTTP and those in a browser."""

from __future__ import annotations

from collections.abc import Mapping

from demo_site.rendering import PAGES, localise

__all__ = ["ADDRESSES", "DEFAULTS", "PERSONAS", "SIGHTS", "expected"]

DEFAULTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "offer": "Free delivery, and sixty days to change your mind.",
        "hero": "Thirty-eight decibels less of everything else",
        "picks": "Where most people begin",
        "story": "Seven hundred and fifty kilometres of nothing",
        "recommendations": "Goes well with it",
        "pricing": "Most people take Family",
        "contact": "Ask somebody who uses them.",
    },
    "th": {
        "offer": "จัดส่งฟรี เปลี่ยนใจคืนได้ภายในหกสิบวัน",
        "hero": "ตัดเสียงรอบข้างได้ถึง 38 เดซิเบล",
        "picks": "รุ่นที่คนส่วนใหญ่เริ่มต้น",
        "story": "เจ็ดร้อยห้าสิบกิโลเมตรแห่งความเงียบ",
        "recommendations": "เข้ากันได้ดี",
        "pricing": "คนส่วนใหญ่เลือกแพ็กเกจครอบครัว",
        "contact": "ถามคนที่ใช้จริง",
    },
}
"""Words that stand in a slot's default and nowhere else on its page, by language and slot."""

SIGHTS: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "first-visit": {
        "en": {
            "offer": "Your first pair: ten per cent off with the code HELLO",
            "hero": "New here? White is for home, black is for work.",
        },
        "th": {
            "offer": "หูฟังคู่แรกลดสิบเปอร์เซ็นต์",
            "hero": "เพิ่งเคยมา? สีขาวสำหรับบ้าน สีดำสำหรับงาน",
        },
    },
    "headphone-fan": {
        "en": {
            "offer": "€30 off any pair with the code QUIET, and free returns within Germany.",
            "hero": "A small case for a large silence.",
            "picks": "Quiet, in four sizes",
            "recommendations": "Other ways to be quiet",
        },
        "th": {
            "offer": "ลด ฿1,200 ทุกรุ่น ใส่โค้ด QUIET",
            "hero": "ตลับเล็ก ความเงียบใหญ่",
            "picks": "เงียบได้ในสี่ขนาด",
            "recommendations": "ทางอื่นสู่ความเงียบ",
        },
    },
    "studio-professional": {
        "en": {
            "offer": "Studio: two extra seats are free",
            "hero": "Hear the mistake before the client does.",
            "picks": "On desks like yours",
            "story": "A mastering engineer gives up the machine room",
            "recommendations": "Bought together for work",
            "pricing": "Northlight Studios: you are on the Studio plan.",
            "contact": "Something rattles?",
        },
        "th": {
            "offer": "แพ็กเกจสตูดิโอ เพิ่มอีกสองที่นั่งฟรีถึงสิ้นปี",
            "hero": "ได้ยินจุดพลาดก่อนลูกค้า",
            "picks": "บนโต๊ะทำงานแบบเดียวกับคุณ",
            "story": "มาสเตอริ่งเอนจิเนียร์เลิกใช้ห้องเครื่อง",
            "recommendations": "คนทำงานมักซื้อด้วยกัน",
            "pricing": "Northlight Studios ใช้แพ็กเกจสตูดิโออยู่",
            "contact": "มีเสียงแปลกๆ หรือ",
        },
    },
    "business-buyer": {
        "en": {
            "offer": "Ten pieces or more: 8 to 21 per cent less",
            "hero": "Fifty desks. One quiet room.",
            "picks": "On desks like yours",
            "recommendations": "Bought together for work",
            "pricing": "A box with five samples comes tomorrow.",
            "story": "A head of IT",
            "contact": "One person for your whole order.",
        },
        "th": {
            "offer": "สั่งสิบชิ้นขึ้นไป ลด 8 ถึง 21%",
            "hero": "ห้าสิบโต๊ะ ในห้องที่เงียบ",
            "picks": "บนโต๊ะทำงานแบบเดียวกับคุณ",
            "recommendations": "คนทำงานมักซื้อด้วยกัน",
            "pricing": "กล่องตัวอย่างห้าชิ้นถึงพรุ่งนี้",
            "story": "หัวหน้าฝ่ายไอที",
            "contact": "คนเดียวดูแลทั้งคำสั่งซื้อ",
        },
    },
    "returning-customer": {
        "en": {
            "offer": "Your Home plan includes new pads this autumn.",
            "hero": "Your One turns two.",
            "story": "What a technician in Bangkok finds inside",
            "recommendations": "Beside your Aurora One",
            "pricing": "You are on the Home plan.",
            "contact": "Something rattles?",
        },
        "th": {
            "offer": "ได้ฟองน้ำใหม่ฟรี",
            "hero": "Aurora One ครบสองขวบแล้ว",
            "story": "สิ่งที่ช่างในกรุงเทพฯ พบข้างใน",
            "recommendations": "คู่กับ Aurora One ของคุณ",
            "pricing": "คุณใช้แพ็กเกจส่วนตัวอยู่",
            "contact": "มีเสียงแปลกๆ หรือ",
        },
    },
    "thai-visitor": {
        "en": {
            "offer": "เว็บนี้มีภาษาไทย ราคาเป็นเงินบาท",
            "hero": "ลองฟังที่กรุงเทพฯ ซ่อมที่กรุงเทพฯ",
            "contact": "แวะมาที่ร้านกรุงเทพฯ ได้ทุกวัน",
        },
        "th": {
            "offer": "ส่งฟรีทั่วไทยภายในสองวัน ผ่อน",
            "hero": "ลองฟังที่กรุงเทพฯ ซ่อมที่กรุงเทพฯ",
            "contact": "แวะมาที่ร้านกรุงเทพฯ ได้ทุกวัน",
        },
    },
    "night-owl": {
        "en": {"offer": "", "hero": "For the side you sleep on. Aurora Sleep is flat", "picks": "Wakes nobody"},
        "th": {"offer": "", "hero": "Aurora Sleep แบนเท่าเหรียญ", "picks": "ไม่ปลุกใครให้ตื่น"},
    },
    "bot": {"en": {}, "th": {}},
}
"""By persona, language and slot: words of the block, "" where the slot is taken out. What is not named here keeps
its default, and so does the poster that a first visit has its guide below."""

PERSONAS = tuple(SIGHTS)
ADDRESSES: Mapping[str, tuple[str, str]] = {
    localise(path, language): (path, language)
    for path, page in PAGES.items()
    if page.listed
    for language in ("en", "th")
}
"""Every page in every language, with its path in English and its language."""

_BESIDE = {"first-visit": {"hero"}}


def _slots(path: str) -> tuple[str, ...]:
    """The slots on a page, by its path in English; those of pricing's plans have a test of their own."""
    if path == "/":
        return ("offer", "hero", "picks", "story", "contact")
    if path in ("/contact", "/sign-up"):
        return ("offer",)
    if path.startswith(("/headphones/", "/computers/")):
        return ("offer", "recommendations", "contact")
    return ("offer", "pricing", "contact") if path == "/pricing" else ("offer", "contact")


def expected(persona: str, address: str) -> tuple[set[str], set[str]]:
    """What is to be read on a page and what is not, as `persona` sees it."""
    path, language = ADDRESSES[address]
    there, gone = set(), set()
    for slot in _slots(path):
        default, block = DEFAULTS[language][slot], _block(persona, language, slot, path)
        there.add(default if block is None else block)
        if block is not None and slot not in _BESIDE.get(persona, set()):
            gone.add(default)
    if persona in _BESIDE and path == "/":
        there.add(DEFAULTS[language]["hero"])
    return there - {""}, gone


def _block(persona: str, language: str, slot: str, path: str) -> str | None:
    if (persona, slot) == ("headphone-fan", "recommendations") and not path.startswith("/headphones/"):
        return None  # newsletter readers came for headphones: computers keep what goes with them
    return SIGHTS[persona][language].get(slot)
