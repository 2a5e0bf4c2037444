"""What an input takes, in words."""

from __future__ import annotations

from edge.site.widgets.widget import Input

__all__ = ["takes"]


def takes(one: Input) -> str:
    """Its kind, limits and default: `text, needed, at most 120 characters`."""
    parts = [_kind(one)]
    if one.required:
        parts.append("needed")
    parts.extend(_limits(one))
    if one.default is not None:
        parts.append(f"else {_written(one.default)}")
    return ", ".join(parts)


def _kind(one: Input) -> str:
    if one.kind == "choice":
        return " or ".join(f'"{choice}"' for choice in one.choices)
    if one.kind in ("link", "image", "list"):
        inner = ", ".join(name if part.required else f"{name}?" for name, part in one.fields.items())
        return f"{one.kind} of {{ {inner} }}"
    return "true or false" if one.kind == "flag" else one.kind


def _limits(one: Input) -> list[str]:
    what = {"text": "characters", "url": "characters"}.get(one.kind, "" if one.kind == "number" else "of them")
    if one.least is not None and one.most is not None:
        return [f"{one.least} to {one.most} {what}".strip()]
    return [f"at most {one.most} {what}".strip()] if one.most is not None else []


def _written(value: str | int | bool) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower()
