"""The meeting desk's commands on a real store: what they write, refuse, and take back."""

from __future__ import annotations

import pytest

from app.errors import KipuError
from app.models.commands import meetings, records
from app.models.commands.meetings import Totals
from app.models.meetings.chain import is_intact
from app.models.meetings.papers import acta_of
from app.models.queries.meetings import (
    desk,
    find_attendees,
)
from app.models.queries.meetings.reading import read
from tests.models.laptops import Laptop
from tests.models.meeting_room import SEATS, Room, make_room, new_meeting

ROLES = [role for role, _holder, _alternate in SEATS]


# -- planning --------------------------------------------------------------------------------------


def test_a_meeting_comes_with_its_agenda_its_seats_and_a_provisional_number(room: Room) -> None:
    shown = room.desk
    assert (shown.number, shown.provisional, shown.status) == ("001-2026", True, "planned")
    assert [one.type for one in shown.agenda] == [
        "quorum", "opening", "approval", "follow_up", "other_business", "closing",
    ]  # fmt: skip
    assert [(one.role, one.name, one.presence) for one in shown.attendance] == [
        (role, holder, "expected") for role, holder, _alternate in SEATS
    ]
    assert shown.previous is None
    assert not shown.quorum.met
    assert shown.quorum.second_call_at == "14:30"


def test_open_commitments_are_carried_the_one_due_first_at_the_top(room: Room) -> None:
    project = room.project
    for text, due in (("Tarde", "2027-01-01"), ("Pronto", "2026-12-01"), ("Cuándo", "")):
        meetings.commit(project, room.meeting, text, "Rosa", due)
    met = meetings.commit(project, room.meeting, "Hecho", "Rosa").key
    assert met is not None
    records.edit(project, met, {"status": "met"})
    later = desk(project, new_meeting(project, room.committee, "2026-12-18"))
    assert [one.text for one in later.follow_ups] == ["Pronto", "Tarde", "Cuándo"]
    assert later.follow_ups[0].item == later.agenda[3].key
    assert later.number == "002-2026"


def test_a_late_call_is_said_to_be_late(room: Room) -> None:
    late = meetings.call_sent(room.project, room.meeting, "letter", "2026-11-19", "15:00")
    assert late.notice == "The call goes out 23 hours before; 48 are asked for (Ordenanza 12)."
    in_time = meetings.call_sent(room.project, room.meeting, "letter", "2026-11-18", "14:00")
    assert in_time.notice == ""
    assert room.desk.status == "called"


# -- attendance ------------------------------------------------------------------------------------


def test_a_few_letters_check_somebody_in_and_several_fits_are_asked_about(room: Room) -> None:
    done = meetings.check_in(room.project, room.meeting, "policia", "14:02")
    assert done.words == "check in Jorge Mena (Policía Nacional)"
    assert [one.name for one in find_attendees(room.desk, "and")] == ["Luis Andi", "Inés Andrade"]
    with pytest.raises(KipuError, match=r"fits several: Luis Andi .*, Inés Andrade"):
        meetings.check_in(room.project, room.meeting, "and")
    with pytest.raises(KipuError, match="Nobody on the attendance list fits “obispo”"):
        meetings.check_in(room.project, room.meeting, "obispo")
    again = meetings.check_in(room.project, room.meeting, "mena")
    assert again.notice == "Jorge Mena (Policía Nacional) is here since 14:02."
    assert again.undo is None


def test_the_alternates_name_brings_the_alternate_in(room: Room) -> None:
    meetings.check_in(room.project, room.meeting, "ana loor", "14:00")
    [one] = [one for one in room.desk.attendance if one.is_present]
    assert (one.name, one.capacity, one.role) == ("Ana Loor", "alternate", "Policía Nacional")
    with pytest.raises(KipuError, match="no alternate on record"):
        meetings.alternate(room.project, room.meeting, "Iglesia")
    meetings.alternate(room.project, room.meeting, "Iglesia", "Juan Pérez", "14:01")
    assert room.desk.quorum_at("14:01").present == 2


