"""What `edge serve` says of itself, on the error output: the other one is for the access log."""

from __future__ import annotations

import logging

__all__ = ["set_up_logs"]


def set_up_logs() -> None:
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.WARNING)
    logging.getLogger("edge").setLevel(logging.INFO)
