"""Interviews as the model ends them: by the form's own word, broken off, timed, and Kipu's forms."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from app.errors import KipuError
from app.forms import Definition, Session, from_file
from app.models import drafts, own_forms, spaces
from app.models.commands import surveys
from app.models.project import Project
from app.models.queries import records
from app.models.queries import surveys as reading
from sync import engine
from tests.models.laptops import Laptop
from tests.sync.sharing import MemoryRemote

NAMES = [one.name for one in own_forms.OWN]
EVERYBODY = {"/visita/sector": "Curaray", "/visita/area": "rural"}


@pytest.fixture
def project(laptop: Laptop) -> Project:
    return laptop.project


def own(name: str) -> Definition:
    return from_file(own_forms.read(name), f"{name}.md")


def begin(project: Project, name: str) -> drafts.Draft:
    key = surveys.import_own(project, name)
    form = reading.form_of(project, key.id.hex())
    return surveys.start(project, form, spaces.only_space(project).id)


@pytest.mark.parametrize("name", NAMES)
def test_own_forms_are_whole_in_both_languages(name: str) -> None:
    form = own(name)
    assert form.warnings == ()
    assert form.languages == ("Español (es)", "English (en)")
    for language in form.languages:
        session = Session(form, language=language)
        for path, question in form.questions.items():
            state = session.state(path)
            if question.asked:
                assert state.label, (path, language)
                assert all(label != code for code, label in state.choices), (path, language)


@pytest.mark.parametrize("name", NAMES)
def test_own_forms_name_nobody_and_ask_nothing_that_endangers(name: str) -> None:
    source = own_forms.read(name).decode()
    asked = " ".join(one.partition("|")[0] for one in re.findall(r"¿[^|?]*\?", source)).lower()
    for word in ("quién fue", "esposo", "pareja", "su nombre", "teléfono es", "violación"):
        assert word not in asked
    assert "911" in source


def test_a_refusal_ends_the_household_interview(project: Project) -> None:
    draft = begin(project, "hogar")
    given = {**EVERYBODY, "adulto": "si", "acepta": "no", "motivo_rechazo": "Sin tiempo"}
    assert surveys.answer(project, draft, given).errors == {}
    session = surveys.session_of(project, drafts.require(project, draft.id))
    assert list(session.walk())[-1] == "/consentimiento/gracias_no"
    key = surveys.finish(project, drafts.require(project, draft.id))
    assert records.values(project, key)["status"] == "refused"


def test_the_people_offered_follow_the_nationality() -> None:
    session = Session(own("hogar"))
    for name, value in {"adulto": "si", "acepta": "si", "etnia": "indigenous"}.items():
        session.set(session.resolve(name), value)
    session.set(session.resolve("nacionalidad"), "shuar")
    assert not session.is_relevant(session.resolve("pueblo"))
    session.set(session.resolve("nacionalidad"), "kichwa")
    offered = [code for code, _label in session.state(session.resolve("pueblo")).choices]
    assert "saraguro" in offered
    assert "afroecuatoriano" not in offered
    session.set(session.resolve("pueblo"), "saraguro")
    session.set(session.resolve("etnia"), "afro_descendant")
    assert session.value(session.resolve("pueblo")) is None


def test_each_crime_is_followed_up_only_where_it_was_suffered() -> None:
    session = Session(own("hogar"))
    given = {"adulto": "si", "acepta": "si", "hurto": "si", "hurto_denuncia": "no", "estafa": "no"}
    for name, value in given.items():
        session.set(session.resolve(name), value)
    asked = {path.rpartition("/")[2] for path in session.walk()}
    assert {"hurto_veces", "hurto_mes", "hurto_lugar", "hurto_porque_no"} <= asked
    assert not {"hurto_satisfecho", "estafa_veces", "vehiculo"} & asked
    assert session.value(session.resolve("delitos_contados")) == "1"


def test_the_same_own_form_is_not_imported_twice(project: Project) -> None:
    surveys.import_own(project, "recorrido")
    with pytest.raises(KipuError):
        surveys.import_own(project, "recorrido")
    with pytest.raises(KipuError, match="hogar"):
        surveys.import_own(project, "nothing")


def test_an_abandoned_interview_keeps_its_answers_and_says_why(project: Project) -> None:
    draft = begin(project, "hogar")
    surveys.answer(project, draft, {**EVERYBODY, "adulto": "si", "acepta": "si", "personas": 99})
    with pytest.raises(KipuError):
        surveys.abandon(project, drafts.require(project, draft.id), "interrupted", " ")
    with pytest.raises(KipuError):
        surveys.abandon(project, drafts.require(project, draft.id), "complete", "no")
    kept = drafts.require(project, draft.id)
    key = surveys.abandon(project, kept, "interrupted", "Llegó la lluvia")
    values = records.values(project, key)
    assert (values["status"], values["refusal_reason"]) == ("interrupted", "Llegó la lluvia")
    assert values["/visita/sector"] == "Curaray"
    assert "/persona/personas" not in values
    assert drafts.find(project, draft.id) is None


def test_todays_interviews_know_what_became_of_them(laptop: Laptop) -> None:
    project = laptop.project
    draft = begin(project, "hogar")
    surveys.answer(project, draft, {**EVERYBODY, "adulto": "no"})
    key = surveys.finish(project, drafts.require(project, draft.id))
    today = date.fromtimestamp(laptop.clock_ms / 1000)
    [done] = reading.done_here(project, today.isoformat())
    assert (done.key, done.status, done.sent) == (key, "not_eligible", False)
    remote = MemoryRemote()
    engine.found(laptop.replica, remote)
    laptop.sync(remote)
    assert reading.done_here(project, today.isoformat())[0].sent
    assert reading.done_here(project, (today + timedelta(days=1)).isoformat()) == []
