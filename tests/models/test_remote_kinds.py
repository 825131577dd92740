"""What is filled in of a place becomes its address, and comes back the same."""

from __future__ import annotations

import pytest

from app.errors import KipuError
from app.models.remotes import kinds
from app.models.remotes.kinds import FOLDER, S3, SERVER, SFTP, WEB
from sync.remotes.addresses import parse

FILLED = [
    (FOLDER, {"folder": "/media/eva/stick"}, "/media/eva/stick"),
    (WEB, {"address": "https://nube.ec/remote.php/dav/files/eva/Kipu", "user": "eva"},
     "webdav+https://nube.ec/remote.php/dav/files/eva/Kipu"),
    (WEB, {"address": "nube.ec/dav", "user": "eva"}, "webdav+https://nube.ec/dav"),
    (SFTP, {"server": "casa.ec:2222", "folder": "home/kipu", "user": "eva andi"},
     "sftp://eva%20andi@casa.ec:2222/home/kipu"),
    (SFTP, {"server": "[::1]", "folder": "/x", "user": "eva"}, "sftp://eva@[::1]/x"),
    (S3, {"bucket": "kipu", "folder": "a/b/", "endpoint": "https://s3.ec", "region": "r1",
          "user": "AK"}, "s3://kipu/a/b?endpoint=https://s3.ec&region=r1"),
    (SERVER, {"server": "https://kipu.ec:8443"}, "kipu+https://kipu.ec:8443"),
    (SERVER, {"server": "kipu+https://kipu.ec"}, "kipu+https://kipu.ec"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "given", "address"), FILLED)
def test_fields_become_an_address_and_back(kind: str, given: dict[str, str], address: str) -> None:
    made = kinds.address_of(kind, given)
    assert made == address
    read = parse(made)
    if kind == WEB:
        read = read.with_user(given["user"])
    back, fields = kinds.fields_of(read, given.get("user", ""))
    assert back == kind == kinds.kind_of(made)
    assert parse(kinds.address_of(back, fields)).shown == parse(made).shown


@pytest.mark.parametrize(
    ("kind", "given", "said"),
    [
        (FOLDER, {"folder": " "}, "“Folder” is needed"),
        (SFTP, {"server": "h", "folder": "/x"}, "“User name” is needed"),
        (SFTP, {"server": "h:x", "folder": "/x", "user": "e"}, "port of a server is a number"),
        (S3, {"bucket": "b"}, "“Access key” is needed"),
    ],
)
def test_what_is_missing_is_named(kind: str, given: dict[str, str], said: str) -> None:
    with pytest.raises(KipuError, match=said):
        kinds.address_of(kind, given)


def test_secrets_are_never_filled_in_again() -> None:
    secret = {field.id for kind in kinds.KINDS for field in kind.fields if field.secret}
    for kind, given, address in FILLED:
        del kind, given
        assert not secret & set(kinds.fields_of(parse(address))[1])
