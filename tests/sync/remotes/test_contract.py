"""What every driver promises, against real servers: see `sync.ports.Remote`."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync import ports
from sync.ports import Remote
from sync.remotes import common, sftp, webdav
from tests.sync.remotes.places import Bucket, Place


@pytest.fixture
def remote(place: Place) -> Remote:
    return place.open()


@pytest.fixture
def _never_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a driver look whether the place is there each time, not only after a while."""
    for module in (common, sftp, webdav):
        monkeypatch.setattr(module, "SURE_SECONDS", 0.0)


def test_what_is_put_is_read_and_listed(place: Place, remote: Remote) -> None:
    assert remote.put("b/log/000001", b"one") is True
    assert remote.put("b/log/000002", b"two") is True
    assert remote.read("b/log/000001", 10) == b"one"
    assert remote.list("b/log") == ["000001", "000002"]
    assert remote.list("b") == ["log"]
    assert remote.list("") == ["b"]
    assert remote.list("b/log/") == ["000001", "000002"]
    assert place.files() == ["KIPU/b/log/000001", "KIPU/b/log/000002"]
    assert place.open("other").read("b/log/000002", 3) == b"two"


def test_an_empty_file_is_a_file(remote: Remote) -> None:
    assert remote.put("news/00000001/b-x", b"")
    assert remote.read("news/00000001/b-x", 0) == b""
    assert remote.list("news/00000001") == ["b-x"]
    assert not remote.put("news/00000001/b-x", b"")


def test_what_is_not_there_is_none_and_its_prefix_empty(remote: Remote) -> None:
    assert remote.read("b/none", 10) is None
    assert remote.list("b") == []
    assert remote.list("") == []
    remote.put("a", b"x")
    assert remote.read("b/none", 10) is None
    assert remote.list("b") == []


def test_the_same_bytes_again_write_nothing_on_whatever_connection(
    place: Place, remote: Remote
) -> None:
    assert remote.put("b/a", b"same")
    assert remote.put("b/a", b"same") is False
    assert place.open().put("b/a", b"same") is False


@pytest.mark.parametrize("other", [b"diff", b"longer than before", b"\0", b"bef\0x", b""])
def test_other_bytes_never_cover_what_lies_there(
    place: Place, remote: Remote, other: bytes
) -> None:
    remote.put("a", b"before")
    for one in (remote, place.open()):
        with pytest.raises(ports.Occupied) as caught:
            one.put("a", other)
        assert caught.value.params["path"] == "a"
    assert remote.read("a", 100) == b"before"
    assert place.files() == ["KIPU/a"]


@pytest.mark.parametrize("torn", [b"", b"who", b"who\0\0", b"\0\0\0\0\0\0\0\0\0"])
def test_a_torn_upload_is_completed(place: Place, remote: Remote, torn: bytes) -> None:
    place.plant("KIPU/b/a", torn)
    assert remote.put("b/a", b"whole file") is True
    assert remote.read("b/a", 100) == b"whole file"
    assert place.files() == ["KIPU/b/a"]


def test_replace_overwrites_and_leaves_no_temporary_file(place: Place, remote: Remote) -> None:
    for data in (b"first", b"second, longer", b"3", b""):
        remote.replace("heads/device", data)
        assert remote.read("heads/device", 100) == data
    assert place.files() == ["KIPU/heads/device"]


def test_a_file_over_the_limit_is_refused(remote: Remote) -> None:
    remote.put("a", b"12345")
    assert remote.read("a", 5) == b"12345"
    for limit in (4, 0):
        with pytest.raises(ports.RemoteTooLarge) as caught:
            remote.read("a", limit)
        assert caught.value.params["limit"] == limit


def test_large_files_travel_whole(remote: Remote) -> None:
    data = b"".join(number.to_bytes(4, "big") for number in range(600_000))
    assert remote.put("files/large", data)
    assert remote.read("files/large", len(data)) == data
    assert not remote.put("files/large", data)
    with pytest.raises(ports.RemoteTooLarge):
        remote.read("files/large", len(data) - 1)


def test_a_file_is_removed_once_and_missed_by_nobody(place: Place, remote: Remote) -> None:
    remote.put("b/1", b"x")
    remote.put("b/2", b"y")
    remote.remove("b/1")
    remote.remove("b/1")
    assert remote.list("b") == ["2"]
    assert place.files() == ["KIPU/b/2"]


@pytest.mark.parametrize(
    "path",
    ["", "/a", "a//b", "../a", "a/../b", ".", "a/.", ".a", "a.", "A", "a b", "ñ", "a\\b", "a:b",
     "a\0", "a\n", "nul", "b/con.txt", "a" * 101, "a/", "%2e%2e/a", "a?b", "a#b"],
)  # fmt: skip
def test_paths_that_are_none_of_ours_never_reach_the_place(
    place: Place, remote: Remote, path: str
) -> None:
    uses: list[Callable[[], object]] = [
        lambda: remote.put(path, b"x"),
        lambda: remote.replace(path, b"x"),
        lambda: remote.read(path, 1),
        lambda: remote.remove(path),
    ]
    for use in uses:
        with pytest.raises(ports.BadPath):
            use()
    assert place.files() == []


