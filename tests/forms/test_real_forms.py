"""Real forms: the large one runs whole, the others are accepted or refused with their reasons."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from app.forms import Definition, FormError, Outcome, Question, Session, from_file
from tests.forms.conftest import NOW

REFUSED = {
    "bad_calc.xlsx": "survey, row 2, calculation (badcalc): “because pyxform doesn't know",
    "calculate_without_calculation.xls": "survey, row 34, calculation (calculate_test): ",
    "duplicate_columns.xlsx": "survey, row 1, label: Two columns",
    "all-question-types.xlsx": "survey, row 83, type (cities): The form needs the file",
    "pull_data.xlsx": "survey, row 2, calculation (fruits): The form needs the file",
    "xlsform_spec_test.xlsx": "settings, row 2, public_key: ",
}
ACCEPTED = {
    "badly_named_choices_sheet.xls": 4,
    "choice_filter_test.xlsx": 4,
    "or_other.xlsx": 4,
    "socio-economic-survey.xlsx": 18,
    "table-list.xls": 10,
    "tutorial.xls": 11,
    "who-verbal-autopsy.xlsx": 531,
    "widgets.xls": 37,
}
BROUGHT = {
    "all-question-types.xlsx": {"cities.geojson"},
    "pull_data.xlsx": {"fruits.csv"},
}
"""What makes some of the refused usable."""


def test_every_form_is_accounted_for(shared: Path) -> None:
    found = {path.name for path in (shared / "forms").glob("*.xls*")}
    assert found == REFUSED.keys() | ACCEPTED.keys()


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_place_and_reason(shared: Path, name: str) -> None:
    with pytest.raises(FormError) as caught:
        from_file((shared / "forms" / name).read_bytes(), name)
    assert str(caught.value).startswith(REFUSED[name])
    assert len(set(caught.value.problems)) == len(caught.value.problems)


@pytest.mark.parametrize("name", BROUGHT)
def test_accepted_with_their_files(shared: Path, name: str) -> None:
    from_file((shared / "forms" / name).read_bytes(), name, BROUGHT[name])


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted_and_stored_as_text(shared: Path, name: str) -> None:
    form = from_file((shared / "forms" / name).read_bytes(), name)
    assert len(form.questions) == ACCEPTED[name]
    again = Definition.from_xform(form.xform)
    assert list(again.questions) == list(form.questions)


@pytest.fixture(scope="module")
def who(shared: Path) -> Definition:
    name = "who-verbal-autopsy.xlsx"
    return from_file((shared / "forms" / name).read_bytes(), name)


def an_answer(question: Question, chance: random.Random) -> object:
    """Return something that might be answered."""
    if question.choices:
        return chance.choice(question.choices).value
    return {
        "integer": chance.choice((chance.randint(0, 40), chance.randint(0, 9_999))),
        "decimal": 1.5,
        "date": f"{chance.randint(1930, 2026)}-{chance.randint(1, 12)}-{chance.randint(1, 28)}",
    }.get(question.kind, "words")


def answered(session: Session, path: str, chance: random.Random) -> Outcome:
    question = session.definition.questions[path]
    for _attempt in range(200):
        outcome = session.set(path, an_answer(question, chance))  # type: ignore[arg-type]
        if path not in outcome.errors:
            break
    return outcome


def fill(session: Session, chance: random.Random) -> int:
    """Answer every question that comes up, in order; return how many."""
    done = {path for path in session.walk() if session.value(path) is not None}
    while True:
        path = next((one for one in session.walk() if one not in done), None)
        if path is None:
            return len(done)
        done.add(path)
        state = session.state(path)
        if state.kind != "note" and not state.readonly:
            answered(session, path, chance)


def mend(session: Session, chance: random.Random) -> None:
    """Answer again what later answers have put in the wrong, as an interviewer would."""
    for _round in range(20):
        wrong = [path for path in session.errors() if session.state(path).kind != "note"]
        if not wrong:
            return
        for path in wrong:
            if session.is_relevant(path) and path in answered(session, path, chance).errors:
                # No value fits: the unit chosen just before (days, months, years) must change.
                asked = list(session.walk())
                answered(session, asked[asked.index(path) - 1], chance)
        fill(session, chance)


def test_the_verbal_autopsy_is_filled_to_the_end_whatever_is_answered(who: Definition) -> None:
    asked = []
    for seed in range(12):
        session = Session(who, now=lambda: NOW)
        session.set(session.resolve("Id10013"), "yes")
        chance = random.Random(seed)
        asked.append(fill(session, chance))
        mend(session, chance)
        ended = session.finish()
        # A note that asks for a correction blocks the end on purpose: nothing else may.
        kinds = {who.questions[path].kind for path in ended.errors}
        assert kinds <= {"note"}, ended.errors
        afresh = Session(who, session.draft(), now=lambda: NOW)
        assert afresh.errors() == ended.errors
    assert max(asked) > 150


def test_the_verbal_autopsy_speaks_both_its_languages(who: Definition) -> None:
    session = Session(who, now=lambda: NOW, language="French")
    assert who.languages == ("English", "French")
    # Its questions are written in English only, its choices in both.
    state = session.state("/presets/Id10002")
    assert state.label.startswith("(Id10002)")
    assert dict(session.state("/respondent_backgr/Id10007a").choices)["male"] == "Masculin"
