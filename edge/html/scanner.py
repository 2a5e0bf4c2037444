"""Finds the slots of a page (a first version: whole tags, counted by name)."""

from __future__ import annotations

import re

from edge.html.marks import Mark
from edge.html.slots import Slots
from edge.html.tags import TAG, attributes

__all__ = ["Scanner"]


class Scanner:
    """Takes a page in chunks; `marks` grows."""

    def __init__(self, slots: Slots, codec: str = "utf-8") -> None:
        self.marks: list[Mark] = []
        self.certain = 0
        self.buffer = bytearray()
        self._slots = slots
        self._codec = codec

    def feed(self, data: bytes) -> None:
        self.buffer += data

    def close(self) -> None:
        body = bytes(self.buffer)
        at = 0
        for found in re.finditer(TAG, body):
            if found.start() < at or found.group().startswith(b"</"):
                continue
            for attribute in attributes(found.group()):
                name = attribute.text(self._codec)
                if attribute.name == b"data-edge-slot" and name in self._slots.names:
                    mark = Mark(name, found.start(), found.end())
                    tag = re.match(rb"<([a-zA-Z0-9-]+)", found.group())
                    assert tag is not None
                    depth = 1
                    for inner in re.compile(rb"<(/?)" + tag[1] + rb"\b[^>]*>", re.I).finditer(body, found.end()):
                        depth += -1 if inner[1] else 1
                        if not depth:
                            mark.close(inner.start(), inner.end())
                            break
                    mark.lost = not mark.closed
                    self.marks.append(mark)
        self.certain = len(body)
