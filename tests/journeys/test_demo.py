"""The demo is a whole project: sound on every laptop, the same on all, and with the promised mess."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from app.demo import FULL, PASSPHRASE, SMALL, answers
from app.demo.moments import TODAY, Calendar
from app.demo.story import LAPTOPS, Size
from tests.journeys.desk import Desk, agree
from tests.reader.compared import same

PAPERS = {
    "acta.pdf", "acta.docx", "acta-borrador.pdf", "acta-borrador.docx", "convocatoria.pdf",
    "hoja-de-asistencia.pdf", "nota-de-campo.pdf", "nota-de-campo.docx", "hogares.csv",
    "hogares.xlsx", "compromisos.xlsx",
}  # fmt: skip


class Made:
    """A demo that was made by its verb."""

    def __init__(self, root: Path, size: Size, *options: str) -> None:
        self.size = size
        self.folder = root / "demo"
        nobody = Desk(root / "nobody", PASSPHRASE)
        self.told: dict[str, str] = nobody.tell("demo", str(self.folder), *options)

    def desk(self, name: str) -> Desk:
        return Desk(Path(self.told[name]), PASSPHRASE)

    def count(self, name: str, kind: str, *where: str) -> int:
        conditions = [word for one in where for word in ("--where", one)]
        return len(self.desk(name).tell("record", "list", kind, *conditions))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The small demo."""
    return Made(tmp_path_factory.mktemp("small"), SMALL, "--small")


def test_every_laptop_is_sound_and_all_hold_the_same(made: Made) -> None:
    for name in LAPTOPS:
        assert made.desk(name).tell("verify") == {"ok": True, "problems": []}
        assert made.desk(name).tell("status")["pending"] == 0
    agree(*(made.desk(name) for name in LAPTOPS))


def test_a_reader_written_from_the_pages_of_the_formats_sees_the_same(made: Made) -> None:
    for name in LAPTOPS:
        project = made.desk(name).open()
        try:
            same(Path(made.told["share"]) / "KIPU", project)
        finally:
            project.close()


def test_the_interviews_were_answered_to_the_end(made: Made) -> None:
    _check_interviews(made)


def _check_interviews(made: Made) -> None:
    rows = made.desk("coordinator").tell("record", "list", "response")
    assert len(rows) == made.size.interviews + 1
    by_form = Counter(row["fields"]["form_id"] for row in rows)
    assert by_form["hogar_seguridad"] == made.size.households
    assert by_form["percepcion"] == made.size.perception
    assert [row["fields"]["status"] for row in rows].count("interrupted") == 1
    drafts = made.desk("facilitator").tell("interview", "list")
    assert {one["form"] for one in drafts} == {"hogar_seguridad", "negocio_seguridad"}


def test_the_work_is_spread_over_weeks_and_today_has_a_handful(made: Made) -> None:
    _check_times(made)


def _check_times(made: Made) -> None:
    rows = made.desk("coordinator").tell("record", "list", "response")
    times = [
        (one["fields"]["form_id"], *(datetime.fromisoformat(one["fields"][name])
         for name in ("started", "finished")))
        for one in rows
    ]  # fmt: skip
    days = Counter(begun.date() for _form, begun, _ended in times)
    today = max(days)
    assert 3 <= days.pop(today) <= 6
    assert len(days) > 3
    assert max(days.values()) <= 18
    for form, begun, ended in times:
        assert begun <= ended <= begun + timedelta(hours=1)
        if begun.date() != today:
            hours = (19, 20) if form == "recorrido_exploratorio" else (8, 19)
            assert hours[0] <= begun.hour < hours[1]
    sittings = made.desk("secretary").tell("record", "list", "motion")
    history = made.desk("secretary").tell("record", "history", sittings[0]["id"])
    assert history[0]["at"][:10] < str(today), "a vote is dated by its session"


def test_nothing_in_the_demo_was_dated_by_a_doubtful_clock(made: Made) -> None:
    desk = made.desk("coordinator")
    for kind in ("organisation", "survey", "response", "meeting"):
        for one in desk.tell("record", "list", kind)[-3:]:
            acts = desk.tell("record", "history", one["id"])
            assert not [act for act in acts if act["doubtful"]]


