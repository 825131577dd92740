"""Who may read and write what: every forbidden thing is refused, and what is allowed is done."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync import layout, news
from sync.exchange_attachments import BLANK
from sync.ids import token
from sync.remotes import kipu_wire
from sync.roster import ROOT
from tests.server.direct import Direct, fill
from tests.server.serving import files_of
from tests.server.village import (
    IDS,
    KEYS,
    NORTH,
    SOUTH,
    Village,
    key_path,
    name_of,
    piece_path,
)

pytestmark = pytest.mark.usefixtures("no_flushing")

EVERYBODY = ("ana", "beto", "carla", "dora", "eva")
SHELF = layout.shelf(1)


def readers(path: str) -> set[str]:
    """Who may read a file of `fill`, said once more in other words than the server's."""
    members = {"ana", "beto", "carla", "dora"}
    if token(NORTH) in path or path == layout.relayed(IDS["ana"], Village().log("beto", NORTH), 1):
        return {"ana", "beto", "dora"}
    if token(SOUTH) in path or path.startswith("relay/"):
        return {"ana", "carla"}
    if path.startswith("keys/"):
        return {"ana"} if path.endswith("root") else {"ana", "beto"}
    return {"ana", "beto"} if path.startswith("erased/") else members


def test_each_file_is_read_by_those_it_is_for_and_nobody_else(direct: Direct) -> None:
    for path, (_writer, body) in fill(direct).items():
        if path.startswith("news/"):
            continue
        for who in EVERYBODY:
            got = direct.get(who, path)
            if who in readers(path):
                assert got == body, (who, path)
            else:
                assert got in {"forbidden", "not-admitted", 404}, (who, path)


def test_each_file_is_written_by_its_writer_and_nobody_else(direct: Direct) -> None:
    files = fill(direct)
    remote = direct.storage.of(direct.village.project)
    assert remote is not None
    before = {path: remote.read(path, 9999) for path in files}
    for path, (writer, body) in files.items():
        for who in {*EVERYBODY} - {writer}:
            for other in (body, b"", b"something else"):
                for replace in (False, True):
                    told = direct.put(who, path, other, replace)
                    allowed = _may_leave_the_same(path, who) and other == body
                    assert (told == 200) == allowed or isinstance(told, str), (who, path, told)
            assert isinstance(direct.remove(who, path), str)
        assert isinstance(direct.remove(writer, path), str)
    remote = direct.storage.of(direct.village.project)
    assert remote is not None
    assert {path: remote.read(path, 9999) for path in files} == before


def _may_leave_the_same(path: str, who: str) -> bool:
    """A mark that is everybody's to leave says the same whoever leaves it."""
    return path.startswith("news/") and ("/r-" in path or "/f-" in path) and who != "eva"


def test_a_member_may_leave_a_key_for_whoever_lacks_it(direct: Direct) -> None:
    """Its coordinators lost it, and only who still has it can give it back."""
    path = key_path("beto", "dora")
    assert direct.put("carla", path, b"sealed") == "forbidden"
    assert direct.put("beto", path, b"sealed") == 201
    assert direct.get("dora", path) == b"sealed"
    assert direct.get("carla", path) == "forbidden"


def test_a_listing_shows_what_may_be_read(direct: Direct) -> None:
    fill(direct)
    spaces = {who: direct.names(who, "spaces") for who in EVERYBODY}
    both = sorted([token(NORTH), token(SOUTH)])
    assert spaces == {"ana": both, "beto": [token(NORTH)], "carla": [token(SOUTH)],
                      "dora": [token(NORTH)], "eva": [""]}  # fmt: skip
    relayed = f"relay/{name_of('ana')}"
    assert direct.names("beto", relayed) == [token(direct.village.log("beto", NORTH))]
    assert direct.names("carla", relayed) == [token(direct.village.log("carla", SOUTH))]
    below = f"{relayed}/{token(direct.village.log('beto', NORTH))}"
    assert direct.names("beto", below) == ["00000001"]
    assert direct.names("carla", below) == [""]
    keys = key_path("ana", None).rpartition("/")[0]
    assert direct.names("beto", keys) == [name_of("beto")]
    assert direct.names("ana", keys) == sorted([name_of("beto"), "root"])
    assert direct.names("eva", "roster") == [""]


