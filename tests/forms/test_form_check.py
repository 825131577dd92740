"""The form check: everything its author is told, with its place, and nothing that is not so."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.forms.checks.report import Report, check
from app.forms.checks.variable_names import spss, stata
from tests.forms.conftest import table

LISTS = """
    # choices
    list_name | name | label | k
    l | a | A | x
    l | b | B | y
"""


def checked(text: str, present: tuple[str, ...] = ()) -> Report:
    return check(table(text).encode(), "test.md", present)


def refusals(text: str) -> list[str]:
    report = checked(text)
    assert not report.ok
    assert report.definition is None
    return [str(one) for one in report.problems]


def notes(text: str) -> list[str]:
    report = checked(text)
    assert report.ok, [str(one) for one in report.problems]
    return [str(one) for one in report.warnings]


SHEET = "# survey\ntype | name | label | relevant | constraint | calculation | appearance\n"


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("txet | a | A", "row 2, type (a): There is no question type “txet”. Did you mean “text”?"),
        ("text | | A", "row 2, name: This row has no name. Write one in “name”."),
        ("| a | A", "row 2, type (a): This row has no type. Write one, such as text"),
        ("text | a b | A", "row 2, name (a b): “a b” cannot be a name: it must begin with a letter "
         "and have no spaces. Write “a_b”."),
        ("text | 1st | A", "row 2, name (1st): “1st” cannot be a name: it must begin with a letter "
         "and have no spaces. Write “q_1st”."),
        ("text | a | A\ninteger | a | B", "row 3, name (a): The name “a” stands already in row 2."),
        ("text | a | ", "row 2, label (a): The question has no label"),
        ("text | age | A\ntext | b | B | ${aeg} = 1",
         "row 3, relevant (b): There is no question called “aeg”. Did you mean “age”?"),
        ("select_one ll | a | A", "row 2, type (a): There is no list called “ll” on the sheet "
         "“choices”."),
        ("select_one | a | A", "row 2, type (a): The type does not say which list of choices"),
        ("select_one_from_file f.pdf | a | A", "row 2, type (a): “f.pdf” is no file of choices. Its "
         "name must end in .csv, .xml or .geojson."),
        ("begin group | g | G\ntext | a | A",
         "row 2, type (g): “begin group” is never closed. Write a row “end group” after its last"),
        ("text | a | A\nend group", "row 3, type: Nothing is open that “end group” could close."),
        ("begin repeat | g | G\ntext | a | A\nend group",
         "row 4, type: “end group” closes what row 2 opened with “begin repeat”. Write “end repeat”"),
        ("calculate | a | ", "row 2, calculation (a): There is nothing to calculate."),
        ("text | a | A | | | | search('f", "row 2, appearance (a): “search('f” is not written to its "
         "end."),
        ("text | a | A | 3 + (", "row 2, relevant (a): “3 + (” cannot be read at character 6"),
        ("text | a | A | regex(., '(')", "row 2, relevant (a): “(” is not a regular expression"),
        ("text | a | A | round(1, 2, 3)", "row 2, relevant (a): round() takes at most 2 arguments"),
        ("calculate | x | | | | ${y} + 1\ncalculate | y | | | | ${x} + 1",
         "row 2, calculation (x): These questions wait for one another: x → y → x."),
        ("text | a | A \x01", "row 2, label: The text has a character that no form can hold."),
    ],
)  # fmt: skip
def test_each_mistake_is_told_with_its_place_and_what_to_write(rows: str, told: str) -> None:
    found = refusals(f"{SHEET}{rows}\n")
    assert any(one.startswith(f"survey, {told}") for one in found), found


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (
            "l | a | A\nl | a | B",
            "row 3, name (a): The list “l” has the choice “a” already, in row 2",
        ),
        ("l | a b | A", "row 2, name (a b): The name “a b” has a space"),
        ("l | | A\nl | b | B", "row 2, name: The choice has no name"),
        (" | a | A\nl | b | B", "row 2, list_name (a): The choice belongs to no list."),
    ],
)
def test_mistakes_among_the_choices(rows: str, told: str) -> None:
    survey = "# survey\ntype | name | label\nselect_multiple l | q | Q\n"
    text = f"{survey}# choices\nlist_name | name | label\n{rows}\n"
    assert any(one.startswith(f"choices, {told}") for one in refusals(text)), refusals(text)


def test_twins_among_the_choices_may_be_allowed() -> None:
    survey = "# survey\ntype | name | label\nselect_one l | q | Q\n"
    twins = "# choices\nlist_name | name | label\nl | a | A\nl | a | B\n"
    allowed = "# settings\nallow_choice_duplicates\nyes\n"
    assert checked(survey + twins + allowed).ok


@pytest.mark.parametrize("missing", ["type", "name"])
def test_a_missing_column_is_told(missing: str) -> None:
    header, row = ("name | label", "a | A") if missing == "type" else ("type | label", "text | A")
    (told,) = refusals(f"# survey\n{header}\n{row}\n")
    assert told == f"survey, row 1: The sheet needs a column called “{missing}”."


def test_the_name_of_a_response_is_read_too() -> None:
    survey = "# survey\ntype | name | label\ntext | nombre | N\n# settings\ninstance_name\n"
    (told,) = refusals(f"{survey}concat(${{nombe}}, '-')\n")
    assert told == (
        "settings, row 2, instance_name: There is no question called “nombe”. "
        "Did you mean “nombre”?"
    )


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("text | t | T | false()", "row 3, relevant (t): It can never be reached: “false()” never"),
        ("text | t | T | ${c} = 'z'", "row 3, relevant (t): It can never be reached: “${c} = 'z'” "
         "never holds. Its choices are: a, b."),
        ("text | t | T | selected(${c}, 'aa')", "row 3, relevant (t): It can never be reached"),
        ("text | t | T | ${c} = 'a' and ${c} = 'b'", "row 3, relevant (t): It can never be reached"),
        ("text | t | T | not(${c} != 'a') and ${c} = 'b'", "row 3, relevant (t): It can never"),
        ("integer | n | N\ntext | t | T | ${n} > 5 and ${n} < 6", "row 4, relevant (t): It can never"),
        ("text | t | T | ${c} = 'a' or ${c} = 'z'", "row 3, relevant (t): “z” is no choice of “c”."),
        ("begin group | g | G | ${c} = 'a'\ntext | t | T | ${c} = 'b'\nend group",
         "row 4, relevant (t): It can never be reached: “${c} = 'b'” contradicts what its group"),
        ("begin group | g | G | ${c} = 'a'\ntext | t | T | (${c} = 'b' or ${c} = '')\nend group",
         "row 4, relevant (t): It can never be reached"),
        ("text | t | T | 1 = 2\ntext | u | U | ${t} = 'x'", "row 4, relevant (u): It can never be "
         "reached: “${t} = 'x'” depends on what is never asked."),
        ("integer | n | N | | . > 5 and . < 3", "row 3, constraint (n): No answer can satisfy"),
        ("text | n | N | | string-length(.) < 1", "row 3, constraint (n): No answer can satisfy"),
        ("date | n | N | | . > today() and . < today()", "row 3, constraint (n): No answer can"),
        ("select_one l | n | N | | . = 'z'", "row 3, constraint (n): No answer can satisfy"),
        ("text | t | T | | | | spinner", "row 3, appearance (t): There is no appearance “spinner”"),
        ("text | t | T | | | | multilne", "row 3, appearance (t): There is no appearance “multilne”; "
         "the question is shown plainly. Did you mean “multiline”?"),
        ("date | t | T | | | | ethiopian", "row 3, appearance (t): “ethiopian” is shown as a plain"),
        ("integer | t | T | | | | likert", "row 3, appearance (t): “likert” means nothing for this"),
        ("text | to | T", "row 3, name (to): SPSS will call “to” “to_”."),
        ("text | using | T", "row 3, name (using): Stata will call “using” “using_”."),
        ("text | a-b | T", "row 3, name (a-b): Stata will call “a-b” “a_b”."),
        (f"text | {'x' * 33} | T", f"row 3, name ({'x' * 33}): Stata will call"),
        (f"text | {'x' * 32}a | T\ntext | {'x' * 32}b | T", f"row 4, name ({'x' * 32}b): Stata cannot "
         "tell"),
        ("text | Edad | T\ntext | edad | T", "row 4, name (edad): SPSS cannot tell “edad” from"),
    ],
)  # fmt: skip
def test_what_is_odd_is_told_and_the_form_can_still_be_used(rows: str, told: str) -> None:
    found = notes(f"{SHEET}select_one l | c | C\n{rows}\n{LISTS}")
    assert any(one.startswith(f"survey, {told}") for one in found), found


@pytest.mark.parametrize(
    "rows",
    [
        "text | t | T | ${c} = 'a' or ${c} = 'b'",
        "text | t | T | ${c} != 'a' and ${c} != 'b'",
        "text | t | T | not(${c} = 'a' and ${c} = 'b')",
        "text | t | T | selected(${m}, 'a') and selected(${m}, 'b')",
        "text | t | T | ${m} != 'a' and selected(${m}, 'a')",
        "text | t | T | ${m} = 'a b'",
        "text | t | T | count-selected(${m}) > 1 and not(selected(${m}, 'a'))",
        "text | t | T | if(${c} = 'a', ${n} > 3, ${n} < 2)",
        "text | t | T | ${n} >= 5 and ${n} <= 5",
        "text | t | T | not(${n} > 5) and not(${n} < 5)",
        "decimal | d | D | | . > 5 and . < 6",
        "text | t | T | ${d2} > 5 and ${d2} < 6\ndecimal | d2 | D",
        "text | t | T | ${x} = 'q'\ncalculate | x | | | | concat('q', '')",
        "text | t | T | today() > '2020-01-01'",
        "date | t | T | | . <= today() and . >= today()",
        "text | t | T | string-length(${n}) > 2 and ${n} != ''",
        "text | t | T | random() < 0.5 and random() > 0.5",
        "select_multiple l | t | T | | not(selected(., 'a') and count-selected(.) > 1)",
        "text | t | T | ${c} = 'a' | | | multiline",
    ],
)
def test_nothing_is_told_of_what_can_happen(rows: str) -> None:
    before = "select_one l | c | C\nselect_multiple l | m | M\ninteger | n | N\n"
    assert notes(f"{SHEET}{before}{rows}\n{LISTS}") == []


CHOICES = """
    # choices
    list_name | name | label | k
    l | a | A |
    l | b | B |
    m | m1 | M1 | a
    m | m2 | M2 | q
    m | m3 | M3 |
