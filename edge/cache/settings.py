"""What a site says of its page cache."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CacheSettings"]


@dataclass(frozen=True, slots=True)
class CacheSettings:
    """`[page_cache]`: answers of the site that are kept in memory, once for all visitors.

    on: whether there is one. The table alone turns it on; `on = false` turns it off and keeps the rest.
    memory_mb: what each process may keep, in MiB, 1 to 65536. Default 64.
    answer_kb: the largest answer that is kept, in KiB, 1 to 65536. Default 1024.
    ignore_cookies: names of cookies that the site's answers do not depend on, globs such as "_ga*": a request that
        has no others is asked, and answered, without them. Default: none.
    default_seconds: seconds for which an answer is good that says nothing of that, 0 to 31536000. Default 0.
    stale_while_revalidate: seconds for which an older answer is given while it is asked for anew, unless the
        answer says how long. Default 0.
    stale_if_error: seconds for which an older answer is given where the site fails, unless the answer says how
        long, or forbids it. Default 3600.
    """

    on: bool = False
    memory_mb: int = 64
    answer_kb: int = 1024
    ignore_cookies: tuple[str, ...] = ()
    default_seconds: int = 0
    stale_while_revalidate: int = 0
    stale_if_error: int = 3600