def test_leaving_and_coming_back_is_counted_to_the_minute(room: Room) -> None:
    room.open()
    left = meetings.check_out(room.project, room.row("Alcaldía"), "14:20")
    assert left.notice == "There is no quorum: 2 of 5 seats, 3 needed (Art. 12)."
    with pytest.raises(KipuError, match="is not here"):
        meetings.check_out(room.project, room.row("Alcaldía"), "14:21")
    with pytest.raises(KipuError, match="cannot come back before"):
        meetings.check_in(room.project, room.meeting, "alcald", "14:10")
    back = meetings.check_in(room.project, room.meeting, "alcald", "14:40")
    assert back.notice.startswith("There is a quorum")
    meetings.check_out(room.project, room.row("Alcaldía"), "14:50")
    meetings.check_in(room.project, room.meeting, "alcald", "15:00")
    times = ("14:10", "14:20", "14:39", "14:40", "14:50", "15:00")
    assert [room.desk.quorum_at(at).present for at in times] == [3, 2, 2, 3, 2, 3]
    [mayor] = [one for one in room.desk.attendance if one.role == "Alcaldía"]
    assert [(stay.arrived, stay.departed) for stay in mayor.stays] == [
        ("14:00", "14:20"), ("14:40", "14:50"), ("15:00", ""),
    ]  # fmt: skip


def test_an_alternate_takes_the_seat_its_holder_left(room: Room) -> None:
    room.open()
    with pytest.raises(KipuError, match="note that they left"):
        meetings.alternate(room.project, room.meeting, "Alcaldía")
    meetings.check_out(room.project, room.row("Alcaldía"), "14:30")
    meetings.alternate(room.project, room.meeting, "Alcaldía", at="14:31")
    assert room.desk.quorum_at("14:31").present == 3
    names = [one.name for one in room.desk.attendance if one.role == "Alcaldía"]
    assert names == ["Elena Grefa", "Pedro Vargas"]


def test_delegates_guests_and_excuses(room: Room) -> None:
    project, meeting = room.project, room.meeting
    meetings.delegate(project, meeting, "Iglesia", "Hna. Rut", "Oficio 14", "14:00")
    meetings.guest(project, meeting, "Ministerio del Interior", "MDI", "14:00")
    meetings.excuse(project, room.row("Gobernación"), "de viaje")
    shown = {one.name: one for one in room.desk.attendance}
    assert (shown["Hna. Rut"].capacity, shown["Hna. Rut"].delegation) == ("delegate", "Oficio 14")
    assert not shown["Ministerio del Interior"].counts
    assert shown["Luis Andi"].presence == "excused"
    with pytest.raises(KipuError, match="has no seat"):
        meetings.alternate(project, meeting, "ministerio", "Otro")
    with pytest.raises(KipuError, match="was here"):
        meetings.excuse(project, shown["Hna. Rut"].key)


# -- the session -----------------------------------------------------------------------------------


def test_a_session_opens_with_a_quorum_only_and_only_once(room: Room) -> None:
    room.come("Alcaldía", "Iglesia")
    with pytest.raises(KipuError, match="There is no quorum: 2 of 5"):
        meetings.install(room.project, room.meeting, "14:05")
    room.open("Junta parroquial")
    assert (room.desk.status, room.desk.installed_at) == ("in_session", "14:05")
    [check] = room.desk.checks
    assert (check.present, check.required, check.entitled, check.met) == (3, 3, 5, True)
    with pytest.raises(KipuError, match="opened already, at 14:05"):
        meetings.install(room.project, room.meeting)
    with pytest.raises(KipuError, match="has not begun"):
        meetings.cancel(room.project, room.meeting)


def test_the_second_call_waits_its_time_and_leaves_both_counts(room: Room) -> None:
    room.come("Iglesia")
    with pytest.raises(KipuError, match=r"may be made from 14:30 \(Art. 13\)"):
        meetings.second_call(room.project, room.meeting, "14:29")
    done = meetings.second_call(room.project, room.meeting, "14:30")
    assert done.notice == "There is a quorum: 1 of 5 seats, 1 needed (Art. 13)."
    assert [(one.call, one.met) for one in room.desk.checks] == [
        ("first", False), ("second", True),
    ]  # fmt: skip
    assert room.desk.second_call
    assert room.desk.status == "in_session"


