"""What the shop's templates know in Django."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.template.backends.utils import csrf_input_lazy
from django.urls import reverse
from jinja2 import Environment

__all__ = ["environment", "for_templates"]


def url_for(name: str, **parts: str) -> str:
    url: str = reverse(name, kwargs=parts)
    return url


def environment(**options: Any) -> Environment:
    environment = Environment(**options)
    environment.globals["url_for"] = url_for
    return environment


def for_templates(request: HttpRequest) -> dict[str, Any]:
    return {
        "csrf_field": lambda: csrf_input_lazy(request),
        "flashed": lambda: messages.get_messages(request),
    }
