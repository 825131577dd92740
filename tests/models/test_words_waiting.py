"""Words that came in large numbers wait for the search index; whoever searches never notices."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.models import checking
from app.models.commands import records
from app.models.ledger import RecordKey, projection
from app.models.queries import lists, waiting
from app.models.queries.lists import Listing
from tests.models.laptops import Cast, Laptop, agree, settle, shared

WORDS = ("chonta", "yuca", "guayusa", "puma")


@pytest.fixture(autouse=True)
def _all_words_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projection, "_AT_ONCE", 0)


def found(laptop: Laptop, words: str) -> list[str]:
    rows = lists.every(laptop.project, Listing("person", words=words))
    return sorted(str(row.values["name"]) for row in rows)


def waits(laptop: Laptop) -> int:
    return int(laptop.project.store.value("SELECT count(*) FROM words_waiting"))


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
    monkeypatch.setattr(waiting, "_STEP", 2)
    for left in (3, 1, 0):
        assert not waiting.look(ana.project) or left == 0
        assert waits(ana) == left


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
