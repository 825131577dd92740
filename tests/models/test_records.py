"""The declarations: whole, sensible, and the source of everything that follows from them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.errors import KipuError
from app.models import record_docs
from app.models.fields import Answers, Position, Reference, Text
from app.models.records import (
    KINDS,
    Kind,
    Problem,
    check_record,
    check_values,
    children_of,
    default_policy,
    kind,
    parent_field,
    read_texts,
    table_columns,
)
from sync.changes import Verb
from sync.roster.policy import Policy
from sync.values import ERASED

ROOT = Path(__file__).resolve().parents[2]
ID = "0123456789abcdef0123456789abcdef"
EVERY_KIND = list(KINDS.values())

# What the store's own columns and the words of the command line are called.
RESERVED = {
    "id", "rid", "sid", "kid", "rowid", "oid", "space", "kind", "parent", "fields", "at", "device",
    "created", "edited", "deleted", "closed", "state", "data", "base", "digest",
}  # fmt: skip


def test_the_kinds_of_the_foundation_are_declared() -> None:
    assert set(KINDS) == {
        "person", "consent", "organisation", "place", "committee", "seat", "meeting",
        "agenda_item", "attendance", "motion", "resolution", "commitment", "survey", "response",
        "focus_group", "participant", "turn", "attachment", "project_settings", "distinction",
        "rule_set", "reentry", "vote", "quorum_check", "follow_up", "response_row", "entity",
    }  # fmt: skip


@pytest.mark.parametrize("declared", EVERY_KIND, ids=lambda one: one.name)
def test_a_declaration_is_whole(declared: Kind) -> None:
    assert str(declared.label)
    assert str(declared.plural)
    assert str(declared.help).endswith(".")
    assert declared.listed, "a list needs columns"
    assert declared.searchable or declared.name in {"consent", "participant", "project_settings"}
    for field in declared.fields:
        assert re.fullmatch("[a-z][a-z0-9_]*", field.id)
        assert field.id not in RESERVED
        assert str(field.label)
        assert 0 <= field.sensitivity <= 3
        assert len({code for code, _label in field.choices}) == len(field.choices)
        assert field.check(field.default) == field.default
        if isinstance(field, Reference):
            assert field.kind in KINDS or not field.kind
            assert not field.in_words or isinstance(declared.field(field.in_words), Text)
    for entry in declared.title:
        for field_id in entry.split("|"):
            declared.field(field_id)
    assert declared.title_of({}) == str(declared.label)
    assert isinstance(hash(declared), int)


@pytest.mark.parametrize("declared", EVERY_KIND, ids=lambda one: one.name)
def test_few_fields_are_needed_and_their_defaults_are_fit(declared: Kind) -> None:
    needed = [field.id for field in declared.fields if field.required]
    assert len(needed) <= 1
    problems = check_record(declared, declared.defaults())
    assert [problem.field for problem in problems] == needed


def test_rows_belong_to_the_records_they_are_rows_of() -> None:
    owners = {child.name: child.parent for child in EVERY_KIND if child.parent}
    assert owners == {
        "consent": "person", "seat": "committee", "meeting": "committee",
        "agenda_item": "meeting", "attendance": "meeting", "motion": "meeting",
        "resolution": "meeting", "participant": "focus_group", "turn": "focus_group",
        "rule_set": "committee", "reentry": "attendance", "vote": "motion",
        "quorum_check": "meeting", "follow_up": "meeting", "attachment": "*",
        "response_row": "response",
    }  # fmt: skip
    assert [child.name for child in children_of("committee")] == ["seat", "rule_set", "meeting"]
    assert [one.name for one in EVERY_KIND if one.closes] == ["meeting"]
    for child in EVERY_KIND:
        owner = parent_field(child)
        assert (owner.id if owner else None) == child.owner_field
        assert isinstance(child.get("position"), Position) == child.ordered


def test_columns_come_from_the_fields_and_answers_are_no_column() -> None:
    columns = dict(table_columns(kind("response")))
    assert columns["folio"] == "TEXT"
    assert columns["consent"] == "INTEGER"
    assert "answers" not in columns
    assert kind("response").dynamic
    assert not kind("survey").dynamic
    assert dict(table_columns(kind("committee")))["functioning_score"] == "REAL"
    assert not any(isinstance(field, Answers) for field in kind("response").columns)


def test_unknown_kinds_and_fields_are_told_with_the_known_ones() -> None:
    with pytest.raises(KipuError, match="Kipu keeps no “comittee”; it keeps: person, consent"):
        kind("comittee")
    with pytest.raises(KipuError, match="“seat” has no field “rank”; it has: role, organisation"):
        kind("seat").field("rank")
    assert kind("seat").get("rank") is None


def test_a_record_is_told_everything_that_is_wrong_with_it() -> None:
    meeting = kind("meeting")
    found = check_record(meeting, {"type": "party", "starts": "9", "colour": "red"})
    assert [problem.field for problem in found] == ["date", "type", "starts", "colour"]
    assert found[0] == Problem("date", "Date is missing.")
    assert check_record(meeting, {"date": "2026-11-20", "committee": ID}) == []


def test_fields_are_compared_with_each_other_as_far_as_both_are_known() -> None:
    place = {"name": "Arajuno", "valid_from": "1996-07-25"}
    assert check_record(kind("place"), {**place, "valid_to": "1996"}) == []
    [problem] = check_record(kind("place"), {**place, "valid_to": "1995"})
    assert problem == Problem("valid_to", "A place cannot end before it begins.")


def test_answers_and_what_was_erased_do_not_spoil_a_record() -> None:
    assert check_record(kind("response"), {"/q01": {"any": 1}, "folio": "ARJ-L2-014"}) == []
    assert check_record(kind("person"), {"name": ERASED, "phone": ERASED}) == []
    assert check_record(kind("person"), {"name": "Rosa", "/q01": 1})[0].field == "/q01"


def test_written_fields_are_read_and_a_name_is_kept_where_no_id_is_known() -> None:
    attendance = kind("attendance")
    assert read_texts(attendance, {"meeting": ID.upper(), "person": "Rosa Grefa"}) == {
        "meeting": ID,
        "name": "Rosa Grefa",
    }
    assert read_texts(attendance, {"person": ID, "arrived": "9h05"}) == {
        "person": ID,
        "arrived": "09:05",
    }
    with pytest.raises(KipuError, match="Person: “Rosa” is not a record's id"):
        read_texts(attendance, {"person": "Rosa", "name": "Rosa Grefa"})
    with pytest.raises(KipuError, match="Meeting: “soon” is not a record's id"):
        read_texts(attendance, {"meeting": "soon"})
    assert read_texts(attendance, {"person": ""}) == {"person": None}


def test_typed_fields_are_brought_into_their_stored_form() -> None:
    values = {"languages": ["jiv", "es"], "birth": 1990, "name": " Rosa "}
    assert check_values(kind("person"), values) == {
        "languages": ["es", "jiv"],
        "birth": "1990",
        "name": "Rosa",
    }
    assert check_values(kind("seat"), {"committee": ID}) == {"committee": ID}
    with pytest.raises(KipuError, match="has no field “committee”"):
        check_values(kind("person"), {"committee": ID})


def test_a_record_is_named_by_its_words_and_by_those_it_points_to() -> None:
    attendance = kind("attendance")
    assert attendance.title_of({"name": "Rosa", "institution": "GAD"}) == "Rosa · GAD"
    assert attendance.title_of({"person": ID}) == "01234567"
    assert attendance.title_of({"person": ID}, lambda _kind, _record: "Rosa Grefa") == "Rosa Grefa"
    assert attendance.title_of({"name": ERASED}) == "(erased)"


def test_each_role_may_do_what_its_work_needs() -> None:
    policy = Policy(default_policy())

    def may(role: str, verb: Verb, name: str, where: str = "space") -> bool:
        return policy.allows(name, verb, where, role)

    for name in (*KINDS, "kind_of_a_later_version"):
        for verb in Verb:
            assert may("coordinator", verb, name)
            assert may("coordinator", verb, name, "common")
            assert not may("observer", verb, name)
            assert not may("facilitator", verb, name, "common")
    assert may("facilitator", Verb.CREATE, "response")
    assert may("facilitator", Verb.CREATE, "place")
    assert not may("facilitator", Verb.CREATE, "committee")
    assert may("secretary", Verb.CLOSE, "meeting")
    assert may("secretary", Verb.DELETE, "attendance")
    assert not may("secretary", Verb.CREATE, "response")
    assert not may("facilitator", Verb.CREATE, "survey")
    assert may("facilitator", Verb.EDIT, "kind_of_a_later_version")
    assert not may("facilitator", Verb.DELETE, "kind_of_a_later_version")


def test_the_page_about_records_is_fresh() -> None:
    page = (ROOT / record_docs.PAGE).read_text(encoding="utf-8")
    assert page == record_docs.render(), "run: python -m app.models.record_docs"
