"""What a Kipu once wrote, as data: today's reads all of it, and writes the same where it must."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.models.commands import membership, syncing
from app.models.project import Project
from sync import columns, crypto, envelope, members, packs
from sync.crypto import KeyPair
from sync.ids import device_id
from sync.opening import check, open_batch
from sync.roster import Roster, parse_entry
from tests.models.laptops import PASSPHRASE, Laptop
from tests.reader import block as reader
from tests.reader import sealed
from tests.reader.read_share import Share
from tests.reader.unpacked import unpacked
from tests.vectors import make
from tests.vectors.make import ANA, BETO, EPOCH, KEY, NEXT, NEXT_KEY, SPACE

HERE = Path(__file__).parent


def kept(name: str) -> Any:
    return json.loads((HERE / f"{name}.json").read_text("utf-8"))


PAPERS, ROSTER, BLOCKS, BATCHES = (kept(n) for n in ("papers", "roster", "blocks", "batches"))
PROJECT = bytes.fromhex(PAPERS["project"])
BOB = device_id(BETO.sign_public)


def raw(name: str) -> bytes:
    return bytes.fromhex((PAPERS["exact"] | PAPERS["sealed"])[name])


# -- papers --------------------------------------------------------------------------------------


def test_keys_come_of_their_secrets() -> None:
    pair = KeyPair.from_secret(bytes.fromhex(PAPERS["secrets"]["beto"]))
    assert pair.sign_public.hex() == PAPERS["publics"]["sign"]
    assert pair.seal_public.hex() == PAPERS["publics"]["seal"]
    assert device_id(pair.sign_public).hex() == PAPERS["publics"]["device"]


@pytest.mark.parametrize("name", sorted(PAPERS["exact"]))
def test_papers_are_written_as_they_were(name: str) -> None:
    assert make.make_papers()["exact"][name] == PAPERS["exact"][name]


READERS: dict[str, Callable[[bytes], Any]] = {
    "request": lambda raw: members.read_request(raw).label,
    "sentinel": lambda raw: members.check_sentinel(raw, ANA.sign_public),
    "heads": lambda raw: members.read_heads(raw, PROJECT, SPACE, ANA.sign_public),
    "wants": lambda raw: members.read_wants(raw, PROJECT, ANA.sign_public),
    "done": lambda raw: members.read_done(raw, PROJECT, ANA.sign_public),
    "carried": lambda raw: members.read_carried(raw).receiver,
    "carried_for": lambda raw: members.read_carried(raw).receiver,
    "root": lambda raw: members.unwrap_root(raw, make.CODE, PROJECT),
    "parent": lambda raw: members.open_parent(NEXT_KEY, NEXT, EPOCH, raw),
    "grant": lambda raw: dict(members.open_grant(raw, BETO).epochs),
    "epoch": lambda raw: members.unwrap_epoch(BETO, PROJECT, EPOCH, raw),
    "words": lambda raw: members.open_words(KEY, SPACE, raw),
}
MEANINGS: dict[str, Any] = {
    "request": "BT",
    "sentinel": None,
    "heads": {b"l" * 16: (7, b"v" * 32)},
    "wants": ["keys/a/b/c", "spaces/a/b/1"],
    "done": {b"d" * 32, b"a" * 32},
    "carried": None,
    "carried_for": BOB,
    "root": make.ROOT_KEYS,
    "parent": KEY,
    "grant": {EPOCH: KEY},
    "epoch": KEY,
    "words": {"name": "Arajuno"},
}


@pytest.mark.parametrize("name", sorted(PAPERS["exact"] | PAPERS["sealed"]))
def test_papers_are_read(name: str) -> None:
    assert READERS[name](raw(name)) == MEANINGS[name]


@pytest.mark.parametrize("name", ["paper", "epoch", "root"])
def test_what_is_sealed_to_a_device_opens_for_kipu_and_for_the_reader(name: str) -> None:
    one = {key: bytes.fromhex(text) for key, text in kept("sealed")["sealed"][name].items()}
    pair = KeyPair.from_secret(one["secret"])
    assert pair.open(one["sealed"], one["purpose"]) == one["plain"]
    assert sealed.opened(one["secret"][32:], one["sealed"], one["purpose"]) == one["plain"]
    assert sealed.shared_secret(one["secret"][32:], one["sealed"]) == one["shared"]
    assert len(one["sealed"]) == 1120 + len(one["plain"]) + 16


# -- the roster ----------------------------------------------------------------------------------


def test_entries_are_read_and_mean_what_they_meant() -> None:
    entries = [parse_entry(bytes.fromhex(one["raw"])) for one in ROSTER["entries"]]
    for entry, one in zip(entries, ROSTER["entries"], strict=True):
        assert (entry.hash.hex(), entry.author.hex(), entry.number, entry.type) == (
            one["hash"], one["author"], one["n"], one["type"]
        )  # fmt: skip
    roster = Roster(entries)
    assert roster.project.hex() == ROSTER["project"]
    roles = [roster.view([entry.hash]).role(BOB, SPACE) for entry in entries]
    assert roles == ROSTER["roles_of_the_second_after_each"]
    assert [one.hex() for one in roster.view().current_epochs(SPACE)] == ROSTER["current_epochs"]
    assert members.is_key_of(roster, EPOCH, KEY)
    assert members.is_key_of(roster, NEXT, NEXT_KEY)
    assert not members.is_key_of(roster, EPOCH, NEXT_KEY)


def test_entries_are_written_as_they_were() -> None:
    """Those with words sealed at random, and whatever follows them, cannot be."""
    made = make.make_roster()["entries"]
    assert [one["raw"] for one in made[:4]] == [one["raw"] for one in ROSTER["entries"][:4]]
    assert [one["type"] for one in made] == [one["type"] for one in ROSTER["entries"]]


# -- blocks and batches --------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(BLOCKS["blocks"]))
def test_blocks_are_read_by_kipu_and_by_the_reader(name: str) -> None:
    content = bytes.fromhex(BLOCKS["blocks"][name])
    written = make.stories()[name]
    assert list(columns.decode(content).transactions) == written
    read = reader.read_block(content)
    assert [(one.at_ms, len(one.changes)) for one in read] == [
        (one.at_ms, len(one.changes)) for one in written
    ]


def roster() -> Roster:
    return Roster(parse_entry(bytes.fromhex(one["raw"])) for one in ROSTER["entries"])


@pytest.mark.parametrize("name", ["first", "second"])
def test_batches_are_read(name: str) -> None:
    content = bytes.fromhex(BATCHES[name])
    batch = check(content, roster())
    place = ["first", "second"].index(name)
    assert batch.hash.hex() == BATCHES["hashes"][place]
    assert batch.header.log.hex() == BATCHES["log"]
    opened = open_batch(batch, {EPOCH: KEY, NEXT: NEXT_KEY}.get, columns.Limits())
    story = make.stories()[["verbs", "integers"][place]]
    assert list(opened.block.transactions) == story


def test_a_batch_is_sealed_as_it_was() -> None:
    """Of the same block: how one is made of transactions is the writer's to choose."""
    for name, key in (("first", KEY), ("second", NEXT_KEY)):
        batch = envelope.parse(bytes.fromhex(BATCHES[name]))
        context, plain = envelope.open_context(batch, key), envelope.open_block(batch, key)
        assert envelope.seal(batch.header, context, plain, key, BETO) == batch.raw