def test_without_a_second_call_in_the_rules_there_is_none(begun: Laptop) -> None:
    room = make_room(begun, second_call_after=None)
    with pytest.raises(KipuError, match="have no second call"):
        meetings.second_call(room.project, room.meeting, "15:00")
    room.come(*ROLES)
    with pytest.raises(KipuError, match="There is a quorum"):
        meetings.not_installed(room.project, room.meeting, "15:00")


def test_a_meeting_that_was_not_installed_has_an_act_of_its_own(room: Room) -> None:
    room.come("Iglesia")
    meetings.not_installed(room.project, room.meeting, "15:00")
    shown = room.desk
    assert (shown.status, shown.ends) == ("no_quorum", "15:00")
    acta = acta_of(room.project, room.meeting)
    assert not acta.installed
    assert [(one.present, one.reached) for one in acta.quorum] == [(1, False)]
    with pytest.raises(KipuError, match="not open yet"):
        meetings.vote(room.project, room.motion(), Totals(1, 0))
    meetings.approve(room.project, room.meeting, "2026-11-27")
    meetings.close(room.project, room.meeting)
    assert room.desk.status == "no_quorum"


# -- the agenda ------------------------------------------------------------------------------------


def test_points_are_added_before_the_closing_ones_moved_begun_and_finished(room: Room) -> None:
    project, meeting = room.project, room.meeting
    new = meetings.add_item(project, meeting, "Alarmas").key
    assert new is not None
    assert [one.title for one in room.desk.agenda][4] == "Alarmas"
    meetings.move_item(project, new, None)
    assert room.desk.agenda[0].key == new
    meetings.move_item(project, new, room.desk.agenda[-1].key)
    assert room.desk.agenda[-1].key == new
    meetings.start_item(project, new, "14:10")
    meetings.start_item(project, room.desk.agenda[0].key, "14:20")
    states = [(one.state, one.started, one.finished) for one in room.desk.agenda]
    assert states[-1] == ("done", "14:10", "14:20")
    assert states[0] == ("running", "14:20", "")
    meetings.set_text(project, new, "Se oyó a los vecinos.\n\nSiguió el debate.")
    assert room.desk.agenda[-1].text.endswith("el debate.")
    meetings.finish_item(project, room.desk.agenda[0].key, "14:30")
    assert room.desk.running is None


def test_a_commitment_names_nobody_who_is_not_here(room: Room) -> None:
    nobody = room.committee.id.hex()
    with pytest.raises(KipuError, match="neither a person nor somebody on this list"):
        meetings.commit(room.project, room.meeting, "Alumbrado", nobody)
    with pytest.raises(KipuError, match="no organisation with the id"):
        meetings.commit(room.project, room.meeting, "Alumbrado", "Rosa", organisation=nobody)
    assert room.desk.commitments == ()


def test_a_closed_act_keeps_the_names_it_was_closed_with(room: Room) -> None:
    person = records.new(room.project, "person", {"name": "Yolanda Tanguila"}, room.laptop.space())
    row = room.row("Alcaldía")
    meetings.edit_attendance(room.project, row, {"person": person.id.hex(), "name": None})
    room.come(*ROLES)
    meetings.install(room.project, room.meeting, "14:10")
    meetings.end(room.project, room.meeting, "15:00")
    meetings.approve(room.project, room.meeting, "2026-12-01")
    meetings.close(room.project, room.meeting)
    room.laptop.edit(person, name="Otra Persona")
    room.laptop.edit(room.committee, name="Otro Consejo")
    said = acta_of(room.project, room.meeting)
    assert "Yolanda Tanguila" in [one.name for one in said.attendance]
    assert said.committee != "Otro Consejo"
    assert is_intact(read(room.project, room.meeting))
