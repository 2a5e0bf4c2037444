"""Fixtures of the door."""

from tests.serve.certificates import certificate
from tests.serve.recorder import recorder
from tests.serve.shared_door import shared_door

__all__ = ["certificate", "recorder", "shared_door"]
