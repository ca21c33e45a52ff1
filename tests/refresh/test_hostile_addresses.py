"""Addresses that strangers may not send us to, in whichever spelling; nothing of them is dialed."""

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openness.sources.http import STRANGER_LIMITS, Guard, Strangers
from openness.sources.routable import is_public

PRIVATE = (
    *("127.0.0.1", "127.8.8.8", "0.1.2.3", "10.1.2.3", "172.16.0.1", "192.168.1.1"),
    *("169.254.169.254", "168.63.129.16", "100.64.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1"),
    *("198.51.100.7", "203.0.113.9", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1", "fec0::1"),
    *("::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::808:808"),
    *("64:ff9b:1::a00:1", "2002:7f00:1::", "2002:808:808::1", "2001:0:53aa:64c::1"),
    *("fe80::1%eth0", "2606:4700::1%1", "0x7f.1", "2130706433", "0177.0.0.1", "localhost", ""),
)


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_not_everybody_can_reach_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "93.184.216.34", "2606:4700::1111", "2a00:1450:4001::1"]
)
def test_an_address_of_the_internet_is_public(address):
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_no_spelling_of_a_private_address_in_ipv6_opens_the_door(address):
    number = int(address)
    spellings = [
        ipaddress.IPv6Address((0xFFFF << 32) | number),
        ipaddress.IPv6Address((0x64FF9B << 96) | number),
        ipaddress.IPv6Address((0x2002 << 112) | (number << 80)),
        ipaddress.IPv6Address(number),
    ]
    assert not any(is_public(str(one)) for one in spellings)


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_what_is_public_is_global_unicast(address):
    if is_public(str(address)):
        assert address.is_global
        assert not address.is_multicast
        assert not address.is_private


@given(st.text(max_size=60))
def test_no_text_breaks_the_check(text):
    assert is_public(text) in (True, False)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://192.168.0.1:443/",
        "https://8.8.8.8:22/",
        "http://user@8.8.8.8/",
        "http://user:password@8.8.8.8/",
        "ftp://8.8.8.8/",
        "file:///etc/passwd",
        "gopher://8.8.8.8:80/",
        "http:///nothing",
        "http://8.8.8.8:99999/",
        "http://[broken/",
        "",
        # Ranges that are not for everybody, and spellings that a resolver makes addresses of.
        "http://0/",
        "http://127.1/",
        "http://100.64.0.1/",
        "http://168.63.129.16/",
        "http://224.0.0.1/",
        "http://10.0.0.1:80/",
        "http://[fe80::1]/",
        "http://[fd00::1]/",
        "http://[::ffff:a9fe:a9fe]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[2001:0:53aa:64c::1]/",
        # Where readers of addresses disagree about which part is the host.
        "http://8.8.8.8@127.0.0.1/",
        "http://127.0.0.1#@8.8.8.8/",
        "http://8.8.8.8:80@127.0.0.1/",
        "http://\uff11\uff12\uff17.0.0.1/",
        "http://127\u30020\u30020\u30021/",
    ],
)
def test_an_address_of_our_own_network_is_refused(url):
    with Strangers() as client:
        answer = client.get(url)
    assert answer.status == 0
    assert answer.error == "refused"


def test_a_name_that_leads_to_any_such_address_is_refused_before_it_is_dialed():
    for address in PRIVATE[:-5]:  # the rest are no addresses
        found = [(socket.AF_UNSPEC, socket.SOCK_STREAM, 6, "", (address, 80))]

        def resolve(host, port, found=found, **_):
            return found

        with Strangers(guard=Guard(resolve=resolve)) as client:
            assert client.get("http://innocent.example/").error == "refused", address


def test_a_stranger_gets_no_more_than_the_rule_allows():
    limits = STRANGER_LIMITS
    assert (limits.connect, limits.read, limits.total) == (3, 5, 10)
    assert (limits.size, limits.hops) == (2**20, 4)
    assert Guard().ports == {80, 443}


def test_a_name_with_one_private_address_among_public_ones_is_refused():
    def resolve(host, port, **_):
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in ("8.8.8.8", "10.0.0.1")
        ]

    with Strangers(guard=Guard(resolve=resolve)) as client:
        assert client.get("http://two-faces.example/").error == "refused"