def test_a_replaced_block_opens_under_the_same_header() -> None:
    batch = envelope.parse(bytes.fromhex(BATCHES["replaced"]))
    assert batch.replacement is not None
    assert batch.hash.hex() == BATCHES["hashes"][1]
    assert (
        list(columns.decode(envelope.open_block(batch, NEXT_KEY)).transactions)
        == (make.stories()["integers"])
    )
    with pytest.raises(crypto.CannotOpen):
        envelope.open_block(batch, KEY)


# -- a whole share -------------------------------------------------------------------------------


@pytest.fixture
def share(tmp_path: Path) -> Path:
    files = {path: bytes.fromhex(text) for path, text in kept("share")["files"].items()}
    unpacked(files, tmp_path / "share" / "KIPU")
    return tmp_path / "share"


@pytest.mark.parametrize("device", [0, 1])
def test_a_share_is_read_by_the_reader(share: Path, device: int) -> None:
    of = kept("share")["devices"][device]
    assert Share(share / "KIPU", bytes.fromhex(of["secret"])).records() == of["records"]


def packed(share: Path) -> None:
    """Every log of a share in one pack."""
    for log in list((share / "KIPU").glob("spaces/*/*")):
        loose = sorted(log.iterdir())
        target = share / "KIPU" / "packs" / log.parent.name / log.name
        target.mkdir(parents=True)
        pack = packs.Pack(1, len(loose))
        (target / pack.name).write_bytes(packs.join(1, [one.read_bytes() for one in loose]))
        for one in loose:
            one.unlink()


def test_a_packed_share_is_read_by_the_reader(share: Path) -> None:
    packed(share)
    for of in kept("share")["devices"]:
        assert Share(share / "KIPU", bytes.fromhex(of["secret"])).records() == of["records"]


@pytest.mark.parametrize("is_packed", [False, True])
def test_a_share_is_read_by_kipu(
    share: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_packed: bool
) -> None:
    """By the paper of the project, which reads everything."""
    monkeypatch.setenv("KIPU_KDF", "floor")
    home, whole = tmp_path / "home", kept("share")
    if is_packed:
        packed(share)
    made = membership.recover_project(
        home, syncing.read_share(str(share)), whole["code"], "Rosa", PASSPHRASE
    )
    laptop = Laptop(home, made.project)
    syncing.sync(laptop.project, str(share))
    assert laptop.digests() == whole["devices"][0]["digests"]
    assert titles(laptop.project) == sorted(
        one["values"]["name"] if isinstance(one["values"]["name"], str) else ""
        for rows in whole["devices"][0]["records"].values() for one in rows
    )  # fmt: skip
    laptop.verify()
    laptop.close()


def titles(project: Project) -> list[str]:
    rows = project.store.rows("SELECT data FROM records WHERE state & 1")
    names = [json.loads(data)["name"] for (data,) in rows]
    return sorted(name if isinstance(name, str) else "" for name in names)