def test_foreign_names_are_left_out_and_told(place: Place, remote: Remote) -> None:
    remote.put("b/a", b"x")
    foreign = ["b/._a", "b/a (conflicted copy 2026-11-21)", "b/A1", "b/ñandú %41+", "b/~$a.docx"]
    for name in [*foreign, ".tmp-other-00-1"]:
        if not isinstance(place, Bucket) or not {"%", " "} & set(name):
            place.plant("KIPU/" + name, b"?")
    place.plant("thesis.docx", b"mine")
    assert remote.list("") == ["b"]
    assert remote.list("b") == ["a"]
    told: set[str] = getattr(remote, "left_alone")  # noqa: B009
    # What mounts Samba's shares through FUSE writes a percent sign as an address does.
    assert {name.replace("%25", "%") for name in told} <= set(foreign)
    assert {"b/A1", "b/._a"} <= told


def test_many_names_are_all_listed(remote: Remote) -> None:
    names = [f"{number:08d}" for number in range(1, 131)]
    for name in names:
        remote.put(f"news/00000001/{name}", b"")
    assert remote.list("news/00000001") == names


def test_probe_says_nothing_of_a_good_place_and_leaves_nothing(
    place: Place, remote: Remote
) -> None:
    remote.probe()
    assert place.files() == []
    assert remote.list("") == []
    remote.put("b/a", b"x")
    remote.probe()
    place.open().probe()
    assert place.files() == ["KIPU/b/a"]


def test_a_share_is_founded_only_in_an_empty_place(place: Place, remote: Remote) -> None:
    is_empty: Callable[[], bool] = getattr(remote, "is_empty_place")  # noqa: B009
    assert is_empty()
    place.plant(".hidden", b"")
    place.plant("desktop.ini", b"")
    assert is_empty()
    place.plant("photo.jpg", b"x")
    assert not is_empty()


def test_a_missing_place_is_never_an_empty_one(place: Place) -> None:
    remote = place.missing().open()
    uses: list[Callable[[], object]] = [
        lambda: remote.list(""),
        lambda: remote.list("b"),
        lambda: remote.read("a", 1),
        lambda: remote.put("b/a", b"x"),
        lambda: remote.replace("b/a", b"x"),
        lambda: remote.remove("a"),
        remote.probe,
    ]
    for use in uses:
        with pytest.raises(ports.RemoteMissing):
            use()
    assert place.files() == []


@pytest.mark.usefixtures("_never_sure")
def test_a_place_that_vanishes_mid_way_is_missing(place: Place, remote: Remote) -> None:
    if isinstance(place, Bucket):
        pytest.skip("a prefix in a bucket is nothing that could be missing")
    remote.put("b/a", b"x")
    place.move_root_away()
    uses: list[Callable[[], object]] = [
        lambda: remote.list("b"),
        lambda: remote.read("b/a", 1),
        lambda: remote.put("b/c", b"x"),
        lambda: remote.put("new/c", b"x"),
        lambda: remote.replace("b/a", b"y"),
    ]
    for use in uses:
        with pytest.raises(ports.RemoteMissing):
            use()
    assert place.files() == []


def test_a_folder_removed_by_another_hand_is_made_again_on_the_next_try(
    place: Place, remote: Remote
) -> None:
    remote.put("b/log/1", b"x")
    remote.put("c", b"x")
    place.drop_folder("KIPU/b/log")
    assert remote.list("b/log") == []
    try:
        remote.put("b/log/2", b"y")
    except ports.RemoteBroken:
        assert remote.put("b/log/2", b"y")
    assert remote.list("b/log") == ["2"]


def test_a_folder_in_a_files_place_is_never_read_as_one(place: Place, remote: Remote) -> None:
    place.plant_folder("KIPU/b/a")
    with pytest.raises(ports.RemoteError):
        remote.put("b/a", b"x")
    assert [path for path in place.files() if not path.endswith("/a/a")] == []


def test_only_ones_own_interrupted_uploads_are_cleared_away(place: Place) -> None:
    names = [".tmp-mine-0123-1", ".tmp-mine2-0123-1", ".tmp-other-0123-1", ".tmp--0123-1"]
    for name in names:
        place.plant("KIPU/" + name, b"half")
    place.open(writer="mine").put("b", b"x")
    left = {path.removeprefix("KIPU/") for path in place.files()}
    assert {*names[1:], "b"} <= left
    if place.address.scheme in {"folder", "sftp"}:
        assert names[0] not in left


paths = st.sampled_from(["a", "b/1", "b/2", "c/d/e", "b/x.y"])
contents = st.binary(max_size=40)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("put"), paths, contents),
        st.tuples(st.just("replace"), paths, contents),
        st.tuples(st.just("remove"), paths, st.just(b"")),
    ),
    max_size=8,
)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_any_place_is_a_table_of_files(
    place: Place, remote: Remote, taken: list[tuple[str, str, bytes]]
) -> None:
    held = {path: data for path in ("a", "b/1", "b/2", "c/d/e", "b/x.y")
            if (data := remote.read(path, 99)) is not None}  # fmt: skip
    for verb, path, data in taken:
        if verb == "put":
            _put(remote, held, path, data)
        elif verb == "replace":
            remote.replace(path, data)
            held[path] = data
        else:
            remote.remove(path)
            held.pop(path, None)
    assert {path: remote.read(path, 99) for path in held} == held
    for folder in ("b", "c/d"):
        below = folder + "/"
        assert remote.list(folder) == sorted(
            path.removeprefix(below) for path in held if path.startswith(below)
        )


def _put(remote: Remote, held: dict[str, bytes], path: str, data: bytes) -> None:
    lying = held.get(path)
    if lying is None or (lying != data and common.is_torn(lying, data)):
        assert remote.put(path, data)
        held[path] = data
    elif lying == data:
        assert not remote.put(path, data)
    else:
        with pytest.raises(ports.Occupied):
            remote.put(path, data)
