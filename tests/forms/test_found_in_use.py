"""Faults that people met in ordinary forms, each kept from coming back."""

from __future__ import annotations

import pytest

from app.forms import Definition, Session, from_file
from app.forms.preview import preview
from app.forms.xpath.errors import XPathEvaluationError
from app.forms.xpath.patterns import matches
from tests.forms.conftest import NOW

COUNTED = """
| survey | | | | |
| | type | name | label | repeat_count |
| | integer | k | How many | |
| | begin_repeat | r | Row | ${k} |
| | text | n | Name | |
| | end_repeat | | | |
"""
UNTIL = """
| survey | | | | |
| | type | name | label | repeat_count |
| | begin_repeat | r | Row | if(indexed-repeat(${more}, ${r}, count(${r})) = 'no', count(${r}), \
count(${r}) + 1) |
| | text | who | Who? | |
| | text | more | More? | |
| | end_repeat | | | |
"""
NAMED = """
| survey | | | | |
| | type | name | label | calculation |
| | begin_repeat | r | Person | |
| | select_one sex | sex | Sex | |
| | calculate | lab | | jr:choice-name(${sex}, '${sex}') |
| | end_repeat | | | |
| choices | | | |
| | list_name | name | label |
| | sex | f | Woman |
| | sex | m | Man |
"""
WALK = """
| survey | | | | |
| | type | name | label | calculation |
| | geotrace | walk | Walk | |
| | geopoint | a | From | |
| | geopoint | b | To | |
| | calculate | len | | distance(${walk}) |
| | calculate | far | | distance(${a}, ${b}) |
"""
NUMBERS = """
| survey | | | | |
| | type | name | label | calculation |
| | text | t | Text | |
| | calculate | late | | ${t} > 3 |
| | integer | i | | ${t} |
| | decimal | d | | ${t} |
| | begin_repeat | r | Row | |
| | text | x | X | |
| | end_repeat | | | |
| | calculate | all | | sum(${x}) |
"""


def form_of(text: str) -> Definition:
    return from_file(text.encode(), "test.md")


def session_of(text: str, **options: object) -> Session:
    return Session(form_of(text), now=lambda: NOW, **options)  # type: ignore[arg-type]


WIDE = COUNTED.replace(
    "| | end_repeat",
    "".join(f"| | text | q{number} | Q | |\n" for number in range(60)) + "| | end_repeat",
)


@pytest.mark.parametrize(("form", "wanted"), [(COUNTED, 10_001), (WIDE, 1_000)])
def test_rows_that_were_not_made_keep_an_interview_from_being_finished(
    form: str, wanted: int
) -> None:
    session = session_of(form)
    outcome = session.set("/k", wanted)
    assert "more rows" in outcome.errors["/r"]
    assert not session.finish().ok
    assert list(session.errors()) == ["/r"]
    session.set("/k", 2)
    assert len(session.rows("/r")) == 2
    assert session.finish().ok


def answered(session: Session, *pairs: tuple[str, str]) -> list[int]:
    """How many rows there are at first and after each answer."""
    counts = [len(session.rows("/r"))]
    for path, value in pairs:
        session.set(path, value)
        counts.append(len(session.rows("/r")))
    return counts


def test_until_no_more_asks_for_one_more_row_at_a_time() -> None:
    session = session_of(UNTIL)
    assert answered(
        session, ("/r[1]/who", "Ana"), ("/r[1]/more", "yes"), ("/r[2]/who", "Eva"),
        ("/r[2]/more", "yes"), ("/r[3]/more", "no"),
    ) == [1, 1, 2, 2, 3, 3]  # fmt: skip
    assert session.finish().ok
    assert session.stored("/r_count") == "3"


def test_until_no_more_goes_on_with_a_draft_where_it_was() -> None:
    first = session_of(UNTIL)
    answered(first, ("/r[1]/more", "yes"))
    again = session_of(UNTIL, answers=first.draft())
    assert answered(again, ("/r[2]/more", "yes"), ("/r[3]/more", "no")) == [2, 3, 3]
    assert again.finish().ok


def test_a_preview_of_until_no_more_comes_to_an_end() -> None:
    asked = preview(form_of(UNTIL), 1).asked
    assert len(asked) > 4


def test_choice_names_are_known_by_a_path_from_where_the_rule_stands() -> None:
    session = session_of(NAMED)
    for value, label in (("f", "Woman"), ("m", "Man")):
        session.add_repeat("/r")
        row = len(session.rows("/r"))
        session.set(f"/r[{row}]/sex", value)
        assert session.stored(f"/r[{row}]/lab") == label
    assert session.finish().ok


def test_the_way_between_places_nobody_told_is_no_fault() -> None:
    session = session_of(WALK)
    assert session.finish().ok
    assert (session.stored("/len"), session.stored("/far")) == ("0", "0")
    session.set("/a", "-1.5 -78 0 0")
    assert session.finish().ok
    session.set("/b", "-1.5 -77.9 0 0")
    assert float(session.stored("/far")) > 11_000


@pytest.mark.parametrize(
    "typed", ["1" * 400 + "-01-01", "1" * 5_000 + "-01-01", "1" * 5_000, "9" * 400, "-" + "9" * 400]
)
def test_numbers_beyond_all_bounds_are_answers_like_others(typed: str) -> None:
    session = session_of(NUMBERS)
    session.set("/t", typed)
    assert session.stored("/t") == typed
    assert session.answers()["/t"] == typed
    for row, sign in ((1, ""), (2, "-"), (3, "")):
        session.add_repeat("/r")
        session.set(f"/r[{row}]/x", sign + "9" * 400)
    session.finish()


@pytest.mark.parametrize(
    ("pattern", "fits", "fails"),
    [
        (r"^\p{L}+$", "Ñandú", "Ñandú 1"),
        (r"^[\p{L} -]+$", "Ñan dú-chico", "Ñandú1"),
        (r"^\p{Lu}\p{Ll}+$", "Árbol", "árbol"),
        (r"^\P{L}+$", "12-3", "12a"),
        (r"^[\p{IsAlphabetic}\d]+$", "Año2026", "Año 2026"),
        (r"^(\p{L}+ ?)+$", "a" * 300, "a" * 300 + "1"),
    ],
)
def test_patterns_may_name_kinds_of_letters(pattern: str, fits: str, fails: str) -> None:
    assert matches(fits, pattern)
    assert not matches(fails, pattern)


def test_letters_nobody_knows_are_told() -> None:
    with pytest.raises(XPathEvaluationError, match="Klingon"):
        matches("x", r"\p{Klingon}")
