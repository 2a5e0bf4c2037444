"""Which addresses of the Internet are public: the others lead into the operator's own network."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

__all__ = ["is_public"]

_NOT_PUBLIC_4 = tuple(
    ip_network(network)
    for network in (
        # What the IANA IPv4 Special-Purpose Address Registry has as not globally reachable, and multicast. A list
        # of ours, since the one of `ipaddress` differs from one Python to the next.
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local: the metadata services of clouds answer here
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_GLOBAL_6 = ip_network("2000::/3")
_NOT_PUBLIC_6 = tuple(
    ip_network(network)
    for network in (
        # Of the global unicast addresses, those that the IANA IPv6 registry takes out, and two tunnels (Teredo,
        # in the first, and 6to4) that would carry IPv4 addresses past this list.
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
    )
)
_NAT64 = ip_network("64:ff9b::/96")  # RFC 6052: how hosts without IPv4 reach public IPv4 addresses


def is_public(text: str) -> bool:
    """Whether the address, in numbers, is one of the public Internet. Raises ValueError for what is no address."""
    address = ip_address(text)
    return _public_4(address) if isinstance(address, IPv4Address) else _public_6(address)


def _public_4(address: IPv4Address) -> bool:
    return not any(address in network for network in _NOT_PUBLIC_4)


def _public_6(address: IPv6Address) -> bool:
    if address.ipv4_mapped is not None:
        return _public_4(address.ipv4_mapped)
    if address in _NAT64:
        return _public_4(IPv4Address(int(address) & 0xFFFF_FFFF))
    return address in _GLOBAL_6 and not any(address in network for network in _NOT_PUBLIC_6)
