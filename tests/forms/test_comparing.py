"""Two versions of a form: what stays, moves, reads differently, comes and goes."""

from __future__ import annotations

from app.forms import Definition, from_file
from app.forms.comparing import compare

OLD = """
| survey   |             |        |          |              |
|          | type        | name   | label    | relevant     |
|          | text        | who    | Name     |              |
|          | integer     | age    | Age      |              |
|          | select_one c | colour | Colour  | ${age} > 3   |
|          | text        | trade  | Trade    |              |
| choices  |             |        |          |              |
|          | list_name   | name   | label    |              |
|          | c           | r      | Red      |              |
|          | c           | b      | Blue     |              |
"""
NEW = """
| survey   |             |        |          |              |
|          | type        | name   | label    | relevant     |
|          | text        | who    | Name     |              |
|          | begin group | more   | More     |              |
|          | decimal     | age    | Age      |              |
|          | end group   |        |          |              |
|          | select_one c | colour | Which colour | ${age} > 5 |
|          | text        | phone  | Phone    |              |
| choices  |             |        |          |              |
|          | list_name   | name   | label    |              |
|          | c           | r      | Red      |              |
|          | c           | g      | Green    |              |
"""


def form(text: str, name: str = "f") -> Definition:
    return from_file(text.encode(), f"{name}.md")


def test_every_question_is_told_once() -> None:
    found = {one.after or one.before: one for one in compare(form(OLD), form(NEW, "other"))}
    assert found["/who"].changes == ("same",)
    assert found["/more/age"].changes == ("type", "moved")
    assert found["/more/age"].before == "/age"
    assert found["/colour"].changes == ("choices", "rules", "words")
    assert (found["/colour"].choices_gone, found["/colour"].choices_new) == (("b",), ("g",))
    assert found["/phone"].changes == ("new",)
    assert found["/trade"].changes == ("gone",)
    assert found["/trade"].after == ""


def test_a_form_beside_itself_differs_nowhere() -> None:
    assert {one.changes for one in compare(form(OLD), form(OLD, "renamed"))} == {("same",)}