"""


def test_choices_that_are_never_offered() -> None:
    sheet = "# survey\ntype | name | label | choice_filter\nselect_one l | c | C |\n"
    found = notes(f"{sheet}select_one m | f | F | k = ${{c}}\n{CHOICES}")
    assert found == [
        "choices, row 5, name (m-1): The choice “m2” of “m” is never offered.",
        "choices, row 6, name (m-2): The choice “m3” of “m” is never offered.",
    ]
    assert notes(f"{sheet}select_one m | f | F | selected(${{c}}, k) or name = 'm2' or "
                 f"name = 'm3'\n{CHOICES}") == []  # fmt: skip
    never = notes(f"{sheet}select_one m | f | F | k = 'nowhere'\n{CHOICES}")
    assert never == [
        "survey, row 3, choice_filter (f): No choice can ever be offered: “k = 'nowhere'” "
        "never holds."
    ]


def test_lists_nobody_uses_and_choices_without_words() -> None:
    found = notes(
        "# survey\ntype | name | label\nselect_one l | c | C\n"
        "# choices\nlist_name | name | label\nl | a |\nother | x | X\n"
    )
    assert found == [
        "choices, row 2, label (a): The choice has no label; its name is shown.",
        "choices, row 3, list_name: No question uses the list “other”.",
    ]


def test_texts_that_lack_a_language() -> None:
    found = notes(
        "# survey\ntype | name | label::English (en) | label::Español (es)\n"
        "text | a | A | \ntext | b | B | B\n"
    )
    assert found == ["survey, row 2, label::Español (es) (a): The text is missing in Español (es)."]


def test_where_many_texts_lack_a_language_they_are_counted() -> None:
    rows = "".join(f"text | q{at} | Q | \n" for at in range(9))
    found = notes(
        f"# survey\ntype | name | label::English (en) | label::Español (es)\n{rows}text | z | Z | Z\n"
    )
    assert found == [
        "survey, row 2, label::Español (es) (q0): The text is missing in Español (es). "
        "So do 8 more."
    ]


def test_pictures_the_form_shows_must_come_along() -> None:
    text = "# survey\ntype | name | label | image\ntext | a | A | mapa.png\n"
    assert notes(text) == [
        "survey, row 2, image (a): The form shows the file “mapa.png”; bring it along with the form."
    ]
    assert checked(text, ("mapa.png",)).warnings == ()


def test_questions_of_one_name_are_told_apart() -> None:
    text = (
        "# survey\ntype | name | label | relevant\n"
        "begin group | g | G |\ntext | a | A | false()\nend group\n"
        "begin group | h | H |\ntext | a | A |\nend group\n"
    )
    assert [one.row for one in checked(text).warnings] == [3]


@pytest.mark.parametrize(
    ("name", "made"),
    [("age", "age"), ("_a", "v_a"), ("a.", "a"), ("BY", "BY_"), ("ñ" * 40, "ñ" * 32)],
)
def test_what_spss_makes_of_names(name: str, made: str) -> None:
    assert spss(name) == made


@pytest.mark.parametrize(
    ("name", "made"),
    [("age", "age"), ("a.b", "a_b"), ("str12", "str12_"), ("x" * 40, "x" * 32), ("_n", "_n_")],
)
def test_what_stata_makes_of_names(name: str, made: str) -> None:
    assert stata(name) == made


def test_an_xform_is_checked_without_rows(shared: Path) -> None:
    name = "who-verbal-autopsy.xlsx"
    report = check((shared / "forms" / name).read_bytes(), name)
    assert report.ok
    assert report.definition is not None
    again = check(report.definition.xform.encode(), "who.xml")
    assert again.ok
    assert all(one.row is None for one in again.warnings)
    strangers = [one for one in again.warnings if "is no choice of" in one.message]
    assert "Id10023_b" in {one.name for one in strangers}


def test_every_broken_form_is_refused_with_its_row(shared: Path) -> None:
    for path in sorted((shared / "forms").iterdir()):
        report = check(path.read_bytes(), path.name)
        for problem in report.problems:
            assert problem.sheet, path.name
            assert problem.row is not None
