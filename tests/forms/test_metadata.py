"""What a form asks of its device: the log, the interviewer's address and number, where it stands."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from app.forms import Session
from app.forms.audit import Log, Wish, continued, together, wish, written
from app.forms.checks.report import check
from tests.forms.conftest import form_of, table

FORM = """
    # survey
    type | name | label | parameters | trigger
    audit | audit | | location-priority=balanced location-min-interval=60 location-max-age=300 |
    email | em | | |
    phonenumber | ph | | |
    start-geopoint | began | | |
    background-audio | heard | | |
    text | t | T | |
    background-geopoint | there | | | ${t}
"""


def test_a_session_knows_what_it_is_told() -> None:
    form = form_of(FORM)
    here = "-1.49 -78 0.0 0.0"
    session = Session(
        form,
        email="ana@example.org",
        phone_number="0991234567",
        hook=lambda action, _path: here if action.kind == "setgeopoint" else None,
    )
    session.set("/t", "x")
    answers = session.answers()
    assert (answers["/em"], answers["/ph"]) == ("ana@example.org", "0991234567")
    assert (answers["/began"], answers["/there"]) == (here, here)
    assert answers.get("/heard") is None


def test_the_check_says_what_becomes_of_each() -> None:
    assert form_of(FORM).audit == Wish(place=True)
    report = check(table(FORM).encode(), "x.md")
    said = {problem.name: problem for problem in report.warnings}
    assert report.ok
    assert {"audit", "em", "ph", "began", "heard", "there"} <= said.keys()
    assert "told for today" in said["began"].message
    assert (said["heard"].sheet, said["heard"].row) == ("survey", 6)
    places = [one.message for one in report.warnings if one.name == "audit"]
    assert any("told for today" in one for one in places)


def test_what_the_log_is_to_tell_is_read_from_its_bind() -> None:
    assert wish({"{x}track-changes": "true", "{x}identify-user": "false"}) == Wish(changes=True)
    assert wish({"{x}track-changes-reasons": "on-form-edit"}) == Wish(reasons=True)


def test_the_log_closes_what_was_on_show() -> None:
    times = iter(range(100, 1_000, 100))
    log = Log(lambda: next(times))
    log.note("form start")
    log.show("question", "/a", ["/a"])
    log.show("question", "/b", ["/b"])
    log.hide()
    log.hide()
    assert log.rows() == [
        ("form start", "", 100, None, "", "", ""),
        ("question", "/a", 200, 300, "", "", ""),
        ("question", "/b", 400, 500, "", "", ""),
    ]


def test_rows_stand_in_the_order_in_which_things_began() -> None:
    times = iter(range(100, 1_000, 100))
    log = Log(lambda: next(times))
    log.show("question", "/a", ["/a"])
    log.note("constraint error")
    assert [(one[0], one[2], one[3]) for one in log.rows()] == [
        ("question", 100, 300),
        ("constraint error", 200, None),
    ]
    log.note("jump")
    log.show("end screen", "")
    log.note("form save")
    log.hide()
    assert [(one[0], one[2]) for one in log.rows()] == [
        ("question", 100), ("constraint error", 200), ("jump", 400), ("end screen", 600),
        ("form save", 700),
    ]  # fmt: skip


def test_a_row_tells_the_place_as_it_was_known_when_it_ended() -> None:
    log = Log(lambda: 1, None, (), "")
    log.note("form start")
    log.show("question", "/a", ["/a"])
    log.place = "-1.49 -78.0 420.0 12.0"
    log.show("question", "/b", ["/b"])
    log.place = ""
    log.hide()
    data = written(log.rows(), "data", Wish(place=True, changes=True), "")
    lines = data.decode().splitlines()
    assert lines == [
        "event,node,start,end,latitude,longitude,accuracy,old-value,new-value",
        "form start,,1,,,,,,",
        "question,/data/a,1,1,-1.49,-78.0,12.0,,",
        "question,/data/b,1,1,,,,,",
    ]
    assert b"-78" not in written(log.rows(), "data", Wish(), "")


def test_paths_begin_at_the_root_and_words_keep_to_their_cells() -> None:
    rows = [
        ("question", "/a", 1, 2, 'x,\n"y"', "=1", ""),
        ("change reason", "", 3, None, "", "", ""),
        ("form finalize", "", 3, None, "", "", ""),
    ]
    asked = Wish(changes=True, user=True, reasons=True, place=True)
    data = written(rows, "data", asked, "Ana, hija", "misheard")
    read = list(csv.DictReader(io.StringIO(data.decode())))
    assert list(read[0]) == [
        "event", "node", "start", "end", "latitude", "longitude", "accuracy", "old-value",
        "new-value", "user", "change-reason",
    ]  # fmt: skip
    assert read[0]["node"] == "/data/a"
    assert (read[0]["old-value"], read[0]["new-value"]) == ('x,\n"y"', "=1")
    assert [one["change-reason"] for one in read] == ["", "misheard", ""]
    assert {one["user"] for one in read} == {"Ana, hija"}


def test_a_log_goes_on_from_one_with_fewer_columns() -> None:
    start = ("form start", "", 1, None, "", "", "-1 -78 0.0 5.0")
    change = ("question", "/a", 2, 3, "x,\n1", 'y"', "")
    old = written([start, change], "data", Wish(changes=True), "")
    new = written([start], "data", Wish(changes=True, place=True, user=True), "Ana")
    whole = continued(old, new).decode()
    read = list(csv.DictReader(io.StringIO(whole)))
    assert whole.startswith(new.decode().partition("\n")[0] + "\n")
    assert [one["start"] for one in read] == ["1", "2", "1"]
    assert (read[1]["old-value"], read[1]["new-value"], read[1]["user"]) == ("x,\n1", 'y"', "")
    assert (read[2]["latitude"], read[2]["accuracy"], read[2]["user"]) == ("-1", "5.0", "Ana")
    assert continued(new, new).count(b"form start") == 2
    assert continued(b"\xff no log", new) == new


@given(st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=4), min_size=1, max_size=4))
def test_what_holds_several_questions_begins_all_their_paths(parts: list[list[str]]) -> None:
    paths = ["/" + "/".join(one) for one in parts]
    common = together(paths)
    assert all(one.startswith(f"{common}/") for one in paths)
