"""Whatever a web server answers is one of our few reasons, read within bounds."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync import ports
from sync.ports import Remote, RemoteError
from sync.remotes import s3, webdav, xml_reply
from sync.remotes.addresses import Secret, open_address, parse
from tests.sync.remotes.canned import Canned, reply

BOMB = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>'
SELF = "<response><href>/d/KIPU/b/</href></response>"


@pytest.fixture
def dav(canned: Canned) -> Iterator[webdav.WebdavRemote]:
    address = parse(f"webdav+http://ana@127.0.0.1:{canned.port}/d")
    remote = webdav.WebdavRemote(address, Secret(password="clave"))
    yield remote
    remote.close()


@pytest.fixture
def bucket(canned: Canned) -> Iterator[s3.S3Remote]:
    address = parse(f"s3://bucket/p?endpoint=http://127.0.0.1:{canned.port}")
    remote = s3.S3Remote(address, Secret(access_key="a", password="b"))
    yield remote
    remote.close()


def refused(use: Callable[[], object]) -> RemoteError:
    with pytest.raises(RemoteError) as caught:
        use()
    return caught.value


def reading(remote: Remote) -> RemoteError:
    return refused(lambda: remote.read("b/1", 10))


def writing(remote: Remote) -> RemoteError:
    remote._is_conditional = True  # type: ignore[attr-defined]
    if isinstance(remote, webdav.WebdavRemote):
        remote._folders |= {(), ("b",)}
    return refused(lambda: remote.put("b/1", b"x"))


@pytest.mark.parametrize(
    ("status", "read", "write"),
    [
        (401, "remote-login", "remote-login"),
        (403, "remote-unreadable", "remote-read-only"),
        (405, "remote-other", "remote-read-only"),
        (407, "remote-other", "remote-other"),
        (408, "remote-timeout", "remote-timeout"),
        (411, "remote-other", "remote-other"),
        (413, "remote-too-large.upload", "remote-too-large.upload"),
        (423, "remote-busy", "remote-busy"),
        (429, "remote-busy.server", "remote-busy.server"),
        (451, "remote-other", "remote-other"),
        (404, "remote-missing", "remote-missing"),
        (500, "remote-broken.server", "remote-broken.server"),
        (502, "remote-missing", "remote-missing"),
        (503, "remote-busy.server", "remote-busy.server"),
        (504, "remote-missing", "remote-missing"),
        (507, "remote-full", "remote-full"),
    ],
)
def test_webdavs_refusals(
    canned: Canned, dav: webdav.WebdavRemote, status: int, read: str, write: str
) -> None:
    canned.reply = reply(status)
    assert (reading(dav).code, writing(dav).code) == (read, write)


@pytest.mark.parametrize(
    ("status", "name", "read", "write"),
    [
        (403, "SignatureDoesNotMatch", "remote-login", "remote-login"),
        (403, "InvalidAccessKeyId", "remote-login", "remote-login"),
        (400, "ExpiredToken", "remote-login", "remote-login"),
        (403, "RequestTimeTooSkewed", "remote-clock", "remote-clock"),
        (403, "AccessDenied", "remote-unreadable", "remote-read-only"),
        (403, "", "remote-unreadable", "remote-read-only"),
        (403, "QuotaExceeded", "remote-full", "remote-full"),
        (507, "XMinioStorageFull", "remote-full", "remote-full"),
        (507, "", "remote-full", "remote-full"),
        (503, "SlowDown", "remote-busy.server", "remote-busy.server"),
        (503, "", "remote-busy.server", "remote-busy.server"),
        (411, "MissingContentLength", "remote-other", "remote-other"),
        (451, "", "remote-other", "remote-other"),
        (409, "ConditionalRequestConflict", "remote-busy", "remote-busy"),
        (404, "NoSuchBucket", "remote-missing.bucket", "remote-missing.bucket"),
        (400, "EntityTooLarge", "remote-too-large.upload", "remote-too-large.upload"),
        (500, "InternalError", "remote-broken.server", "remote-broken.server"),
    ],
)
def test_s3s_refusals(
    canned: Canned, bucket: s3.S3Remote, status: int, name: str, read: str, write: str
) -> None:
    canned.reply = reply(status, f"<Error><Code>{name}</Code></Error>" if name else "")
    assert (reading(bucket).code, writing(bucket).code) == (read, write)


def test_nothing_is_followed_to_another_server(
    canned: Canned, dav: webdav.WebdavRemote, bucket: s3.S3Remote
) -> None:
    canned.reply = reply(302, Location="https://elsewhere.example/x?token=secret")
    for remote in (dav, bucket):
        fault = reading(remote)
        assert fault.code == "remote-moved"
        assert fault.params["target"] == "https://elsewhere.example"


def test_the_internet_is_reached_through_a_proxy_and_ones_own_network_is_not(
    canned: Canned, dav: webdav.WebdavRemote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://pia:clave%20p@127.0.0.1:{canned.port}")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    canned.reply = reply(403)
    far = webdav.WebdavRemote(parse("webdav+https://ana@nube.example.com/d"), Secret())
    assert reading(far).code == "remote-refused.proxy"
    assert canned.asked[0].startswith(b"CONNECT nube.example.com:443 ")
    assert b"Proxy-Authorization: Basic cGlhOmNsYXZlIHA=" in canned.asked[0]
    assert reading(dav).code == "remote-unreadable"
    assert canned.asked[1].startswith(b"GET /d/KIPU/b/1 ")


def test_a_reply_cut_off_is_no_file(
    canned: Canned, dav: webdav.WebdavRemote, bucket: s3.S3Remote
) -> None:
    canned.reply = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"
    for remote in (dav, bucket):
        assert reading(remote).code == "remote-missing.broken-off"
    canned.reply = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nha"
    for remote in (dav, bucket):
        assert reading(remote).code == "remote-missing.broken-off"


def test_never_more_is_read_than_asked_for(
    canned: Canned, dav: webdav.WebdavRemote, bucket: s3.S3Remote
) -> None:
    canned.reply = b"HTTP/1.1 200 OK\r\n\r\n" + bytes(1000)
    for remote in (dav, bucket):
        assert reading(remote).code == "remote-too-large"


def listing(*names: str) -> str:
    hrefs = "".join(f"<response><href>/d/KIPU/b/{name}</href></response>" for name in names)
    return f'<multistatus xmlns="DAV:">{SELF}{hrefs}</multistatus>'


@pytest.mark.parametrize(
    "body",
    [
        b"", b"<a>", BOMB, b"<a/>", b"\xff\xfe", b"<a>" * 100,
        b"<multistatus><response><href>/other/x</href></response>"
        b"<response><href>/d/b</href></response></multistatus>",
    ],
)  # fmt: skip
def test_a_listing_that_is_none_is_never_an_empty_one(
    canned: Canned, dav: webdav.WebdavRemote, bucket: s3.S3Remote, body: bytes
) -> None:
    canned.reply = reply(207, body)
    assert refused(lambda: dav.list("b")).code == "remote-other"
    canned.reply = reply(200, body)
    assert refused(lambda: dav.list("b")).code == "remote-other"
    assert refused(lambda: bucket.list("b")).code == "remote-other"


def test_names_in_a_listing_stay_below_their_folder(
    canned: Canned, dav: webdav.WebdavRemote
) -> None:
    canned.reply = reply(207, listing("1", "sub/", "%32", "x/y", "%2e%2e%2fz", "A", "sub/deeper"))
    assert dav.list("b") == ["1", "2", "sub"]
    behind_proxy = listing("1").replace("/d/KIPU", "http://inside:8080/real/KIPU")
    canned.reply = reply(207, behind_proxy)
    assert dav.list("b") == ["1"]


def test_a_listing_longer_than_any_project_needs_is_refused(
    canned: Canned, dav: webdav.WebdavRemote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webdav, "MAX_LISTING", 100)
    canned.reply = reply(207, listing("1", "2", "3"))
    assert refused(lambda: dav.list("b")).code == "remote-too-large"


def page(more: str, *names: str) -> str:
    keys = "".join(f"<Contents><Key>p/KIPU/b/{name}</Key></Contents>" for name in names)
    return f"<ListBucketResult>{more}{keys}</ListBucketResult>"


def test_s3s_pages_are_put_together_and_a_page_that_repeats_ends(
    canned: Canned, bucket: s3.S3Remote
) -> None:
    more = "<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>"
    canned.reply = reply(200, page(more, "1", "2"))
    assert bucket.list("b") == ["1", "2"]
    assert len(canned.asked) == 2
    assert b"continuation-token=t" in canned.asked[1]
    canned.reply = reply(200, page("", "1").replace("p/KIPU/b", "q/KIPU/b"))
    assert refused(lambda: bucket.list("b")).code == "remote-other"


def test_what_was_not_stored_as_sent_is_noticed(
    canned: Canned, dav: webdav.WebdavRemote, bucket: s3.S3Remote
) -> None:
    canned.reply = reply(200, b"other", ETag='"0123"')
    for remote in (dav, bucket):
        assert writing(remote).code == "remote-broken"


def test_no_secret_is_in_what_is_asked_or_said(
    canned: Canned, dav: webdav.WebdavRemote, bucket: s3.S3Remote
) -> None:
    canned.reply = reply(401)
    said = [f"{reading(remote)!r} {remote!r} {remote.name}" for remote in (dav, bucket)]
    assert not any("clave" in one for one in said)
    assert all(b"clave" not in one for one in canned.asked)


@given(st.binary(max_size=200))
def test_any_bytes_are_leaves_or_no_xml(raw: bytes) -> None:
    with contextlib.suppress(xml_reply.NotXml):
        assert isinstance(xml_reply.leaves(raw), list)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 300), st.integers(0, 255))
def test_a_damaged_listing_gives_names_of_ours_or_a_reason(
    canned: Canned, dav: webdav.WebdavRemote, place: int, byte: int
) -> None:
    raw = bytearray(listing("00000001", "00000002").encode())
    raw[place % len(raw)] = byte
    canned.reply = reply(207, bytes(raw))
    with contextlib.suppress(RemoteError):
        assert all(ports.is_ours(name) for name in dav.list("b"))


def test_a_missing_driver_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.delitem(sys.modules, "sync.remotes.sftp", raising=False)
    monkeypatch.delitem(sys.modules, "sync.remotes.sftp_session", raising=False)
    monkeypatch.setitem(sys.modules, "asyncssh", None)
    with pytest.raises(ports.DriverMissing) as caught:
        open_address(parse("sftp://ana@127.0.0.1/x"), None, "w")
    assert caught.value.params["extra"] == "sftp"
