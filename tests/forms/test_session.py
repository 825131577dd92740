"""Filling a form: what follows from an answer, what is refused, and what is handed over."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.errors import KipuError
from app.forms import Definition, FormError, Session
from tests.forms.conftest import NOW, form_of, session_of

Fill = Callable[..., Session]

HOUSEHOLD = """
# survey
type | name | label::Español (es) | label::English (en) | relevant | constraint | constraint_message::Español (es) | constraint_message::English (en) | required | calculation | hint::English (en)
start | start | | | | | | | | |
end | end | | | | | | | | |
today | today | | | | | | | | |
deviceid | device | | | | | | | | |
username | who | | | | | | | | |
text | name | Nombre | Name | | | | | yes | | As on the card
integer | age | Edad | Age | | . >= 0 and . < 120 | La edad no puede ser ${age} | Nobody is ${age} | yes | |
begin group | adult | Adulto | Adult | ${age} >= 18 | | | | | |
select_one yes_no | works | ¿Trabaja ${name}? | Does ${name} work? | | | | | yes | |
text | job | Oficio | Job | ${works} = 'yes' | | | | yes | |
decimal | income | Ingreso | Income | | . > 0 | | | | |
end group | adult | | | | | | | | |
calculate | yearly | | | | | | | | ${income} * 12 |
select_multiple tongues | tongues | Lenguas | Languages | | not(selected(., 'none') and count-selected(.) > 1) | | | | |
note | thanks | Gracias ${name} | Thank you ${name} | | | | | | |
date | born | Nacimiento | Born | | . <= today() | | | | |
calculate | spoken | | | | | | | | jr:choice-name(${works}, '${works}') |
# choices
list_name | name | label::Español (es) | label::English (en)
yes_no | yes | Sí | Yes
yes_no | no | No | No
tongues | es | Castellano | Spanish
tongues | qu | Kichwa | Kichwa
tongues | none | Ninguna | None
# settings
form_title | form_id | version | default_language
Household | hh | 7 | Español (es)
"""  # noqa: E501

SMALL = """
# survey
type | name | label | relevant | calculation | constraint
integer | a | A | | |
integer | b | B | ${a} > 1 | | . > ${a}
calculate | total | | | ${a} + coalesce(${b}, 0) |
text | c | C | ${total} > 10 | |
"""


@pytest.fixture(scope="module")
def household() -> Definition:
    return form_of(HOUSEHOLD)


@pytest.fixture
def session(household: Definition) -> Session:
    return Session(household, now=lambda: NOW, device_id="laptop-3", username="rosa")


def test_a_form_is_read_with_its_name_version_and_languages(household: Definition) -> None:
    assert (household.form_id, household.version, household.title) == ("hh", "7", "Household")
    assert household.languages == ("Español (es)", "English (en)")
    assert household.default_language == "Español (es)"
    assert household.questions["/adult/works"].kind == "select_one"
    assert household.questions["/thanks"].kind == "note"
    assert household.questions["/yearly"].kind == "hidden"


def test_a_new_response_knows_when_where_and_by_whom_it_began(session: Session) -> None:
    answers = session.answers()
    assert answers["/start"] == "2026-03-31T10:30:00.000-05:00"
    assert answers["/today"] == "2026-03-31"
    assert (answers["/device"], answers["/who"]) == ("laptop-3", "rosa")
    assert str(answers["/meta/instanceID"]).startswith("uuid:")
    assert "/end" not in answers


def test_an_answer_tells_all_that_changed(session: Session) -> None:
    outcome = session.set("/age", "30")
    assert outcome
    assert set(outcome.changed) == {"/age", "/adult", "/adult/works", "/adult/income"}
    assert session.value("/age") == 30
    assert session.set("/adult/income", 2.5).changed == ("/adult/income", "/yearly")
    assert session.value("/yearly") == "30"
    assert "/thanks" in session.set("/name", "Rosa").changed
    assert session.state("/thanks").label == "Gracias Rosa"


def test_only_what_is_relevant_is_walked(session: Session) -> None:
    def asked() -> list[str]:
        return [path.rpartition("/")[2] for path in session.walk()]

    assert asked() == ["name", "age", "tongues", "thanks", "born"]
    session.set("/age", 40)
    assert asked() == ["name", "age", "works", "income", "tongues", "thanks", "born"]
    session.set("/adult/works", "yes")
    assert "job" in asked()
    assert session.is_relevant("/adult/job")


def test_what_a_group_hides_is_kept_but_not_handed_over(session: Session) -> None:
    session.set("/age", 40)
    session.set("/adult/works", "yes")
    session.set("/adult/job", "weaver")
    session.set("/age", 9)
    assert not session.is_relevant("/adult/job")
    assert "/adult/job" not in session.finish().answers
    assert session.draft()["/adult/job"] == "weaver"
    session.set("/age", 40)
    assert session.answers()["/adult/job"] == "weaver"


def test_a_refused_value_is_kept_as_typed_and_told_in_the_language_of_the_session(
    session: Session,
) -> None:
    outcome = session.set("/age", 200)
    assert outcome.errors == {"/age": "La edad no puede ser 200"}
    assert session.value("/age") == 200
    assert session.draft()["/age"] == 200
    session.set_language("English (en)")
    assert session.errors()["/age"] == "Nobody is 200"
    assert session.state("/age").error == "Nobody is 200"
    assert not session.set("/age", 20).errors
    assert session.set("/tongues", "none es").errors == {"/tongues": "This answer is not allowed."}


def test_what_is_no_answer_is_kept_as_typed_and_counts_as_none(session: Session) -> None:
    outcome = session.set("/age", "about thirty")
    assert outcome.errors == {"/age": "This is not a whole number."}
    assert session.value("/age") == "about thirty"
    assert not session.is_relevant("/adult")
    assert "/age" not in session.answers()
    again = Session(session.definition, session.draft(), now=lambda: NOW)
    assert again.value("/age") == "about thirty"
    assert again.errors()["/age"] == "This is not a whole number."


def test_the_language_of_choices_labels_and_calculations_can_change(session: Session) -> None:
    session.set("/age", 50)
    session.set("/adult/works", "yes")
    assert session.state("/adult/works").choices == (("yes", "Sí"), ("no", "No"))
    assert session.value("/spoken") == "Sí"
    session.set_language("English (en)")
    assert session.state("/adult/works").choices[0] == ("yes", "Yes")
    assert session.state("/name").hint == "As on the card"
    assert session.value("/spoken") == "Yes"
    assert session.trail("/adult/works") == ("Adult",)
    with pytest.raises(KipuError, match="Klingon"):
        session.set_language("Klingon")


def test_what_is_missing_is_told_where_it_is_relevant(session: Session) -> None:
    assert set(session.errors()) == {"/name", "/age"}
    assert not session.finish().ok
    session.set("/name", "Rosa")
    session.set("/age", 12)
    ended = session.finish()
    assert ended.ok
    assert ended.answers["/end"] == "2026-03-31T10:30:00.000-05:00"
    assert session.set("/name", "").errors == {"/name": "An answer is needed here."}


def test_a_draft_goes_on_where_it_was_left(session: Session, household: Definition) -> None:
    session.set("/name", "Rosa")
    session.set("/age", 44)
    session.set("/adult/income", "3,5")
    draft = session.draft()
    again = Session(household, draft, now=lambda: NOW)
    assert again.draft() == draft
    assert again.value("/yearly") == "42"
    assert again.value("/meta/instanceID") == session.value("/meta/instanceID")


def test_answers_the_form_does_not_have_are_kept_aside(household: Definition) -> None:
    session = Session(household, {"/name": "Rosa", "/gone": 3}, now=lambda: NOW)
    assert session.strays == {"/gone": 3}


def test_questions_are_found_by_bare_name(session: Session) -> None:
    assert session.resolve("works") == "/adult/works"
    assert session.resolve("/adult/works") == "/adult/works"
    with pytest.raises(KipuError, match="no question"):
        session.resolve("nothing")
    twice = form_of(
        "# survey\ntype | name | label\nbegin group | a | A\ntext | x | X\nend group | |\n"
        "begin group | b | B\ntext | x | X\nend group | |\n"
    )
    with pytest.raises(KipuError, match="/a/x, /b/x"):
        twice.resolve("x")


def test_calculations_are_not_answered_by_hand(session: Session) -> None:
    with pytest.raises(KipuError, match="yearly"):
        session.set("/yearly", 3)
    with pytest.raises(KipuError, match="no question"):
        session.set("/nothing", 3)
    with pytest.raises(KipuError, match="no question"):
        session.set("/adult", 3)


def test_a_choice_must_be_one_of_the_list(session: Session) -> None:
    session.set("/age", 50)
    assert session.set("/adult/works", "maybe").errors["/adult/works"].startswith("“maybe”")
    assert not session.set("/tongues", ["es", "qu", "es"]).errors
    assert session.value("/tongues") == "es qu"


def test_consequences_reach_as_far_as_they_go(fill: Fill) -> None:
    session = fill(SMALL, a=5, b=7)
    assert session.value("/total") == "12"
    assert session.is_relevant("/c")
    assert session.set("/a", 8).errors == {"/b": "This answer is not allowed."}
    session.set("/a", 0)
    assert session.value("/total") == "0"
    assert not session.is_relevant("/c")
    assert session.value("/b") == 7


def test_irrelevant_answers_read_as_empty(fill: Fill) -> None:
    session = fill(
        """
        # survey
        type | name | label | relevant | calculation
        integer | a | A | |
        text | b | B | ${a} = 1 |
        calculate | seen | | | string-length(${b})
        """,
        a=1,
        b="hello",
    )
    assert session.value("/seen") == "5"
    session.set("/a", 2)
    assert session.value("/seen") == "0"


def test_rules_that_wait_for_one_another_are_named() -> None:
    with pytest.raises(FormError, match="a → c → b → a"):
        form_of(
            """
            # survey
            type | name | label | calculation
            calculate | a | | ${c} + 1
            calculate | b | | ${a} + 1
            calculate | c | | ${b} + 1
            """
        )
    with pytest.raises(FormError, match="wait for one another: g → g"):
        form_of(
            """
            # survey
            type | name | label | relevant
            begin group | g | G | ${x} > 1
            integer | x | X |
            end group | | |
            """
        )


def test_a_field_list_is_one_page() -> None:
    session = session_of(
        """
        # survey
        type | name | label | appearance | relevant
        text | a | A | |
        begin group | g | G | field-list |
        text | b | B | |
        text | c | C | | ${a} = 'x'
        end group | | | |
        begin group | h | H | field-list | ${a} = 'x'
        text | d | D | |
        end group | | | |
        """
    )
    assert [(page.group, page.questions) for page in session.pages()] == [
        ("", ("/a",)),
        ("/g", ("/g/b",)),
    ]
    session.set("/a", "x")
    assert [page.questions for page in session.pages()] == [("/a",), ("/g/b", "/g/c"), ("/h/d",)]


def test_defaults_belong_to_new_responses_only() -> None:
    form = form_of("# survey\ntype | name | label | default\ninteger | a | A | 3\n")
    assert Session(form, now=lambda: NOW).value("/a") == 3
    assert Session(form, {}, now=lambda: NOW).value("/a") is None


def test_what_is_readonly_is_not_answered() -> None:
    session = session_of(
        "# survey\ntype | name | label | read_only | default\ntext | a | A | |\n"
        "text | b | B | ${a} = 'x' | kept\n"
    )
    session.set("/b", "mine")
    assert "/b" in session.set("/a", "x").changed
    assert session.state("/b").readonly
    with pytest.raises(KipuError, match="b"):
        session.set("/b", "other")


def test_a_rule_that_cannot_be_worked_out_is_told_and_stops_nothing() -> None:
    session = session_of(
        "# survey\ntype | name | label | calculation\ntext | a | A |\n"
        "calculate | found | | regex('x', ${a})\ntext | b | B |\n"
    )
    outcome = session.set("/a", "(")
    assert "regular expression" in outcome.errors["/found"]
    assert not session.set("/b", "fine").errors
    assert "/found" in session.errors()
    session.set("/a", "x")
    assert "/found" not in session.errors()


def test_an_acknowledgement_is_an_answer() -> None:
    session = session_of("# survey\ntype | name | label | required\nacknowledge | ok | OK | yes\n")
    assert session.state("/ok").kind == "acknowledge"
    assert session.errors()
    session.set("/ok", "OK")
    assert session.finish().answers["/ok"] == "OK"


def test_what_a_predicate_reads_through_current_is_followed() -> None:
    form = Definition.from_xform(
        """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">
        <h:head><model>
        <instance><data><g><want/><price/></g></data></instance>
        <instance id="l"><root><item><n>a</n><p>3</p></item><item><n>b</n><p>4</p></item></root>
        </instance>
        <bind nodeset="/data/g/price"
          calculate="instance('l')/root/item[n = current()/../want]/p"/>
        </model></h:head><h:body><input ref="/data/g/want"/></h:body></h:html>"""
    )
    session = Session(form, now=lambda: NOW)
    assert session.set("/g/want", "b").changed == ("/g/want", "/g/price")
    assert session.value("/g/price") == "4"


def test_questions_may_be_called_like_the_parts_of_a_form() -> None:
    form = form_of(
        "# survey\ntype | name | label\ntext | entity | E\ntext | action | A\n"
        "text | setvalue | S\ntext | repeat | R\n"
    )
    session = Session(form, {"/entity": "e", "/action": "a"}, now=lambda: NOW)
    assert session.value("/action") == "a"


def test_a_label_is_shown_even_if_what_it_quotes_cannot_be_worked_out() -> None:
    form = Definition.from_xform(
        """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">
        <h:head><model><instance><data><a/></data></instance></model></h:head><h:body>
        <input ref="/data/a"><label>So <output value="regex(/data/a, '(')"/> it is</label></input>
        </h:body></h:html>"""
    )
    assert Session(form, now=lambda: NOW).state("/a").label == "So … it is"


def test_a_choice_given_as_a_list_is_shown_again_as_written(session: Session) -> None:
    session.set("/tongues", ["es", "xx"])
    assert session.value("/tongues") == "es xx"
    assert "“xx”" in session.errors()["/tongues"]
