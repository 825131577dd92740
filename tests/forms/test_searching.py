"""Selects that search a file, as authors wrote them before there were selects from files."""

from __future__ import annotations

import pytest

from app.forms import FormError, Session, from_file
from app.forms.checks.report import check
from tests.forms.conftest import table

CSV = (
    "key,name,nombre,kind\na,Apple,Manzana,tree\nb,Banana,Banano,herb\np,Pineapple,Piña,herb\n"
).encode()


def source(appearance: str, choices: str = "fr | key | name | nombre") -> str:
    return f"""
    # survey
    type | name | label | label::es | appearance
    text | k | Kind | Clase |
    select_one fr | f | Fruit | Fruta | {appearance}
    # choices
    list_name | name | label | label::es
    {choices}
    """


def opened(appearance: str, choices: str = "fr | key | name | nombre") -> Session:
    data = table(source(appearance, choices)).encode()
    return Session(from_file(data, "s.md", ["fruits.csv"]), media={"fruits.csv": CSV})


def offered(session: Session, kind: str) -> list[str]:
    session.set("/k", kind)
    return [value for value, _label in session.state("/f").choices]


def test_all_rows_of_a_file_with_the_columns_that_the_choice_names() -> None:
    session = opened("minimal search('fruits')")
    assert session.state("/f").choices == (("a", "Apple"), ("b", "Banana"), ("p", "Pineapple"))
    assert session.state("/f").appearance == "minimal"
    session.set_language("es")
    assert dict(session.state("/f").choices)["p"] == "Piña"
    assert not session.set("/f", "b").errors
    assert session.set("/f", "key").errors
    assert session.definition.files.keys() == {"fruits.csv"}


def test_two_columns_may_be_read_together() -> None:
    session = opened("search('fruits.csv')", "fr | key | name, kind | nombre")
    assert dict(session.state("/f").choices)["b"] == "Banana herb"


@pytest.mark.parametrize(
    ("call", "given", "expected"),
    [
        ("search('fruits', 'matches', 'kind', ${k})", "herb", ["b", "p"]),
        ("search('fruits', 'matches', 'kind', ${k})", "her", []),
        ("search('fruits', 'contains', 'name', ${k})", "APPLE", ["a", "p"]),
        ("search('fruits', 'startswith', 'name', ${k})", "app", ["a"]),
        ("search('fruits', 'endswith', 'name', ${k})", "apple", ["a", "p"]),
        ("search('fruits', 'contains', 'name, nombre', ${k})", "anan", ["b"]),
        ("search('fruits', 'contains', 'nombre,name', ${k}, 'kind', 'herb')", "apple", ["p"]),
        ('search("fruits", "contains", "name", concat(${k}, "e"))', "appl", ["a", "p"]),
    ],
)
def test_rows_are_found_by_an_answer(call: str, given: str, expected: list[str]) -> None:
    assert offered(opened(call), given) == expected


def test_what_was_chosen_goes_when_the_search_no_longer_finds_it() -> None:
    session = opened("search('fruits', 'matches', 'kind', ${k})")
    session.set("/k", "herb")
    session.set("/f", "b")
    session.set("/k", "tree")
    assert session.value("/f") is None


@pytest.mark.parametrize(
    "call",
    [
        "search(${k})",
        "search('fruits', 'like', 'name', ${k})",
        "search('fruits', 'contains', 'na me', ${k})",
        "search('fruits', 'contains', 'name')",
        "search('fruits', 'contains', 'name', ${k}, \"it's\", 'herb')",
        "search('../fruits')",
        "search('fruits' 'x')",
    ],
)
def test_a_search_nobody_understands_is_refused_where_it_stands(call: str) -> None:
    with pytest.raises(FormError, match=r"survey, row 3, appearance \(f\): search\(\) takes"):
        opened(call)


def test_choices_of_its_own_beside_a_search_are_refused() -> None:
    with pytest.raises(FormError, match="row 3, appearance"):
        opened("search('fruits')", "fr | key | name | nombre\n    fr | 9 | Other | Otra")


def test_the_check_takes_it_and_misses_its_file() -> None:
    report = check(table(source("search('fruits')")).encode(), "s.md")
    said = [str(one) for one in report.problems]
    assert len(said) == 1
    assert "fruits.csv" in said[0]
