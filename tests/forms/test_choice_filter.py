"""Choices that depend on other answers (choice_filter): what is offered, dropped and refused."""

from __future__ import annotations

from app.forms import Session
from tests.forms.conftest import NOW, form_of, session_of

TWO_LEVELS = """
    # survey
    type | name | label | choice_filter | relevant | calculation
    select_one nation | nation | Nationality | | |
    select_multiple people | people | P | nation=${nation} and name!=${not_this} | ${nation}!="none" |
    text | not_this | Leave out | | |
    begin group | inner | Inner | | ${nation} != '' |
    select_one people | second | Another | nation = current()/../../nation | |
    end group | | | | |
    calculate | told | | | | concat(${people}, '/', ${second})
    # choices
    list_name | name | label | nation
    nation | kichwa | Kichwa |
    nation | shuar | Shuar |
    nation | none | None |
    people | otavalo | Otavalo | kichwa
    people | saraguro | Saraguro | kichwa
    people | untsuri | Untsuri | shuar
"""


def offered(session: Session, name: str) -> list[str]:
    return [code for code, _label in session.state(session.resolve(name)).choices]


def test_what_is_offered_follows_the_answer_it_depends_on() -> None:
    session = session_of(TWO_LEVELS)
    assert offered(session, "people") == []
    done = session.set("/nation", "kichwa")
    assert {"/people", "/inner/second"} <= set(done.changed)
    assert offered(session, "people") == ["otavalo", "saraguro"]
    assert offered(session, "second") == ["otavalo", "saraguro"]
    session.set("/not_this", "otavalo")
    assert offered(session, "people") == ["saraguro"]


def test_a_selection_no_longer_offered_is_dropped_and_what_follows_knows() -> None:
    session = session_of(TWO_LEVELS)
    session.set("/nation", "kichwa")
    session.set("/people", ["otavalo", "saraguro"])
    session.set("/inner/second", "saraguro")
    session.set("/not_this", "otavalo")
    assert session.value("/people") == "saraguro"
    assert session.value("/told") == "saraguro/saraguro"
    session.set("/nation", "shuar")
    assert session.value("/people") is None
    assert session.value("/told") == "/"
    assert session.errors() == {}


def test_what_is_not_offered_is_refused_and_kept_as_given() -> None:
    session = session_of(TWO_LEVELS)
    session.set("/nation", "shuar")
    done = session.set("/people", "otavalo")
    assert "otavalo" in done.errors["/people"]
    assert session.value("/people") == "otavalo"
    assert "/people" not in session.answers()


def test_answers_may_come_in_any_order() -> None:
    session = session_of(TWO_LEVELS)
    assert session.set("/people", "otavalo").errors
    assert not session.set("/nation", "kichwa").errors
    assert session.answers()["/people"] == "otavalo"


def test_a_selection_rests_while_its_question_does_not_apply() -> None:
    session = session_of(TWO_LEVELS)
    session.set("/nation", "kichwa")
    session.set("/people", "otavalo")
    session.set("/nation", "none")
    assert session.value("/people") == "otavalo"
    session.set("/nation", "kichwa")
    assert session.answers()["/people"] == "otavalo"


def test_a_draft_goes_on_and_what_it_may_not_hold_is_told() -> None:
    form = form_of(TWO_LEVELS)
    good = Session(form, {"/nation": "kichwa", "/people": "otavalo"}, now=lambda: NOW)
    assert good.errors() == {}
    wrong = Session(form, {"/nation": "shuar", "/people": "otavalo"}, now=lambda: NOW)
    assert "otavalo" in wrong.errors()["/people"]
    assert wrong.draft()["/people"] == "otavalo"


def test_what_filters_may_be_calculated_and_may_fail_without_harm() -> None:
    session = session_of(
        """
        # survey
        type | name | label | choice_filter | calculation
        integer | age | Age | |
        calculate | band | | | if(${age} < 18, 'minor', 'adult')
        select_one school | school | School | band = ${band} |
        # choices
        list_name | name | label | band
        school | primary | Primary | minor
        school | university | University | adult
        """
    )
    session.set("/age", 10)
    assert offered(session, "school") == ["primary"]
    session.set("/school", "primary")
    session.set("/age", 30)
    assert session.value("/school") is None
    assert offered(session, "school") == ["university"]
