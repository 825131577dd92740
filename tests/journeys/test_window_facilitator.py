"""The facilitator's weeks by keyboard alone: an interview, a focus group, and the sync."""

from __future__ import annotations

from pathlib import Path

from app.models import spaces
from app.models.commands import surveys
from app.models.project import Project
from app.models.queries import surveys as reading
from app.views.pages.form import FormPage
from app.views.pages.interviews import InterviewsPage
from app.views.widgets.answers import keys_for
from tests.journeys.keys import Keyboard, Sit, desks, desks_template, sit
from tests.models.laptops import PARISH
from tests.views.offices import FACILITATOR, elsewhere, respond

__all__ = ["desks", "desks_template", "sit"]

_MOST_QUESTIONS = 120
_LONG = "/propuesta"
_YES = {"adulto", "acepta"}


def _weeks_before(project: Project) -> None:
    """One interview that is done, and one that was broken off."""
    respond(project)
    form = reading.find_form(project, "percepcion")
    draft = surveys.start(project, form, spaces.find(project, PARISH).id)
    surveys.answer(project, draft, {"acepta": "si", "sexo": "mujer"})


def test_three_weeks_offline(desks: Path, sit: Sit) -> None:
    before = elsewhere(desks, FACILITATOR)
    _weeks_before(before.project)
    before.close()
    keys = sit(FACILITATOR)
    keys.sees("change not sent", "1 not sent, last sync", "ARJ-L2-002 · Percepción")
    _begin_interview(keys)
    # Whoever unlocks again finds the interview where it was.
    keys = sit(FACILITATOR)
    _go_on(keys)
    _focus_group(keys)
    _sync(keys, desks / "share")


# -- the interview ---------------------------------------------------------------------------------


def _begin_interview(keys: Keyboard) -> None:
    keys.press("Alt+2")
    keys.sees("Start one, go on with one", "ARJ-L2-002")
    keys.choose("Form", "ogar")
    keys.press("Ctrl+N")
    keys.sees("Barrio, recinto o comunidad", "ARJ-L2-003")
    keys.write("La Unión", "Return")
    _answer_until(keys, "personas")
    keys.write("0", "Return")
    assert _form(keys).refusal()
    keys.sees(_form(keys).refusal())
    assert _form(keys).path().endswith("/personas")
    keys.press("Backspace")
    keys.write("5")
    keys.press("F6")
    keys.sees("ARJ-L2-003 · Victimización", " answered · ")


def _go_on(keys: Keyboard) -> None:
    keys.sees("ARJ-L2-003")
    keys.tab_to("Go on: ARJ-L2-003")
    keys.press("Return")
    form = _form(keys)
    assert form.path().endswith("/personas")
    keys.sees("5")
    keys.press("Return")
    _answer_until(keys, "")
    keys.sees("Finish")
    keys.press("Return")
    keys.sees("ARJ-L2-003 is")


def _answer_until(keys: Keyboard, name: str) -> None:
    """Answer question after question, yes where it must be and no wherever it can be."""
    for _turn in range(_MOST_QUESTIONS):
        form = _form(keys)
        path = form.path()
        if path.rpartition("/")[2] == name:
            return
        question = form._interview.question(path)
        if question.kind in ("select_one", "select_multiple"):
            codes = [code for code, _label in question.choices]
            wanted = "no" if "no" in codes and path.rpartition("/")[2] not in _YES else codes[0]
            keys.press(keys_for(codes)[codes.index(wanted)])
        elif question.kind == "integer":
            keys.write("3")
        # In a long text Enter begins a line.
        keys.press("Alt+Right" if path.endswith(_LONG) else "Return")
        assert form.path() != path, f"{path}: {form.refusal()}"
    raise AssertionError("the form has no end")


def _form(keys: Keyboard) -> FormPage:
    page = keys.window.page()
    assert isinstance(page, InterviewsPage)
    form = page.interview()
    assert form is not None, keys.screen()
    return form


# -- the focus group, and the sync -----------------------------------------------------------------


def _focus_group(keys: Keyboard) -> None:
    keys.press("Alt+3", "Ctrl+N")
    keys.sees("New: Focus group")
    keys.tab_to("Topic")
    keys.write("El alumbrado del río")
    keys.sees("1 row", "kept ")
    keys.push("Sit down")
    keys.sees("not begun", "Nobody’s turn")
    for sex in ("Woman", "Man"):
        _seat(keys, sex)
    keys.press("Esc")
    keys.sees("M1 · key 1", "H1 · key 2", "not to be quoted")
    keys.press("1")
    keys.sees("M1 · 00:00:0")
    keys.write("De noche no se ve el puente.", "Ctrl+2")
    keys.write("Falta luz en la cancha.", "Return")
    keys.sees(
        "M1 · De noche no se ve el puente.", "H1 · Falta luz en la cancha.", "the talk goes on"
    )
    keys.find("Finish")
    keys.sees("Is the talk over?")
    keys.push("Finish the talk")
    keys.sees("The talk is finished; it travels with the next sync.")


def _seat(keys: Keyboard, sex: str) -> None:
    keys.press("F2")
    for consent in ("Yes", "Yes", "No", sex):
        keys.write(consent, "Tab")
    keys.press("Return")


def _sync(keys: Keyboard, share: Path) -> None:
    keys.press("Alt+8")
    keys.tab_to("Folder of the share")
    keys.press("Ctrl+A")
    keys.write(str(share), "Return")
    keys.sees("Synced. Everything is written.", "Everything is sent")
