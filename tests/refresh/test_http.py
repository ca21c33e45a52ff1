"""The door to the network: polite to sources, deaf to what strangers' addresses want of us."""

import ipaddress
import socket
import ssl
import time
from pathlib import Path

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from openness.sources.http import STRANGER_LIMITS, Api, Guard, Limits, Strangers
from openness.sources.routable import is_public
from tests.fakehub import Action, FakeHub
from tests.fakehub.replies import Reply
from tests.fakehub.server import html, status

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


@pytest.fixture
def pages():
    with FakeHub() as fake:
        fake.pages["/page"] = Reply(200, b"<title>A page</title>", {"Content-Type": "text/html"})
        yield fake


def strangers(fake: FakeHub, **limits: float) -> Strangers:
    """A guarded client that may also visit the fake hub."""
    port = int(fake.url.rpartition(":")[2])
    guard = Guard(
        permits=lambda address: address == "127.0.0.1" or is_public(address),
        ports=frozenset({80, 443, port}),
    )
    return Strangers(guard=guard, limits=Limits(**{"total": 5, "size": 2**20, "hops": 4} | limits))


def test_a_page_of_a_stranger_is_read_without_cookies_or_credentials(pages):
    with strangers(pages) as client:
        answer = client.get(f"{pages.url}/page")
    assert (answer.status, answer.body, answer.content_type) == (
        200,
        b"<title>A page</title>",
        "text/html",
    )
    [request] = pages.requests
    assert request.headers["user-agent"].startswith("Openness/")
    assert "(+http" in request.headers["user-agent"]
    assert not {"cookie", "authorization", "referer"} & request.headers.keys()


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


def test_the_address_that_was_checked_is_the_one_that_is_dialed(pages):
    asked = []

    def resolve(host, port, **_):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    port = int(pages.url.rpartition(":")[2])
    guard = Guard(permits=lambda _: True, ports=frozenset({port}), resolve=resolve)
    with Strangers(guard=guard) as client:
        answer = client.get(f"http://rebound.example:{port}/page")
    assert answer.status == 200
    assert asked == ["rebound.example"]  # once: no second look-up that could answer otherwise
    assert pages.requests[0].headers["host"] == f"rebound.example:{port}"


def test_a_hop_to_another_name_is_resolved_and_checked_like_the_first(pages):
    port = int(pages.url.rpartition(":")[2])
    asked = []

    def resolve(host, port, **_):
        asked.append(host)
        address = {"near.example": "127.0.0.1", "inside.example": "10.0.0.1"}[host]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    pages.pages["/away"] = Reply(302, b"", {"Location": f"http://inside.example:{port}/page"})
    guard = Guard(
        permits=lambda address: address == "127.0.0.1", ports=frozenset({port}), resolve=resolve
    )
    with Strangers(guard=guard) as client:
        assert client.get(f"http://near.example:{port}/away").error == "refused"
    assert asked == ["near.example", "inside.example"]
    assert len(pages.requests) == 1


def test_no_hop_goes_from_https_to_http():
    authority = trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("near.example").configure_cert(server)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    with FakeHub(tls=server) as fake:
        port = int(fake.url.rpartition(":")[2])

        def resolve(host, port, **_):
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

        fake.pages["/away"] = Reply(301, b"", {"Location": f"http://near.example:{port}/page"})
        guard = Guard(permits=lambda _: True, ports=frozenset({port}), resolve=resolve)
        with Strangers(guard=guard, verify=trusting) as client:
            answer = client.get(f"https://near.example:{port}/away")
    assert (answer.status, answer.error) == (0, "redirect_elsewhere")
    assert len(fake.requests) == 1


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("hop/3", ""),
        ("hop/4", "too_many_hops"),
        ("loop", "too_many_hops"),
        ("metadata", "refused"),
        ("unpublished", "redirect_elsewhere"),
        ("large", "too_large"),
        ("drip", "timeout"),
    ],
)
def test_the_fake_hubs_bad_pages_cost_little(pages, path, error):
    with strangers(pages, **({"total": 0.5} if error == "timeout" else {})) as client:
        assert client.get(f"{pages.url}/pages/{path}").error == error


@pytest.mark.parametrize(
    ("target", "error"),
    [
        ("http://169.254.169.254/", "refused"),
        ("http://localhost:6379/", "redirect_elsewhere"),
        ("http://10.0.0.1/", "refused"),
        ("file:///etc/passwd", "redirect_elsewhere"),
    ],
)
def test_each_hop_is_checked_as_the_first_one_was(pages, target, error):
    pages.pages["/away"] = Reply(302, b"", {"Location": target})
    with strangers(pages) as client:
        answer = client.get(f"{pages.url}/away")
    assert (answer.status, answer.error) == (0, error)
    assert len(pages.requests) == 1


def test_a_chain_of_redirects_is_followed_to_its_end_but_not_beyond_the_limit(pages):
    for n in range(6):
        pages.pages[f"/hop/{n}"] = Reply(301, b"", {"Location": f"/hop/{n + 1}"})
    pages.pages["/hop/6"] = Reply(200, b"end")
    with strangers(pages) as client:
        assert client.get(f"{pages.url}/hop/2").body == b"end"
        assert client.get(f"{pages.url}/hop/0").error == "too_many_hops"
    pages.pages["/loop"] = Reply(301, b"", {"Location": "/loop"})
    with strangers(pages) as client:
        assert client.get(f"{pages.url}/loop").error == "too_many_hops"


def test_a_body_without_end_is_cut_off(pages):
    pages.pages["/large"] = Reply(200, b"x" * 200_000)
    with strangers(pages, size=100_000) as client:
        answer = client.get(f"{pages.url}/large")
    assert (answer.error, answer.body) == ("too_large", b"")


