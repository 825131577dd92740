"""Tables: what opens right in Excel, what people send, and nothing on the disk."""

from __future__ import annotations

import contextlib
import csv
import io
import math
import os
import re
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.errors import KipuError
from app.reports.tables import (
    Cell,
    Dialect,
    Row,
    Sheet,
    Table,
    dialect_for,
    from_csv,
    to_csv,
    to_xlsx,
)

ROOT = Path(__file__).resolve().parents[2]
EC = Dialect(";", ",")
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
MARKER = "palabramarcada"

_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
_words = _text.filter(lambda text: text == text.strip() and text)


def cells(table: Table) -> list[tuple[str, ...]]:
    assert not [row for row in table if row.problem]
    return [row.cells for row in table]


def book(*sheets: Sheet) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(to_xlsx(sheets)))


def test_a_csv_file_is_what_excel_opens_right() -> None:
    data = to_csv(["código", "monto"], [["020150", 1.5], ["a;b", None]], EC)
    assert data.startswith(b"\xef\xbb\xbf")
    assert data[3:].decode() == 'código;monto\r\n020150;1,5\r\n"a;b";\r\n'


def test_the_separator_follows_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    assert dialect_for("es") == EC
    assert dialect_for("en") == Dialect(",", ".")
    monkeypatch.setattr("app.reports.tables.csv_out.current", lambda: "es")
    assert b"a;b" in to_csv(["a", "b"], [])


def test_each_type_has_its_text() -> None:
    row: list[Cell] = [
        True, 7, Decimal("12.50"), date(2026, 11, 20), datetime(2026, 11, 20, 14, 2), time(9, 5),
    ]  # fmt: skip
    [found] = csv.reader(to_csv([], [row], Dialect()).decode("utf-8-sig").splitlines()[1:])
    assert found == ["true", "7", "12.50", "2026-11-20", "2026-11-20 14:02:00", "09:05:00"]


@pytest.mark.parametrize("text", ["=1+1", "+593 99", "@SUM(A1)", "-x", "\tx", "\r=x", "＝1", "'=1"])
def test_words_never_become_a_formula(text: str) -> None:
    data = to_csv(["a", "b"], [[text, "x"]], EC)
    [row] = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))[1:]
    assert row[0] == "'" + text
    assert cells(from_csv(data)) == [(text, "x")]


def test_damaged_characters_do_not_spoil_the_file() -> None:
    assert cells(from_csv(to_csv(["a", "b"], [["x\0y", "z\ud800"]]))) == [("xy", "z?")]


def test_a_negative_number_is_no_formula() -> None:
    assert b"\r\n-1,5;-2\r\n" in to_csv(["a", "b"], [["-1,5", -2]], EC)


@given(
    st.lists(st.tuples(_text, _text, _words), max_size=8),
    st.sampled_from([EC, Dialect(), Dialect("\t"), Dialect("|")]),
)
def test_every_text_comes_back_from_a_file(
    rows: list[tuple[str, str, str]], dialect: Dialect
) -> None:
    table = from_csv(to_csv(["uno", "dos", "tres"], rows, dialect))
    assert table.header == ("uno", "dos", "tres")
    assert cells(table) == rows


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_files_are_read_whatever_program_wrote_them(encoding: str, separator: str) -> None:
    text = f'nombre{separator}año\n"Peña, José"{separator}"1,5"\n'
    table = from_csv(text.encode(encoding))
    assert table.separator == separator
    assert table.header == ("nombre", "año")
    assert cells(table) == [("Peña, José", "1,5")]


def test_excels_own_habits_are_understood() -> None:
    table = from_csv(b'sep=;\r\n\r\ncode;name;;\r\n="020150";Simiatug;;\r\n\r\n1;\r\n')
    assert table.header == ("code", "name")
    assert [(row.number, row.cells) for row in table] == [
        (3, ("020150", "Simiatug")),
        (5, ("1", "")),
    ]
    assert list(table) == list(table)


