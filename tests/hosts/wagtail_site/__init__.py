"""A small Wagtail site that knows nothing of Edge. `python -m tests.hosts.wagtail_site` serves it, bare and behind
Edge."""

HOST = "shop.example"
EDITOR, PASSWORD = "editor", "sound-for-everyone"
