"""Addresses as people type them: every one is a place or a reason why it is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.crypto import KeyPair
from sync.ports import BadAddress
from sync.remotes import addresses
from sync.remotes.addresses import Address, Secret, are_same, open_address, parse
from sync.remotes.folder import FolderRemote

HOST_KEY = "SHA256:" + "a+/" * 14 + "b"


def wrong(text: str) -> str:
    with pytest.raises(BadAddress) as caught:
        parse(text)
    kind, _dot, what = caught.value.code.partition(".")
    assert kind == "remote-bad-address"
    return what


@pytest.mark.parametrize(
    "text",
    [
        "/media/ana/STICK", "share", "./a:b", "a:b", "~/Nextcloud/kipu", "C:\\Kipu", "d:/Kipu",
        "\\\\server\\share\\Kipu", "//server/share", "\\\\?\\C:\\long", "datos: 2026", "año/ñ",
        "C:", "data:backup", "x" * 300,
    ],
)  # fmt: skip
def test_what_is_no_url_is_a_folder(text: str) -> None:
    address = parse(f"  {text}\n")
    assert address == Address("folder", path=text)
    assert address.shown == address.place == text
    assert address.is_folder
    assert not address.is_plain
    assert isinstance(open_address(address, None, "w"), FolderRemote)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("sftp://ana@host/srv/kipu", Address("sftp", "host", None, "ana", "/srv/kipu")),
        ("SFTP://ana@Host.EC:22/srv/k%20x/", Address("sftp", "host.ec", None, "ana", "/srv/k x")),
        ("sftp://ana@[::1]:2222/~/x", Address("sftp", "::1", 2222, "ana", "/~/x")),
        ("sftp://a%40b@host", Address("sftp", "host", None, "a@b", "")),
        (f"sftp://ana@host/x?host-key={HOST_KEY.replace('+', '%2B')}",
         Address("sftp", "host", None, "ana", "/x", (("host-key", HOST_KEY),))),
        ("webdav+https://rosa@nube.ec/remote.php/dav/files/rosa/kipu",
         Address("webdav+https", "nube.ec", None, "rosa", "/remote.php/dav/files/rosa/kipu")),
        ("webdav+http://10.1.2.3:8080", Address("webdav+http", "10.1.2.3", 8080)),
        ("webdav+https://ñandú.ec/", Address("webdav+https", "xn--and-6ma2c.ec")),
        ("s3://bucket-1", Address("s3", "bucket-1")),
        ("s3://bucket.x/a/b/?region=eu-west-1&endpoint=https://s3.ec:9000",
         Address("s3", "bucket.x", None, "", "a/b",
                 (("endpoint", "https://s3.ec:9000"), ("region", "eu-west-1")))),
        ("kipu+https://kipu.ec:8443/ABC", Address("kipu+https", "kipu.ec", 8443, "", "/ABC")),
        ("kipu+http://127.0.0.1:8000", Address("kipu+http", "127.0.0.1", 8000)),
    ],
)  # fmt: skip
def test_urls_are_read_and_shown_in_one_spelling(text: str, address: Address) -> None:
    assert parse(text) == address
    assert parse(address.shown) == address
    assert not address.is_folder


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "empty"), (" \n", "empty"), ("x" * 2001, "empty"), ("a\0b", "control"),
        ("sftp:/srv", "slashes"), ("sftp:host/x", "slashes"), ("sftp:///srv", "slashes"),
        ("sftp://", "slashes"), ("s3:/bucket", "slashes"), ("webdav+https:nube.ec", "slashes"),
        ("ftps://host/x", "use-sftp"), ("ssh://host", "use-sftp"), ("ana@host:/srv", "use-sftp"),
        ("https://nube.ec/dav", "use-web"), ("davs://nube.ec", "use-web"),
        ("smb://server/share", "use-mount"), ("file:///media/x", "use-mount"),
        ("/media/a\x1b[31mb", "control"), ("sftp://host/a\nb", "control"), ("/a\0b", "control"),
        ("kipu://host", "use-kipu"), ("gopher://host", "scheme"), ("webdav+ftp://host", "scheme"),
        ("sftp://ana:clave@host/x", "password"), ("s3://id:clave@bucket", "password"),
        ("s3://id@bucket", "user"), ("kipu+https://ana@host", "user"), ("sftp://@host/x", "user"),
        ("sftp://ana%00@host", "user"), ("sftp://ana@/x", "host"), ("sftp://ana@ho st/x", "host"),
        ("sftp://-host/x", "host"), ("sftp://[::1/x", "host"), ("sftp://[gg]/x", "host"),
        ("sftp://host:/x", "port"), ("sftp://host:0/x", "port"), ("sftp://host:70000", "port"),
        ("sftp://host:22a/x", "port"), ("sftp://host/a/../b", "path"), ("sftp://host/a\\b", "path"),
        ("sftp://host/%0a", "path"), ("sftp://host/%ff", "path"), ("sftp://host/a#b", "path"),
        ("s3://B", "bucket"), ("s3://ab", "bucket"), ("s3://bucket:80/x", "bucket"),
        ("sftp://host/x?host-key=MD5:aa", "host-key"), ("sftp://host/x?nonsense=1", "option"),
        (f"sftp://host/x?host-key={'a' * 43}", "host-key"), ("sftp://host/x?host-key", "option"),
        (f"webdav+https://host/x?host-key={HOST_KEY}", "not-here"),
        ("sftp://host/x?region=a", "not-here"), ("kipu+https://host?certificate=00", "certificate"),
        ("s3://bucket?endpoint=ftp://x", "endpoint"), ("s3://bucket?endpoint=https://x/a", "endpoint"),
        ("s3://bucket?endpoint=http://s3.example.com", "endpoint"),
        ("s3://bucket?style=path&style=path", "option"), ("s3://bucket?region=EU", "region"),
        ("s3://bucket?style=round", "style"),
        ("webdav+http://nube.example.com/dav", "plain"), ("webdav+http://8.8.8.8/", "plain"),
        ("kipu+http://kipu.example.com", "plain"), ("kipu+http://10.0.0.1", "plain-near"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(text: str, what: str) -> None:
    assert wrong(text) == what


def test_a_password_in_an_address_is_repeated_nowhere() -> None:
    with pytest.raises(BadAddress) as caught:
        parse("sftp://ana:muysecreta@host/x")
    assert "muysecreta" not in f"{caught.value} {caught.value!r} {caught.value.params}"


def test_plain_places_are_known_for_what_they_are() -> None:
    for text in ("webdav+http://nas/x", "webdav+http://nas.local/x", "kipu+http://localhost",
                 "s3://bucket?endpoint=http://127.0.0.1:9000"):  # fmt: skip
        assert parse(text).is_plain
    for text in ("webdav+https://nas/x", "sftp://host/x", "s3://bucket", "/media/x"):
        assert not parse(text).is_plain


def test_options_have_one_spelling() -> None:
    printed = ":".join(["AB"] * 32)
    pinned = parse(f"webdav+https://nas?certificate={printed}")
    assert pinned.option("certificate") == "ab" * 32
    for given_, spelled in (
        ("http://10.0.0.1:9000/", "http://10.0.0.1:9000"),
        ("https://S3.example.org:443/", "https://s3.example.org"),
        ("http://[::1]:80", "http://[::1]"),
    ):
        assert parse(f"s3://bucket?endpoint={given_}").option("endpoint") == spelled


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("s3://bucket/a?endpoint=http://10.0.0.1:9000", "s3://bucket/a/?endpoint=http://10.0.0.1:9000/"),
        ("s3://bucket?region=us-east-1", "s3://bucket"),
        ("s3://bucket?endpoint=http://localhost:90&style=path", "s3://bucket?endpoint=http://127.0.0.1:90"),
        ("sftp://ana@localhost/x", f"sftp://ana@[::1]:22/x/?host-key={HOST_KEY}"),
        ("sftp://ana@host./~/", "sftp://ana@host"), ("kipu+http://127.0.0.1", "kipu+http://localhost"),
        ("webdav+https://a@nube.ec/k%20x", "webdav+https://a@NUBE.ec/k x/"),
    ],
)  # fmt: skip
def test_spellings_of_one_place_are_the_same(one: str, other: str) -> None:
    assert are_same(parse(one), parse(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("s3://bucket", "s3://bucket?region=eu-west-1"), ("s3://bucket/a", "s3://bucket/b"),
        ("s3://bucket?endpoint=http://nas:9000", "s3://bucket?endpoint=http://nas:9001"),
        ("sftp://ana@host/x", "sftp://eva@host/x"), ("sftp://ana@host/x", "sftp://ana@host:23/x"),
        ("/x", "sftp://ana@host/x"),
        ("webdav+http://nas/x", "webdav+https://nas/x"),
    ],
)  # fmt: skip
def test_other_places_are_not_the_same(one: str, other: str) -> None:
    assert not are_same(parse(one), parse(other))


def test_a_folder_is_the_same_however_one_gets_there(tmp_path: Path) -> None:
    (tmp_path / "f1").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "f1")
    for text in ("f1/", "x/../f1", "./f1", "link"):
        assert are_same(parse(f"{tmp_path}/{text}"), parse(f"{tmp_path}/f1"))
    assert not are_same(parse(f"{tmp_path}/f2"), parse(f"{tmp_path}/f1"))


def test_user_and_options_are_set_apart_from_the_text() -> None:
    address = parse("sftp://host/x").with_user("ana").with_option("host-key", HOST_KEY)
    assert address == parse(address.shown)
    assert address.place == "sftp://ana@host/x"
    assert address.option("host-key") == HOST_KEY
    assert address.with_option("host-key", "") == parse("sftp://ana@host/x")
    with pytest.raises(BadAddress):
        parse("s3://bucket").with_user("ana")
    with pytest.raises(BadAddress):
        address.with_option("host-key", "ñ")
    endpoint = "s3://bucket?endpoint=https://s3.ec"
    assert parse(endpoint).place == endpoint
    assert parse("sftp://h/x").real_port == 22


def test_secrets_are_stored_whole_and_never_printed() -> None:
    secret = Secret(password="p1", key="k1", passphrase="f1", access_key="a1", token="t1")
    assert Secret.from_dict(secret.to_dict()) == secret
    for shown in (repr(secret), str(secret), f"{secret}"):
        assert shown == "Secret(password, key, passphrase, access_key, token)"
    assert Secret().to_dict() == {}
    assert repr(Secret()) == "Secret()"
    newer = {"password": "p", "fingerprint": "?", "token": 3}
    assert Secret.from_dict(newer) == Secret(password="p")


def test_a_kipu_server_is_opened_for_a_project() -> None:
    with pytest.raises(BadAddress):
        open_address(parse("kipu+https://host"), None, "w")
    identity = addresses.Identity(KeyPair.generate(), bytes(16))
    assert open_address(parse("kipu+https://host"), None, "w", identity).name
    assert "keys" not in repr(identity)


hosts = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?(\.[a-z]{2,5}){0,2}", fullmatch=True)
users = st.text(st.characters(min_codepoint=32, exclude_categories=["C"]), max_size=8)
segments = st.text(
    st.characters(min_codepoint=32, exclude_categories=["C"], exclude_characters="/\\"),
    min_size=1, max_size=8,
).filter(lambda part: part not in {".", ".."})  # fmt: skip


@given(hosts, users, st.none() | st.integers(1, 65535), st.lists(segments, max_size=4))
def test_any_place_shown_is_read_back(
    host: str, user: str, port: int | None, parts: list[str]
) -> None:
    path = "".join("/" + part for part in parts)
    address = Address("sftp", host, None if port == 22 else port, user, path)
    if ":" in address.shown.partition("//")[2].rpartition("@")[0]:
        pytest.fail("a colon before the @ would be read as a password")
    assert parse(address.shown) == address


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_a_named_reason(text: str) -> None:
    for given_text in (text, "sftp://" + text, "s3://" + text, "webdav+https://a@" + text):
        try:
            address = parse(given_text)
        except BadAddress as error:
            assert error.code.startswith("remote-bad-address.")  # noqa: PT017
        else:
            assert parse(address.shown) == address
            assert address.scheme in {addresses.FOLDER, "sftp", "s3", "webdav+https"}