def test_wrong_rows_are_told_by_their_number_and_the_others_are_read() -> None:
    table = from_csv(b'a,b\n1,2\n1,2,3\n"x"y,2\n"two\nlines",4\n5,"open\n')
    assert [(row.number, row.cells, row.problem) for row in table] == [
        (2, ("1", "2"), ""),
        (3, (), "Row 3 has 3 cells, the header 2."),
        (4, (), "Row 4: a quotation mark is out of place."),
        (5, ("two\nlines", "4"), ""),
        (6, (), "Row 6: a quotation mark is out of place."),
    ]


def test_a_quotation_mark_that_is_never_closed_does_not_swallow_the_file() -> None:
    *_good, last = from_csv(b'a,b\n1,2\n3,"open\n' + b"4,5\n" * 2_000_000)
    assert last == Row(3, (), "Row 3: a quotation mark is never closed; the rest is unread.")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "it has no header row"),
        (b"\xef\xbb\xbf\r\n , \r\n", "it has no header row"),
        (b"a,a\n", "Two columns are named “a”"),
        (b"a,,b\n", "Column 2 has no name"),
        (b"PK\x03\x04zip", "This is an Excel workbook"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "no text file"),
        (b"a,b\n\x81\x8d\n", "no text file"),
        (b"\xff\xfea\0,\0b", "no text file"),
        (b"," * 300_000, "Row 1 is too long"),
        (b"a" * 5_000_000, "Row 1 is too long"),
        (b"a,b\n" * 2, None),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(data: bytes, sentence: str | None) -> None:
    if sentence is None:
        assert from_csv(data).header == ("a", "b")
        return
    with pytest.raises(KipuError, match=sentence):
        from_csv(data)


def test_size_is_bounded_before_anything_is_read() -> None:
    with pytest.raises(KipuError, match="larger than 1 MB"):
        from_csv(b"a\n" * 600_000, max_bytes=1 << 20)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_refused(data: bytes) -> None:
    with contextlib.suppress(KipuError):
        table = from_csv(data)
        assert all(row.problem or len(row.cells) == len(table.header) for row in table)


def test_a_workbook_keeps_types_and_codes() -> None:
    row: list[Cell] = [
        "020150", 7, 1.5, Decimal("12.50"), True, date(2026, 11, 20),
        datetime(2026, 11, 20, 14, 2, tzinfo=UTC), time(9, 5), None, "=1+1", "https://x.ec",
    ]  # fmt: skip
    sheet = book(Sheet("Datos", [f"c{n}" for n in range(len(row))], [row])).worksheets[0]
    found = [cell.value for cell in sheet[2]]
    assert found[:5] == ["020150", 7, 1.5, 12.5, True]
    assert found[5] == datetime(2026, 11, 20)
    assert found[6:9] == [datetime(2026, 11, 20, 14, 2), time(9, 5), None]
    assert sheet["J2"].data_type in {"s", "inlineStr"}
    assert sheet["J2"].quotePrefix
    assert sheet["K2"].hyperlink is None
    assert sheet["A2"].number_format == "@"
    assert sheet["F2"].number_format == "yyyy-mm-dd"
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:K2"


def test_numbers_and_days_beyond_excel_stay_whole_as_text() -> None:
    row: list[Cell] = [2**62, 1e300, math.nan, date(1899, 5, 1), datetime(1800, 1, 1)]
    sheet = book(Sheet("s", list("abcde"), [row])).worksheets[0]
    assert [cell.value for cell in sheet[2]] == [
        str(2**62), "1e+300", "nan", "1899-05-01", "1800-01-01T00:00:00",
    ]  # fmt: skip


@given(st.lists(_text, min_size=1, max_size=5))
@example(["\ufffe\uffff", "\x01\x1f\x7f\x85", "_x0041_", "a\rb\r\nc", " a "])
def test_any_text_comes_back_from_a_workbook(texts: list[str]) -> None:
    # Excel's way of reading, which openpyxl follows only in part: _xHHHH_ decoded.
    data = to_xlsx([Sheet("s", ["título"] * len(texts), [texts])])
    written = texts_of(data)
    found = [re.sub("_x([0-9A-F]{4})_", lambda code: chr(int(code[1], 16)), one) for one in written]
    expected = [text.replace("\r\n", "\n").replace("\r", "\n") for text in texts]
    assert found == [text for text in (*["título"] * len(texts), *expected) if text]