@pytest.mark.parametrize("hour", [0, 7, 9, 12, 17, 23])
def test_today_s_interviews_lie_before_now_at_any_hour(hour: int) -> None:
    calendar = Calendar(datetime(2026, 11, 20, hour, 40))
    chance = random.Random(3)
    planned = [("percepcion", answers.perception(chance)) for _one in range(90)]
    visits = calendar.visits(planned, calendar.field_days([27]), chance)
    assert len(visits) == 90
    assert [one.begins for one in visits] == sorted(one.begins for one in visits)
    pairs = pairwise(visits)
    assert all(one.ends <= after.begins for one, after in pairs)
    own = [one for one in visits if one.begins.date() == calendar.today]
    assert len(own) == TODAY
    assert own[-1].ends < calendar.now
    assert all(one.begins.weekday() != 6 for one in visits if one not in own)
    assert all(one.begins.hour >= 8 and one.ends.hour < 18 for one in visits if one not in own)


def test_the_committees_have_met_and_one_act_is_still_a_draft(made: Made) -> None:
    _check_committees(made)


def _check_committees(made: Made) -> None:
    council, barrio = _by_committee(made)
    size = made.size
    assert Counter(one["status"] for one in council) == {
        "approved": size.council - 1, "held": 1, "planned": 1,
    }  # fmt: skip
    assert [one["closed"] for one in council].count(True) == size.council - 1
    assert {one["status"] for one in barrio} == {"approved"}
    assert len(barrio) == size.barrio
    health = made.desk("coordinator").tell("meeting", "health")
    assert [one["dormant"] for one in health["committees"]] == [True, False]
    assert health["overdue"]
    assert all(one["responsible"] for one in health["overdue"])
    assert health["clashing"] == []
    assert made.count("secretary", "commitment", "status=met") > 0


def _by_committee(made: Made) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    listed = made.desk("secretary").tell("meeting", "list")
    council = [one for one in listed if one["committee"].startswith("Consejo")]
    return council, [one for one in listed if one not in council]


def test_a_friday_s_decisions_wait_for_the_coordinator(made: Made) -> None:
    _check_friday(made)


def _check_friday(made: Made) -> None:
    desk = made.desk("coordinator")
    conflicts = {(one["kind"], one["field"]) for one in desk.tell("conflicts")}
    assert conflicts == {
        ("person", "phone"), ("response", "personas"), ("response", "propuesta"),
        ("agenda_item", "discussion"), ("commitment", "due"),
    }  # fmt: skip
    assert {one["kind"] for one in desk.tell("duplicates")} == {"person", "organisation"}
    assert [one["why"] for one in desk.tell("withheld")] == ["late"]


def test_the_groups_spoke_and_may_be_quoted(made: Made) -> None:
    groups = made.desk("facilitator").tell("record", "list", "focus_group")
    assert [one["fields"]["status"] for one in groups] == ["held"] * made.size.groups
    shown = made.desk("facilitator").tell("group", "show", groups[0]["id"])
    assert len(shown["turns"]) > 9
    assert made.desk("facilitator").tell("group", "quotes", groups[0]["id"])


def test_papers_and_tables_lie_in_the_exports(made: Made) -> None:
    exports = Path(made.told["exports"])
    assert {one.name for one in exports.iterdir()} == PAPERS
    assert all(one.stat().st_size > 1000 for one in exports.iterdir())


def test_a_folder_with_something_in_it_is_left_alone(made: Made) -> None:
    assert "not empty" in Desk(made.folder.parent / "other").refused("demo", str(made.folder))


def test_the_full_demo_is_what_was_promised() -> None:
    assert FULL.interviews == 300
    assert (FULL.council, FULL.barrio, FULL.groups) == (12, 9, 3)


def test_households_answer_for_the_crimes_they_told_of_and_for_no_other() -> None:
    chance = random.Random(7)
    for _number in range(200):
        given = answers.household(chance)
        told = {name.removesuffix("_veces") for name in given if name.endswith("_veces")}
        assert told == {name for name in answers.CRIMES if given.get(name) == "si"}
        assert (given.get("acepta") == "si") == ("presencia" in given)


@pytest.mark.long
def test_the_full_demo_is_as_sound_as_the_small_one(tmp_path: Path) -> None:
    made = Made(tmp_path, FULL)
    agree(*(made.desk(name) for name in LAPTOPS))
    for check in (_check_interviews, _check_times, _check_committees, _check_friday):
        check(made)
