"""The server keeps the port's promises (sync.ports.Remote), asked by its own driver."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sync import layout, news, ports
from sync.ids import token
from sync.remotes.http import HttpRemote
from tests.server.serving import Served, files_of
from tests.server.village import IDS, NORTH, Village, piece_path

PIECE = piece_path(NORTH, "beto")
FOLDER = PIECE.rpartition("/")[0]


@pytest.fixture
def remote(served: Served, village: Village) -> HttpRemote:
    """Beto's way to the server; attachments' pieces are bytes a server cannot judge."""
    return served.remote(village, "beto")


def test_what_is_put_is_read_and_listed(remote: HttpRemote) -> None:
    assert remote.put(PIECE, b"one") is True
    assert remote.put(f"{FOLDER}/00001", b"two") is True
    assert remote.read(PIECE, 10) == b"one"
    assert remote.list(FOLDER) == ["00000", "00001"]
    assert remote.list(f"{FOLDER}/") == ["00000", "00001"]
    assert remote.list(FOLDER.rpartition("/")[0]) == [token(IDS["beto"])]
    assert remote.list("") == ["files", "root", "roster", "share"]


def test_an_empty_file_is_a_file(remote: HttpRemote) -> None:
    mark = layout.mark(1, news.device_mark("w", IDS["beto"], b"w"))
    assert remote.put(mark, b"")
    assert remote.read(mark, 0) == b""
    assert not remote.put(mark, b"")


def test_what_is_not_there_is_none_and_its_prefix_empty(remote: HttpRemote) -> None:
    assert remote.read(PIECE, 10) is None
    assert remote.list(FOLDER) == []
    assert remote.list("relay") == []


def test_the_same_bytes_again_write_nothing(
    remote: HttpRemote, served: Served, village: Village
) -> None:
    assert remote.put(PIECE, b"same")
    assert remote.put(PIECE, b"same") is False
    assert served.remote(village, "beto").put(PIECE, b"same") is False


@pytest.mark.parametrize("other", [b"diff", b"longer than before", b"\0"])
def test_other_bytes_never_cover_what_lies_there(remote: HttpRemote, other: bytes) -> None:
    remote.put(PIECE, b"before")
    with pytest.raises(ports.Occupied) as caught:
        remote.put(PIECE, other)
    assert caught.value.params["path"] == PIECE
    assert remote.read(PIECE, 100) == b"before"


def test_replace_overwrites_and_leaves_no_temporary_file(
    remote: HttpRemote, village: Village, storage: Path
) -> None:
    for data in (b"first", b"second, longer", b"3"):
        remote.replace(PIECE, data)
        assert remote.read(PIECE, 100) == data
    left = files_of(storage / token(village.project))
    assert [path for path in left if "tmp" in path] == []


def test_a_file_over_the_limit_is_refused(remote: HttpRemote) -> None:
    remote.put(PIECE, b"12345")
    assert remote.read(PIECE, 5) == b"12345"
    for limit in (4, 0):
        with pytest.raises(ports.RemoteTooLarge) as caught:
            remote.read(PIECE, limit)
        assert caught.value.params["limit"] == limit
    assert remote.read(PIECE, 5) == b"12345"


def test_large_files_travel_whole(remote: HttpRemote) -> None:
    data = b"".join(number.to_bytes(4, "big") for number in range(2**18))
    assert remote.put(PIECE, data)
    assert remote.read(PIECE, len(data)) == data


@pytest.mark.parametrize(
    "path",
    ["", "/a", "a//b", "../a", "a/../b", ".", "a/.", ".a", "a.", "A", "a b", "ñ", "a\\b", "a:b",
     "a\0", "a\n", "nul", "b/con.txt", "a" * 101, "a/", "%2e%2e/a", "a?b", "a#b"],
)  # fmt: skip
def test_paths_that_are_none_of_ours_are_never_asked_for(remote: HttpRemote, path: str) -> None:
    uses: list[Callable[[], object]] = [
        lambda: remote.put(path, b"x"),
        lambda: remote.replace(path, b"x"),
        lambda: remote.read(path, 1),
        lambda: remote.remove(path),
    ]
    for use in uses:
        with pytest.raises(ports.BadPath):
            use()


def test_an_unchanged_listing_is_not_sent_again(remote: HttpRemote) -> None:
    names = [f"{number:05d}" for number in range(30)]
    for name in names:
        remote.put(f"{FOLDER}/{name}", b"x")
    assert remote.changed(FOLDER, "") == names
    known = ports.fingerprint(names)
    assert remote.changed(FOLDER, known) is None
    remote.put(f"{FOLDER}/00030", b"x")
    assert remote.changed(FOLDER, known) == [*names, "00030"]


def test_a_long_listing_comes_compressed_and_whole(remote: HttpRemote) -> None:
    names = [f"{number:05d}" for number in range(200)]
    for name in names:
        remote.put(f"{FOLDER}/{name}", b"x")
    assert remote.list(FOLDER) == names


def test_probe_says_nothing_of_a_good_place_and_leaves_nothing(
    remote: HttpRemote, village: Village, storage: Path
) -> None:
    before = files_of(storage / token(village.project))
    remote.probe()
    assert files_of(storage / token(village.project)) == before
    assert remote.read("share", 1000) == village.sentinel()
