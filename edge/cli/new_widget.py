"""The files with which a widget of one's own begins."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

__all__ = ["new_widget"]

_FILES: Mapping[str, str] = {
    "widget.toml": """\
about = "What it is for, in a line"

# Kinds: text, url, number, flag, choice, date, link, image, texts, list.
[inputs.title]
kind = "text"
about = "The headline"
required = true
max = 100

[inputs.text]
kind = "text"
about = "A sentence or two below it"

[inputs.action]
kind = "link"
about = "What to do next"
""",
    "template.html": """\
<section class="edge-widget edge-NAME">
  <h2 class="edge-NAME-title">{{ title }}</h2>
  {%- if text %}
  <p class="edge-NAME-text">{{ text }}</p>
  {%- endif %}
  {%- if action %}
  <p class="edge-widget-links">
    <a class="edge-widget-button" href="{{ action.href|url }}"><span>{{ action.text }}</span></a>
  </p>
  {%- endif %}
</section>
""",
    "style.css": """\
/* Each selector begins with a class of this widget. edge-widget brings space, colours and buttons. */
.edge-NAME { display: grid; gap: 1em; justify-items: start; padding-block: var(--edge-s); }
.edge-NAME .edge-NAME-title { font-size: clamp(1.6em, 1.3em + 1.5cqi, 2.4em); }
.edge-NAME .edge-NAME-text { max-inline-size: 36em; line-height: 1.55; }
""",
    "sample.toml": """\
title = "A headline to look at"
text = "And a sentence below it, so that the gallery has something to show."
action = { text = "Go on", href = "/" }
""",
    "default.html": """\
<section class="edge-widget edge-NAME">
  <h2 class="edge-NAME-title">What the page says by itself</h2>
  <p class="edge-NAME-text">This goes into the slot, in the page.</p>
  <p class="edge-widget-links">
    <a class="edge-widget-button" href="/"><span>Go on</span></a>
  </p>
</section>
""",
}


def new_widget(site: Path, name: str) -> tuple[Path, ...]:
    """Makes the widget's folder and files in the site folder. Raises OSError, FileExistsError where the folder is
    there already."""
    folder = site / "widgets" / name
    folder.mkdir(parents=True)
    for file, text in _FILES.items():
        (folder / file).write_text(text.replace("NAME", name), encoding="utf-8")
    return tuple(folder / file for file in _FILES)
