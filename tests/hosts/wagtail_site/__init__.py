"""A small Wagtail site that knows nothing of Edge. `python -m tests.hosts.wagtail_site FOLDER` serves it, bare and
behind Edge, with its database and media in FOLDER."""

HOST = "shop.example"
EDITOR, PASSWORD = "editor", "sound-for-everyone"
