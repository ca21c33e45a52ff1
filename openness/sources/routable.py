"""Which addresses of the network a stranger may send us to: those that anybody can reach.

An address can carry another one inside (IPv4-mapped, 6to4, Teredo, NAT64); the inner one has to be
public as well, or an IPv6 spelling would open the door that its IPv4 spelling finds shut.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_network

# RFC 6052: a translator puts the IPv4 address into the last 32 bits. RFC 8215: local-use prefix.
_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
# Deprecated (RFC 4291): IPv4-compatible addresses, which some stacks still route.
_COMPATIBLE = IPv6Network("::/96")
# Public by the letter, but for machines of one's own: Azure's wire server, and IETF's assignments
# (RFC 6890), of which each Python release lists others.
_SPECIAL = (ip_network("168.63.129.16/32"), ip_network("192.0.0.0/24"))


def is_public(address: str) -> bool:
    """Whether a numeric address, and each that it carries inside, is globally routable unicast.

    Anything that is no IP address in its canonical numeric form is not public.
    """
    try:
        outer = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if "%" in address:  # a zone names one of our own links
        return False
    return all(_is_public(one) for one in (outer, *_inside(outer)))


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    # `is_global` leaves multicast and some reserved ranges in, and says no to all of NAT64.
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped or any(address in network for network in (*_NAT64, _COMPATIBLE)):
            return False
        if address.sixtofour or address.teredo or address.is_site_local:
            return False
    elif any(address in network for network in _SPECIAL):
        return False
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not address.is_unspecified
    )


def _inside(address: IPv4Address | IPv6Address) -> Iterator[IPv4Address]:
    if isinstance(address, IPv4Address):
        return
    if address.ipv4_mapped:
        yield address.ipv4_mapped
    if address.sixtofour:
        yield address.sixtofour
    if address.teredo:
        yield from address.teredo
    if any(address in network for network in (*_NAT64, _COMPATIBLE)):
        yield IPv4Address(int(address) & 0xFFFFFFFF)