def test_marks_of_other_spaces_are_shown_blind_and_counted(direct: Direct) -> None:
    fill(direct)
    shown = {who: direct.names(who, SHELF) for who in ("ana", "beto", "carla", "dora")}
    assert {len(names) for names in shown.values()} == {5}
    assert [name for name in shown["ana"] if name.startswith("z-")] == []
    hidden = {who: [n for n in names if n.startswith("z-")] for who, names in shown.items()}
    assert (len(hidden["beto"]), len(hidden["carla"])) == (1, 2)
    assert token(SOUTH) not in str(shown["beto"])
    assert not {*hidden["beto"]} & {*hidden["dora"]}, "two devices could compare what they see"
    assert direct.names("beto", SHELF) == shown["beto"]


def test_marks_speak_only_of_what_is_there_and_ones_own(direct: Direct) -> None:
    village = direct.village
    log = village.log("beto", NORTH)
    first = news.batch_mark(NORTH, log, 1)
    assert direct.put("beto", layout.mark(1, first), b"") == "mark-of-nothing"
    direct.put("beto", village.batch_path("beto", NORTH), village.batch("beto", NORTH))
    assert direct.put("dora", layout.mark(1, first), b"") == "forbidden"
    assert direct.put("beto", layout.mark(1, first), b"x") == "too-large"
    assert direct.put("beto", layout.mark(2, first), b"") == "shelf-not-begun"
    beyond = news.batch_mark(NORTH, log, 2)
    assert direct.put("beto", layout.mark(1, beyond), b"") == "mark-of-nothing"
    assert direct.put("beto", layout.mark(1, first), b"") == 201
    assert direct.put("beto", f"{SHELF}/r-{name_of('ana')}-99999999", b"") == "mark-of-nothing"
    for name in ("b-x-y-1", "q-1", "z-0123456789", f"w-{name_of('ana')}-00000000"):
        assert isinstance(direct.put("beto", f"{SHELF}/{name}", b""), str)


@pytest.mark.parametrize(
    ("mark", "left"),
    [
        ("beto's own", True),
        ("a number beyond", False),
        ("another shelf", False),
        ("no mark", False),
        ("no path", False),
    ],
)
def test_a_batch_takes_along_a_mark_that_is_true_and_nothing_else(
    direct: Direct, mark: str, left: bool
) -> None:
    village = direct.village
    log, path = village.log("beto", NORTH), village.batch_path("beto", NORTH)
    beside = {
        "beto's own": layout.mark(1, news.batch_mark(NORTH, log, 1)),
        "a number beyond": layout.mark(1, news.batch_mark(NORTH, log, 2)),
        "another shelf": layout.mark(2, news.batch_mark(NORTH, log, 1)),
        "no mark": piece_path(NORTH, "beto"),
        "no path": "news/../share",
    }[mark]
    batch = village.batch("beto", NORTH)
    answer = direct.ask("beto", "PUT", path, batch, kipu_wire.with_mark(beside))
    assert answer.status == 201
    assert (kipu_wire.MARKED_HEADER in answer.headers) == left
    assert direct.get("beto", path) == batch
    assert direct.names("ana", SHELF) == ([beside.rpartition("/")[2]] if left else [""])
    again = direct.ask("beto", "PUT", path, batch, kipu_wire.with_mark(beside))
    assert (again.status, kipu_wire.MARKED_HEADER in again.headers) == (200, left)


