"""Words that came in large numbers wait for the search index; whoever searches never notices."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from app.models import checking
from app.models.commands import records
from app.models.ledger import RecordKey, projection, waiting_words
from app.models.queries import lists, waiting
from app.models.queries.lists import Listing
from sync.errors import Malformed
from tests.effort import peak
from tests.models.laptops import Cast, Laptop, agree, settle, shared

WORDS = ("chonta", "yuca", "guayusa", "puma")


@pytest.fixture(autouse=True)
def _all_words_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """In blocks so small that what changes lies in the middle of some."""
    monkeypatch.setattr(projection, "_AT_ONCE", 0)
    monkeypatch.setattr(waiting_words, "BLOCK", 2)


def found(laptop: Laptop, words: str) -> list[str]:
    rows = lists.every(laptop.project, Listing("person", words=words))
    return sorted(str(row.values["name"]) for row in rows)


def waits(laptop: Laptop) -> int:
    found = laptop.project.store.rows("SELECT block, words FROM words_waiting")
    return sum(len(waiting_words.unpack(*one)) for one in found)


def indexed(laptop: Laptop) -> int:
    return int(laptop.project.store.value("SELECT count(*) FROM search"))


def test_what_was_received_waits_until_somebody_searches(three: list[Laptop]) -> None:
    ana, beto, caya = three
    remote = shared(ana, beto, caya)
    for number in range(5):
        ana.person(f"Persona {number}")
    settle(remote, ana, beto, caya)
    before = indexed(beto)
    assert waits(beto) >= 5
    assert found(beto, "persona 3") == ["Persona 3"]
    assert waits(beto) == 0
    assert indexed(beto) >= before + 5
    agree(*three)


def test_words_that_wait_are_kept_when_the_project_closes(three: list[Laptop]) -> None:
    ana = three[0]
    ana.person("Rosa Andi")
    ana.reopen()
    assert waits(ana) >= 1
    assert found(ana, "andi") == ["Rosa Andi"]


def test_they_are_brought_in_step_by_step_behind_whoever_works(
    three: list[Laptop], monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = three[0]
    waiting.look(ana.project)
    for number in range(5):
        ana.person(f"Persona {number}")
    monkeypatch.setattr(waiting, "_BLOCKS", 1)
    before = waits(ana)
    assert before == 5
    while before:
        assert not waiting.look(ana.project) or waits(ana) == 0
        assert 0 < before - waits(ana) <= 2
        before = waits(ana)


def test_more_words_than_a_block_takes_are_found_at_once(
    three: list[Laptop], monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = three[0]
    monkeypatch.setattr(waiting_words, "MAX_BYTES", 20)
    ana.person("Rosa " + "Andi " * 10)
    assert waits(ana) == 0
    assert len(found(ana, "andi")) == 1


WORD = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=9)


@given(st.dictionaries(st.integers(0, 5000), WORD))
def test_words_come_out_of_blocks_as_they_went_in(words: dict[int, str]) -> None:
    out: dict[int, str] = {}
    for block, some in waiting_words.by_block(words):
        packed = waiting_words.pack(some)
        assert packed is not None
        out |= waiting_words.unpack(block, packed)
    assert list(out.items()) == sorted(words.items())


@pytest.mark.parametrize(
    "plain",
    [
        b"",
        b"\0\0",
        b"\0\1\0",
        b"\0\1\0\2two is beyond a block of two",
        b"\0\2\0\0\0\0twice\0the same",
        b"\0\2\0\1\0\0in disorder\0these",
        b"\0\2\0\0\0\1only one",
        b"\0\1\0\0\xff",
    ],
)
def test_what_is_no_block_is_refused(plain: bytes) -> None:
    with pytest.raises(Malformed):
        waiting_words.unpack(0, zstandard.compress(plain))


@given(st.binary())
def test_any_bytes_are_a_block_or_refused(raw: bytes) -> None:
    with contextlib.suppress(Malformed):
        waiting_words.unpack(0, raw)


def test_what_lies_behind_a_block_is_refused() -> None:
    packed = waiting_words.pack({0: "chonta"})
    assert packed is not None
    with pytest.raises(Malformed):
        waiting_words.unpack(0, packed + b"more")


def test_a_block_of_nothing_but_ends_takes_no_more_room_than_it_opens_to() -> None:
    swollen = zstandard.compress(b"\0\1\0\0" + bytes(8 << 20))

    def give_up() -> None:
        with pytest.raises(Malformed):
            waiting_words.unpack(0, swollen)

    assert peak(give_up) < 12 << 20


def test_a_search_within_a_transaction_finds_what_it_left_alone(three: list[Laptop]) -> None:
    ana = three[0]
    one = ana.person("Chonta")
    ana.person("Chonta Andi")
    with ana.project.ledger.writing():
        ana.edit(one, name="Yuca")
        assert found(ana, "chonta") == ["Chonta Andi"]
        assert found(ana, "yuca") == ["Yuca"]


def test_a_block_that_opens_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = waiting_words.pack({0: "chonta"})
    assert packed is not None
    monkeypatch.setattr(waiting_words, "MAX_BYTES", 5)
    with pytest.raises(Malformed):
        waiting_words.unpack(0, packed)
    silent = zstandard.ZstdCompressor(write_content_size=False).compress(bytes(9))
    with pytest.raises(Malformed):
        waiting_words.unpack(0, silent)


def test_nothing_of_what_was_changed_or_taken_away_waits_on(three: list[Laptop]) -> None:
    ana = three[0]
    changed, gone = ana.person("Chonta"), ana.person("Yuca")
    ana.edit(changed, name="Guayusa")
    records.delete(ana.project, gone)
    assert found(ana, "chonta") == found(ana, "yuca") == []
    assert found(ana, "guayusa") == ["Guayusa"]


def test_what_failed_leaves_no_words(three: list[Laptop]) -> None:
    ana = three[0]
    before = waits(ana)
    with contextlib.suppress(ZeroDivisionError), ana.project.ledger.writing():
        ana.person("Chonta")
        raise ZeroDivisionError
    assert waits(ana) == before
    assert found(ana, "chonta") == []


def test_tidying_and_rebuilding_leave_nothing_waiting(three: list[Laptop]) -> None:
    ana = three[0]
    ana.person("Chonta")
    ana.project.ledger.projection.purge()
    assert waits(ana) == 0
    ana.person("Yuca")
    ana.project.ledger.rebuild()
    assert found(ana, "yuca") == ["Yuca"]
    assert found(ana, "chonta") == ["Chonta"]
    assert checking.verify(ana.project) == []


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("homes")


@settings(max_examples=20)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["new", "edit", "delete", "restore", "step"]),
            st.integers(0, 5),
            st.lists(st.sampled_from(WORDS), min_size=1, max_size=3),
        ),
        max_size=15,
    )
)
def test_search_finds_what_is_shown_whatever_waits(
    homes: Path, cast_of_three: Cast, deeds: list[tuple[str, int, list[str]]]
) -> None:
    ana, *others = cast_of_three.copy(homes)
    shown: dict[RecordKey, str] = {}
    hidden: dict[RecordKey, str] = {}
    for deed, which, words in deeds:
        name = " ".join(words)
        here, away = list(shown), list(hidden)
        if deed == "new":
            shown[ana.person(name)] = name
        elif deed == "step":
            ana.project.ledger.projection.catch_up(1)
        elif deed == "restore" and away:
            key = away[which % len(away)]
            records.restore(ana.project, key)
            shown[key] = hidden.pop(key)
        elif here and deed == "edit":
            key = here[which % len(here)]
            ana.edit(key, name=name)
            shown[key] = name
        elif here and deed == "delete":
            key = here[which % len(here)]
            records.delete(ana.project, key)
            hidden[key] = shown.pop(key)
    for word in WORDS:
        assert found(ana, word) == sorted(one for one in shown.values() if word in one.split())
    for one in (ana, *others):
        one.close()