@pytest.mark.parametrize(
    ("action", "error"),
    [
        (Action(drip=0.1), "timeout"),
        (Action(drip_head=0.1), "timeout"),
        (Action(delay=3), "timeout"),
        (Action(truncate=True), "torn"),
        (Action(longer=10), "torn"),
        (Action(reset=True), "torn"),
        (Action(garbage=True), "torn"),
    ],
)
def test_a_server_that_hangs_drips_or_breaks_off_costs_a_bounded_time(pages, action, error):
    pages.script("/page", action)
    started = time.monotonic()
    with strangers(pages, total=0.6, read=0.5) as client:
        answer = client.get(f"{pages.url}/page")
    assert (answer.status, answer.error, answer.body) == (0, error, b"")
    assert time.monotonic() - started < 2


def test_a_compressed_body_that_nobody_asked_for_is_not_unpacked(pages):
    pages.pages["/bomb"] = Reply(200, b"\x1f\x8b", {"Content-Encoding": "gzip"})
    with strangers(pages) as client:
        assert client.get(f"{pages.url}/bomb").error == "encoded"


def test_a_certificate_for_another_name_is_refused(tmp_path: Path):
    authority = trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("another.example").configure_cert(server)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    with FakeHub(tls=server) as fake:
        port = int(fake.url.rpartition(":")[2])

        def resolve(host, port, **_):
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

        guard = Guard(permits=lambda _: True, ports=frozenset({port}), resolve=resolve)
        with Strangers(guard=guard, verify=trusting) as client:
            assert client.get(f"https://right.example:{port}/page").status == 0
            assert client.get(f"https://another.example:{port}/page").status == 404


def test_no_proxy_of_the_environment_is_used(pages, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with strangers(pages) as client:
        assert client.get(f"{pages.url}/page").status == 200
    with Api(pages.url) as api:
        assert api.get("/page").status == 200


def test_a_token_goes_to_its_own_origin_and_nowhere_else(pages):
    with FakeHub() as other:
        pages.pages["/away"] = Reply(307, b"", {"Location": f"{other.url}/page"})
        pages.pages["/near"] = Reply(307, b"", {"Location": "/page"})
        with Api(pages.url, token="a-secret") as api:
            assert api.get("/away").error == "redirect_elsewhere"
            assert api.get("/near").status == 200
        assert not other.requests
    assert [one.headers["authorization"] for one in pages.requests] == ["Bearer a-secret"] * 3


def test_a_known_body_is_asked_for_with_its_validator(pages):
    pages.models["shore/heron"] = pages.model("shore/heron")
    with Api(pages.url) as api:
        first = api.get("/api/models/shore/heron?expand=sha")
        again = api.get("/api/models/shore/heron?expand=sha", etag=first.headers["etag"])
    assert (first.status, again.status, again.body) == (200, 304, b"")


def test_cookies_are_neither_kept_nor_sent(pages):
    pages.pages["/page"] = Reply(200, b"", {"Set-Cookie": "id=1"})
    with strangers(pages) as client:
        answer = client.get(f"{pages.url}/page")
        client.get(f"{pages.url}/page")
    assert "set-cookie" not in answer.headers
    assert not any("cookie" in request.headers for request in pages.requests)


@pytest.mark.parametrize(
    ("action", "expected"), [(html(), 200), (status(503), 503), (status(429, Retry_After="7"), 429)]
)
def test_what_a_server_answers_is_handed_on_as_it_is(pages, action, expected):
    pages.script("/page", action)
    with Api(pages.url) as api:
        assert api.get("/page").status == expected


def test_something_is_posted_once_and_no_redirect_is_followed(pages):
    pages.pages["/hook"] = Reply(204)
    pages.pages["/away"] = Reply(307, b"", {"Location": "/hook"})
    with strangers(pages) as client:
        answer = client.post(f"{pages.url}/hook", b"{}", {"Content-Type": "application/json"})
        moved = client.post(f"{pages.url}/away", b"{}", {})
        assert client.post("http://user@8.8.8.8/", b"{}", {}).error == "refused"
    assert (answer.status, moved.status) == (204, 307)
    [first, second] = pages.requests
    assert (first.method, first.body, second.path) == ("POST", b"{}", "/away")
    assert first.headers["content-type"] == "application/json"


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "http://169.254.169.254/", "ftp://8.8.8.8/"])
def test_nothing_is_posted_into_our_own_network(url):
    with Strangers() as client:
        assert client.post(url, b"{}", {}).error == "refused"


def test_of_a_large_page_only_the_beginning_is_taken(pages):
    pages.pages["/large"] = Reply(200, b"x" * 3_000_000)
    with strangers(pages) as client:
        answer = client.get(f"{pages.url}/large", first_bytes=1000)
    assert (answer.status, len(answer.body)) == (200, 1000)
    assert pages.requests[0].headers["range"] == "bytes=0-999"


def test_where_the_first_address_of_a_name_is_dead_the_next_one_is_dialed(pages):
    port = int(pages.url.rpartition(":")[2])

    def resolve(host, port, **_):
        return [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", port, 0, 0)),
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)),
        ]

    guard = Guard(permits=lambda _: True, ports=frozenset({port}), resolve=resolve)
    with Strangers(guard=guard) as client:
        assert client.get(f"http://two.example:{port}/page").status == 200


def test_a_name_that_is_never_resolved_costs_a_bounded_time(pages):
    def resolve(host, port, **_):
        time.sleep(2)
        return []

    started = time.monotonic()
    with Strangers(guard=Guard(resolve=resolve), limits=Limits(connect=0.2, total=0.5)) as client:
        assert client.get("http://slow.example/").error == "timeout"
    assert time.monotonic() - started < 1.5
