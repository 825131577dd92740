"""Events and actions: what is set when a response opens, a row comes, an answer changes."""

from __future__ import annotations

import pytest

from app.forms import FormError, Session
from app.forms.definition import Action
from app.forms.events import CHANGED
from tests.forms.conftest import NOW, form_of
from tests.forms.written import bind, definition, opened


def on_change(path: str, action: str) -> str:
    """Return a question that does something whenever its answer changes."""
    return f'<input ref="{path}">{action.format("event=" + chr(34) + CHANGED + chr(34))}</input>'


def test_first_load_happens_once_and_load_every_time() -> None:
    form = definition(
        "<first/><every/>",
        model='<setvalue event="odk-instance-first-load" ref="/d/first" value="1 + 1"/>'
        '<setvalue event="odk-instance-first-load odk-instance-load" ref="/d/every">x</setvalue>',
        body='<input ref="/d/first"/><input ref="/d/every"/>',
    )
    session = opened(form)
    assert (session.value("/first"), session.value("/every")) == ("2", "x")
    again = Session(form, {}, now=lambda: NOW)
    assert (again.value("/first"), again.value("/every")) == (None, "x")


def test_a_value_set_off_by_an_answer_sets_off_the_next() -> None:
    form = definition(
        "<a/><b/><c/>",
        binds=bind("/d/c", calculate="concat(/d/b, '!')"),
        body=on_change("/d/a", '<setvalue {} ref="/d/b" value="/d/a"/>')
        + on_change("/d/b", '<setvalue {} ref="/d/a">end</setvalue>'),
    )
    session = opened(form)
    outcome = session.set("/a", "one")
    assert session.stored("/b") == "end"
    assert session.stored("/c") == "end!"
    assert {"/a", "/b", "/c"} <= set(outcome.changed)


def test_values_that_set_each_other_for_ever_come_to_an_end() -> None:
    form = definition(
        "<a/><b/>",
        body=on_change("/d/a", '<setvalue {} ref="/d/b" value="/d/a + 1"/>')
        + on_change("/d/b", '<setvalue {} ref="/d/a" value="/d/b + 1"/>'),
    )
    session = opened(form)
    session.set("/a", 1)
    assert int(session.stored("/a")) > 10


def test_opening_a_response_is_no_change() -> None:
    form = definition(
        "<a>1</a><b/>",
        body=on_change("/d/a", '<setvalue {} ref="/d/b">set</setvalue>'),
    )
    session = opened(form)
    assert session.value("/b") is None
    session.set("/a", "1")
    assert session.value("/b") is None
    session.set("/a", "2")
    assert session.value("/b") == "set"


REPEAT = (
    '<repeat nodeset="/d/m"><setvalue event="odk-new-repeat" ref="/d/m/at" value="position(..)"/>'
    '<input ref="/d/m/a"><setvalue event="xforms-value-changed" ref="/d/m/b" value="../a * 2"/>'
    "</input></repeat>"
)


def test_an_event_may_aim_at_one_row() -> None:
    form = definition(
        "<a/><m><b/></m><m><b/></m>",
        body=on_change("/d/a", '<setvalue {} ref="/d/m[position() = 2]/b" value="/d/a"/>')
        + '<repeat nodeset="/d/m"><input ref="/d/m/b"/></repeat>',
    )
    session = opened(form)
    session.set("/a", "x")
    assert [session.value(f"/m[{at}]/b") for at in (1, 2)] == [None, "x"]


def test_new_rows_are_told_from_those_the_form_brings() -> None:
    form = definition("<m><a/><b/><at/></m>", body=REPEAT)
    session = opened(form)
    session.add_repeat("/m")
    assert [session.value(f"/m[{at}]/at") for at in (1, 2)] == [None, "2"]


def test_an_event_in_a_row_stays_in_that_row() -> None:
    form = definition("<m jr:template=''><a/><b/><at/></m>", body=REPEAT)
    session = opened(form)
    session.add_repeat("/m")
    session.add_repeat("/m")
    session.set("/m[2]/a", 4)
    assert [session.value(f"/m[{at}]/b") for at in (1, 2)] == [None, "8"]


def test_rows_made_by_a_count_are_new_too() -> None:
    body = "<input ref='/d/n'/>" + REPEAT.replace('"/d/m">', '"/d/m" jr:count="/d/n">', 1)
    session = opened(definition("<n/><m jr:template=''><a/><b/><at/></m>", body=body))
    session.set("/n", 2)
    assert [session.value(f"/m[{at}]/at") for at in (1, 2)] == ["1", "2"]


def test_what_only_a_device_can_do_is_asked_of_it() -> None:
    asked: list[tuple[str, str]] = []

    def device(action: Action, path: str) -> str | None:
        asked.append((action.kind, path))
        return "-1.5 -78 0 5"

    form = definition(
        "<place/>",
        model='<odk:setgeopoint event="odk-instance-first-load" ref="/d/place"/>',
    )
    session = opened(form, hook=device)
    assert asked == [("setgeopoint", "/place")]
    assert session.value("/place") == "-1.5 -78 0 5"


def test_a_recording_is_wished_for_and_answers_all_it_is_for() -> None:
    form = definition(
        "<start/><sound/><more/>",
        model='<odk:recordaudio event="odk-instance-load" ref="/d/sound" odk:quality="low"/>',
        body='<input ref="/d/start"><odk:recordaudio event="xforms-value-changed" ref="/d/more"/>'
        "</input>",
    )
    session = opened(form)
    assert session.recording == "low"
    session.name_recording("recording-1.ogg")
    assert (session.value("/sound"), session.value("/more")) == ("recording-1.ogg", None)
    session.set("/start", "now")
    assert session.name_recording("recording-1.ogg").changed == ("/more",)
    assert session.name_recording("recording-1.ogg").changed == ()


def test_a_form_that_asks_for_no_recording_gets_none() -> None:
    session = opened(definition("<sound/>"))
    assert session.recording is None
    assert session.name_recording("recording-1.ogg").changed == ()


def test_a_value_for_new_rows_must_stand_in_its_repeat() -> None:
    with pytest.raises(FormError, match="odk-new-repeat"):
        definition(
            "<m jr:template=''><a/></m>",
            model='<setvalue event="odk-new-repeat" ref="/d/m/a">1</setvalue>',
            body='<repeat nodeset="/d/m"><input ref="/d/m/a"/></repeat>',
        )


def test_a_value_that_cannot_be_worked_out_is_told() -> None:
    form = definition(
        "<a/>", model='<setvalue event="odk-instance-load" ref="/d/a" value="distance(\'x\')"/>'
    )
    with pytest.raises(FormError, match="points"):
        opened(form).refuse_faults()


def test_a_dynamic_default_of_a_workbook_is_the_answer_of_a_new_response() -> None:
    form = form_of("# survey\ntype | name | label | default\ndate | d | D | today()\n")
    assert opened(form).value("/d") == "2026-03-31"


def test_the_last_response_saved() -> None:
    form = definition(
        "<street/>",
        model='<instance id="__last-saved" src="jr://instance/last-saved"/>'
        '<setvalue event="odk-instance-first-load" ref="/d/street" '
        "value=\"instance('__last-saved')/d/street\"/>",
    )
    assert opened(form).value("/street") is None
    saved = opened(form, last_saved="<d id='t'><street>Calle 5</street></d>")
    assert saved.value("/street") == "Calle 5"