def test_the_next_shelf_begins_when_one_has_its_fill(direct: Direct) -> None:
    for number in range(news.SHELF_MARKS):
        assert direct.put("beto", f"{SHELF}/w-{name_of('beto')}-{number:08x}", b"") == 201
    assert direct.put("beto", layout.mark(2, f"w-{name_of('beto')}-00000000"), b"") == 201
    assert direct.put("beto", layout.mark(4, f"w-{name_of('beto')}-00000000"), b"") != 201


def test_whoever_is_shut_out_neither_writes_nor_reads(direct: Direct) -> None:
    village = direct.village
    path = village.batch_path("beto", NORTH)
    direct.put("beto", path, village.batch("beto", NORTH))
    session = direct.session(KEYS["beto"])
    village.revoke("beto")
    direct.push()
    assert session
    assert direct.put("beto", village.batch_path("beto", NORTH, 2), b"x") == "not-admitted"
    assert direct.get("beto", path) == "not-admitted"
    assert direct.put("beto", path, b"x", replace=True) == "not-admitted"
    assert isinstance(direct.get("dora", path), bytes)


def test_a_role_taken_away_takes_the_space_away(direct: Direct) -> None:
    village = direct.village
    path = village.batch_path("beto", NORTH)
    direct.put("beto", path, village.batch("beto", NORTH))
    village.write("ana", "grant", device=IDS["beto"], cuts={}, roster_cut=0,
                  roles={NORTH.hex(): None, SOUTH.hex(): "observer"})  # fmt: skip
    direct.push()
    assert direct.get("beto", path) == "forbidden"
    assert direct.names("beto", "spaces") == [""]
    assert (
        direct.put("beto", village.batch_path("beto", SOUTH), village.batch("beto", SOUTH)) == 201
    )


def test_a_newcomer_brings_its_own_admission_and_nothing_else(direct: Direct) -> None:
    village = direct.village
    path = village.batch_path("eva", NORTH)
    assert direct.put("eva", path, village.batch("eva", NORTH)) == "not-admitted"
    assert direct.get("eva", "roster/" + token(ROOT) + "/00000000") == "not-admitted"
    forged = Village()
    forged.write("eva", "admit", device=IDS["eva"], sign=KEYS["eva"].sign_public,
                 seal=KEYS["eva"].seal_public, code="e", roles={"*": "coordinator"})  # fmt: skip
    assert direct.put("eva", f"roster/{name_of('eva')}/00000001", forged.entries[-1].raw) == (
        "forbidden"
    )
    village.admit("eva", roles={NORTH.hex(): "secretary"})
    direct.push("eva")
    assert direct.put("eva", path, village.batch("eva", NORTH)) == 201


def test_the_roster_takes_in_only_what_belongs_there(direct: Direct) -> None:
    village = direct.village
    entry = village.revoke("dora")
    place = f"roster/{name_of('ana')}/{entry.number:08d}"
    assert direct.put("ana", f"roster/{name_of('ana')}/00000099", entry.raw) == "unsound"
    assert direct.put("ana", place, entry.raw[:-1]) == "unsound"
    assert direct.put("ana", place, Village("other").entries[1].raw) == "unsound"
    later = village.admit("eva", roles={})
    assert direct.put("ana", f"roster/{name_of('ana')}/{later.number:08d}", later.raw) == (
        "roster-incomplete"
    )
    assert direct.put("beto", place, entry.raw) == 201, "identical bytes may come from anyone"
    assert direct.put("ana", place, entry.raw) == 200


def test_two_entries_of_one_number_are_not_both_taken(direct: Direct) -> None:
    village, twin = direct.village, Village()
    one, other = village.revoke("dora"), twin.revoke("carla")
    place = f"roster/{name_of('ana')}/{one.number:08d}"
    assert direct.put("ana", place, one.raw) == 201
    assert direct.put("ana", place, other.raw) == "occupied"
    assert direct.put("ana", place, other.raw, replace=True) == "occupied"
    assert direct.get("carla", "share") == village.sentinel()
    # What was refused was not believed either.
    assert direct.get("dora", "share") == "not-admitted"