def texts_of(data: bytes) -> list[str]:
    """The texts of the first sheet as its XML has them, wherever they are kept."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    items = ElementTree.fromstring(archive.read("xl/sharedStrings.xml")).iter(f"{MAIN}si")
    shared = [item.findtext(f"{MAIN}t") or "" for item in items]
    found = []
    for cell in ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml")).iter(f"{MAIN}c"):
        inline = cell.findtext(f"{MAIN}is/{MAIN}t")
        found.append(inline if inline is not None else shared[int(cell.findtext(f"{MAIN}v") or 0)])
    return found


@pytest.mark.parametrize("letter", ["a", "ñ", "🌿"])
def test_a_text_too_long_for_a_cell_is_whole_on_a_sheet_of_its_own(letter: str) -> None:
    text = "".join(f"{number}{letter}" for number in range(14_000))
    workbook = book(Sheet("Notas", ["id", "nota"], [[1, text], [2, "corta"]]))
    shown = workbook["Notas"]["B2"].value
    assert len(shown.encode("utf-16-le")) // 2 <= 32_767
    assert shown.endswith("… (whole text in the sheet “Long texts”, cell B2)")
    rows = list(workbook["Long texts"].iter_rows(min_row=2, values_only=True))
    assert [row[:3] for row in rows] == [("Notas", "B2", n) for n in range(1, len(rows) + 1)]
    assert "".join(row[3] for row in rows) == text


def test_sheet_names_are_made_fit_and_different() -> None:
    names = ["History", "a/b", "a_b", "A_B", "x" * 40, "x" * 50, "''", "Long texts"]
    found = book(*(Sheet(name, ["h"], []) for name in names)).sheetnames
    assert found == [
        "History (2)", "a_b", "a_b (2)", "A_B (3)", "x" * 31, "x" * 27 + " (2)", "Sheet",
        "Long texts (2)",
    ]  # fmt: skip


def test_more_rows_than_excel_has_go_on_in_another_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.reports.tables.xlsx.ROW_LIMIT", 4)
    workbook = book(Sheet("s", ["n"], [[number] for number in range(7)]))
    found = {sheet.title: [cell.value for cell in sheet["A"]] for sheet in workbook}
    assert found == {"s": ["n", 0, 1, 2], "s (2)": ["n", 3, 4, 5], "s (3)": ["n", 6]}


def test_more_columns_than_excel_has_are_refused() -> None:
    with pytest.raises(KipuError, match="Excel holds 16384"):
        to_xlsx([Sheet("s", ["h"] * 16_385, [])])


WATCHED = """
import os, sys, tempfile
from app.reports.tables import Sheet, from_csv, to_csv, to_xlsx
touched = []
def hook(event, args):
    if event.startswith("tempfile."):
        touched.append((event, str(args)))
    elif event == "open":
        flags = args[2] if isinstance(args[2], int) else 0
        writes = any(letter in str(args[1] or "") for letter in "wax+")
        if writes or flags & (os.O_WRONLY | os.O_RDWR):
            touched.append((event, str(args[0])))
sys.addaudithook(hook)
rows = [["%(marker)s" * 20, number] for number in range(3000)]
rows.append(["%(marker)s" * 3000, 1])
data = to_csv(["a", "b"], rows)
assert b"%(marker)s" in data
assert sum(1 for row in from_csv(data)) == 3001
assert to_xlsx([Sheet("s", ["a", "b"], rows)]).startswith(b"PK")
sys.exit(repr(touched) if touched else 0)
"""


def test_no_word_of_a_table_reaches_the_disk(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path), "TEMP": str(tmp_path), "KIPU_LANG": "en"}
    done = subprocess.run(
        [sys.executable, "-B", "-c", WATCHED % {"marker": MARKER}],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []
