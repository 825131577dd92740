"""Importing: what is accepted, and what its author is told when it is not."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest

from app.forms import FormError, columns, from_file
from app.forms.problems import Problem
from tests.forms.conftest import form_of, table


def problems(text: str) -> list[str]:
    with pytest.raises(FormError) as caught:
        form_of(text)
    return [str(problem) for problem in caught.value.problems]


def workbook(sheets: dict[str, list[list[object]]]) -> bytes:
    """Return an XLSX file with these sheets."""
    stream, book = io.BytesIO(), openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(stream)
    return stream.getvalue()


SURVEY: list[list[object]] = [
    ["type", "name", "label"],
    ["text", "a", "A"],
    ["integer", "b", "How many, ${a}?"],
]


def test_the_same_form_in_each_of_its_kinds() -> None:
    as_csv = io.StringIO()
    csv.writer(as_csv).writerows([["survey"], *(["", *row] for row in SURVEY)])
    as_table = table("# survey\n" + "\n".join(" | ".join(map(str, row)) for row in SURVEY))
    from_xlsx = from_file(workbook({"survey": SURVEY}), "Visita 1.xlsx")
    assert from_xlsx.form_id == "Visita_1"
    for name, data in (
        ("f.csv", as_csv.getvalue().encode()),
        ("f.md", as_table.encode()),
        ("f.xml", from_xlsx.xform.encode()),
        ("F.XLSX", workbook({"survey": SURVEY})),
    ):
        assert list(from_file(data, name).questions) == ["/a", "/b", "/meta/instanceID"]


def test_an_expression_that_stops_short_is_told_with_its_place() -> None:
    told = problems("# survey\ntype | name | label | calculation\ntext | a | A |\n"
                    "calculate | b | | 3 + (\n")  # fmt: skip
    assert told == [
        "survey, row 3, calculation (b): “3 + (” cannot be read at character 6: "
        "The expression stops short: something is missing at its end."
    ]


def test_all_that_is_wrong_is_told_at_once() -> None:
    told = problems(
        """
        # survey
        type | name | label | relevant | constraint
        txt | a | A | |
        integer | b | B ${nobody} | ${a} = | . > ${missing}
        """
    )
    assert [one.partition(": ")[0] for one in told] == [
        "survey, row 2, type (a)",
        "survey, row 3, label (b)",
        "survey, row 3, relevant (b)",
        "survey, row 3, constraint (b)",
    ]
    assert "“txt”" in told[0]
    assert "“nobody”" in told[1]
    assert "“missing”" in told[3]


def test_a_misspelt_column_is_not_passed_over() -> None:
    (told,) = problems("# survey\ntype | name | label | relevent\ntext | a | A | 1 = 1\n")
    assert told.startswith("survey, row 1, relevent: ")
    assert "did you mean “relevant”?" in told


def test_a_column_of_the_authors_own_is_left_aside_and_told() -> None:
    form = form_of("# survey\ntype | name | label | reviewed by\ntext | a | A | Ana\n")
    assert any("“reviewed by”" in told for told in form.warnings)


def test_two_columns_of_one_name_are_told_with_their_sheet() -> None:
    with pytest.raises(FormError, match=r"^survey, row 1, label: Two columns"):
        from_file(workbook({"survey": [["type", "name", "label", "label"]]}), "f.xlsx")


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("# choices\nlist_name | name | label\n", "", "no sheet called “survey”"),
        (
            "# survey\ntype | name | label\ncalculate | a | A\n",
            "survey, row 2, calculation (a)",
            "nothing to calculate",
        ),
        ("# survey\ntype | name | label\nselect_one x | a | A\n", "", "x"),
        (
            "# survey\ntype | name | label\nselect_one x | a | A\n"
            "# choices\nlistname | name | label\nx | 1 | One\n",
            "choices, row 1",
            "“list_name”",
        ),
        ("# survey\ntype | name | label\nbegin group | g | G\ntext | a | A\n", "", "group"),
    ],
)
def test_what_the_converter_refuses_becomes_a_sentence(text: str, place: str, words: str) -> None:
    told = problems(text)
    assert told[0].startswith(place)
    assert words in told[0]


@pytest.mark.parametrize(
    ("rows", "place", "words"),
    [
        ("calculate | a | | nothing(1)", "row 2, calculation (a)", "nothing()"),
        ("calculate | a | | pulldata('f', 'x', 'y', 'z')", "row 2, calculation (f)", "f.csv"),
        ("select_one_from_file f.csv | a | A |", "row 2, type (f)", "f.csv"),
    ],
)
def test_what_is_missing_or_unknown_is_named_and_refused(rows: str, place: str, words: str) -> None:
    (told,) = problems(f"# survey\ntype | name | label | calculation\n{rows}\n")
    assert told.startswith(f"survey, {place}: ")
    assert words in told


def test_the_converters_warnings_stay_with_the_form() -> None:
    form = form_of("# survey\ntype | name | label::Ingles\ntext | a | A\n")
    assert any("Ingles" in told for told in form.warnings)


def test_a_file_of_another_kind_is_refused() -> None:
    with pytest.raises(FormError, match=r"\.xlsx, \.xlsm"):
        from_file(b"", "form.docx")


def test_columns_have_bare_names_where_nobody_shares_them() -> None:
    form = form_of(
        """
        # survey
        type | name | label | calculation
        begin group | a | A |
        text | x | X |
        text | only | O |
        end group | | |
        begin group | b | B |
        text | x | X |
        note | n | N |
        end group | | |
        calculate | sum | | 1
        """
    )
    assert [(column.header, column.path) for column in columns(form)] == [
        ("a/x", "/a/x"),
        ("only", "/a/only"),
        ("b/x", "/b/x"),
        ("sum", "/sum"),
        ("instanceID", "/meta/instanceID"),
    ]


def test_a_long_list_of_problems_is_told_in_part_and_kept_whole() -> None:
    error = FormError(Problem(f"wrong {at}") for at in range(9))
    assert len(error.problems) == 9
    assert error.message.endswith("wrong 4\nand 4 more.")
