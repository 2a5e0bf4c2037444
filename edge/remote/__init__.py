"""Segments and traits that come from elsewhere: a service that is asked for each visitor."""

from edge.remote.profiles import Convert, RemoteProfiles
from edge.remote.settings import RemoteSettings

__all__ = ["Convert", "RemoteProfiles", "RemoteSettings"]