def test_whoever_opened_the_project_s_key_reads_what_recovery_needs(direct: Direct) -> None:
    fill(direct)
    root = direct.village.root

    def get(path: str) -> bytes:
        return direct.ask(root, "GET", path, device=ROOT).body

    assert get(key_path("ana", None)) == direct.get("ana", key_path("ana", None))
    assert get(f"roster/{token(ROOT)}/00000000") == direct.village.entries[0].raw
    names = direct.ask(root, "LIST", "roster", device=ROOT).body.decode().split("\n")
    assert names == sorted([token(ROOT), name_of("ana")])
    for path in (direct.village.batch_path("beto", NORTH), key_path("ana", "beto")):
        with pytest.raises(Exception, match="forbidden"):
            get(path)
    with pytest.raises(Exception, match="forbidden"):
        direct.ask(root, "PUT", layout.wants(IDS["beto"]), b"x", device=ROOT)
    with pytest.raises(Exception, match="signature-wrong"):
        direct.ask(KEYS["eva"], "GET", "share", device=ROOT)


words = st.sampled_from(
    ["share", "root", "key", "roster", "keys", "heads", "spaces", "wants", "erased", "relay",
     "files", "news", "packs", "snapshots", "about", "00000000", "00000001", "00000002", "00000",
     "00000001-00000002", token(NORTH), token(SOUTH), token(ROOT), "ga", "mm"]
    + [name_of(who) for who in EVERYBODY]
    + [token(Village().log(who, space)) for who in EVERYBODY for space in (NORTH, SOUTH)]
)  # fmt: skip
paths = st.lists(words, min_size=1, max_size=6).map("/".join).filter(lambda path: len(path) < 100)
village_bytes = st.sampled_from(
    [b"", b"x", BLANK, Village().sentinel(), Village().root_key, Village().entries[1].raw,
     Village().heads("beto", NORTH), Village().wants("carla"), Village().batch("beto", NORTH),
     Village().batch("carla", SOUTH), Village().batch("eva", NORTH)]
)  # fmt: skip
tries = st.lists(
    st.tuples(st.sampled_from(["carla", "dora", "eva"]), st.sampled_from(["PUT", "OVER", "DELETE"]),
              paths, village_bytes), max_size=12,
)  # fmt: skip


@settings(max_examples=40)
@given(tries)
def test_whatever_is_tried_nobody_elses_file_changes(
    tmp_path_factory: pytest.TempPathFactory, taken: list[tuple[str, str, str, bytes]]
) -> None:
    direct = Direct(tmp_path_factory.mktemp("tried"), Village())
    direct.found()
    files = fill(direct)
    theirs = {path: body for path, (writer, body) in files.items() if writer in {"ana", "beto"}}
    before = set(_all_files(direct))
    for who, method, path, body in taken:
        if method == "DELETE":
            direct.remove(who, path)
        else:
            direct.put(who, path, body, replace=method == "OVER")
        got = direct.get(who, path)
        if isinstance(got, bytes) and who != "dora":
            assert token(NORTH) not in path
    remote = direct.storage.of(direct.village.project)
    assert remote is not None
    assert {path: remote.read(path, 9999) for path in theirs} == theirs
    for path in set(_all_files(direct)) - before:
        by_name = any(name_of(who) in path for who in ("carla", "dora"))
        assert by_name or token(direct.village.log("carla", SOUTH)) in path


def _all_files(direct: Direct) -> list[str]:
    return files_of(Path(direct.storage.name) / token(direct.village.project) / "KIPU")  # type: ignore[return-value]


def test_the_server_holds_no_key_that_opens_anything(direct: Direct, tmp_path: Path) -> None:
    fill(direct)
    secrets = [KEYS[who].secret for who in EVERYBODY] + [direct.village.root.secret]
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert not any(secret in stored for secret in secrets)
