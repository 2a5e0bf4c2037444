"""A Wagtail site with wagtail-personalisation. It runs in a virtualenv of its own, so it knows nothing of Edge,
and of the bench only the folder that `BENCH_WAGTAIL` names: there `shop.json` says the segments, the slots and
their blocks, and `templates/page.html` is the page."""
