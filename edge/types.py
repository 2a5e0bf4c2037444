"""ASGI as types (https://asgi.readthedocs.io/en/stable/specs/main.html), and nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

__all__ = ["ASGIApp", "AnyASGIApp", "Headers", "Message", "Receive", "Scope", "Send"]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]
AnyASGIApp = Callable[[Any, Any, Any], Awaitable[None]]
"""An app of whatever framework: each writes the types of scopes and messages its own way."""

Headers = list[tuple[bytes, bytes]]
"""Pairs, in order, with duplicates: both matter (RFC 9110 section 5.3)."""
