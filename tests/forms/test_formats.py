"""The five ways in: XLSX, XLS, CSV, Markdown and XForm XML, each as it should be and as a trap."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from app.forms import Definition, FormError, Session, from_file
from tests.forms.conftest import NOW, table
from tests.forms.test_xlsform import workbook

SURVEY = [
    ["type", "name", "label::Español (es)", "label::English (en)", "relevant", "choice_filter"],
    ["select_one place", "place", "¿Dónde?", "Where?", "", ""],
    ["select_one street", "street", "¿Qué calle?", "Which street?", "", "of = ${place}"],
    ["begin repeat", "member", "Persona", "Person", "${place} != ''", ""],
    ["integer", "age", "¿Edad?", "Age?", "", ""],
    ["end repeat", "", "", "", "", ""],
]
CHOICES = [
    ["list_name", "name", "label::Español (es)", "label::English (en)", "of"],
    ["place", "puyo", "Puyo", "Puyo", ""],
    ["place", "tena", "Tena", "Tena", ""],
    ["street", "s1", "Calle 1", "Street 1", "puyo"],
    ["street", "s2", "Calle 2", "Street 2", "tena"],
]
SETTINGS = [["form_id", "form_title", "version"], ["visita", "Visita", "3"]]
SHEETS = {"survey": SURVEY, "choices": CHOICES, "settings": SETTINGS}


def as_csv() -> bytes:
    stream = io.StringIO()
    for name, rows in SHEETS.items():
        csv.writer(stream).writerows([[name], *(["", *row] for row in rows)])
    return stream.getvalue().encode()


def as_markdown() -> bytes:
    lines = []
    for name, rows in SHEETS.items():
        lines.append(f"| {name} |")
        lines += ["| | " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines).encode()


def as_xlsx() -> bytes:
    return workbook({name: [list(row) for row in rows] for name, rows in SHEETS.items()})


FORMS: dict[str, Callable[[], bytes]] = {
    "f.xlsx": as_xlsx,
    "f.xlsm": as_xlsx,
    "f.csv": as_csv,
    "f.md": as_markdown,
    "f.xml": lambda: from_file(as_xlsx(), "f.xlsx").xform.encode(),
}


@pytest.mark.parametrize("name", FORMS)
def test_the_same_form_in_every_kind_of_file(name: str) -> None:
    form = from_file(FORMS[name](), name)
    assert (form.form_id, form.title, form.version) == ("visita", "Visita", "3")
    assert form.languages == ("Español (es)", "English (en)")
    assert list(form.questions) == ["/place", "/street", "/member/age", "/meta/instanceID"]
    session = Session(form, now=lambda: NOW, language="English (en)")
    session.set("/place", "tena")
    assert session.state("/street").choices == (("s2", "Street 2"),)
    session.add_repeat("/member")
    assert session.set("/member[1]/age", 7)


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b""])
@pytest.mark.parametrize("name", ["f.csv", "f.md", "f.xml"])
def test_a_mark_of_the_encoding_does_no_harm(name: str, start: bytes) -> None:
    assert from_file(start + FORMS[name](), name).form_id == "visita"


def test_an_old_workbook_is_read(shared: Path) -> None:
    form = from_file((shared / "forms" / "tutorial.xls").read_bytes(), "tutorial.xls")
    assert len(form.questions) == 11
    as_xml = from_file(form.xform.encode(), "tutorial.xml")
    assert list(as_xml.questions) == list(form.questions)


@pytest.mark.parametrize("kind", [".xls", ".xlsx"])
def test_damaged_workbooks_are_refused_or_read(shared: Path, kind: str) -> None:
    whole = as_xlsx() if kind == ".xlsx" else (shared / "forms" / "tutorial.xls").read_bytes()
    chance = random.Random(4)
    for _each in range(60):
        damaged = bytearray(whole)
        for _byte in range(chance.randint(1, 12)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        cut = len(damaged) if chance.random() < 0.7 else chance.randrange(len(damaged))
        with suppress(FormError):
            from_file(bytes(damaged[:cut]), f"f{kind}")


SURVEY_CSV = b"survey,,,\n,type,name,label\n"


@pytest.mark.parametrize(
    "data",
    [
        SURVEY_CSV + b",text,a," + b"x" * 200_000 + b"\n",
        SURVEY_CSV + b",text,a\x00b,A\n",
        SURVEY_CSV + b"," * 300_000,
        SURVEY_CSV.decode().encode("utf-16"),
        b"survey\n" * 10_000,
        b"survey\n,type\n,text\n",
        b'"""""',
        b"\r\r\r",
    ],
)
def test_a_csv_made_to_do_harm_is_refused(data: bytes) -> None:
    with pytest.raises(FormError):
        from_file(data, "f.csv")


@pytest.mark.parametrize(
    "data",
    [
        b"| survey |\n| | type | name | label |\n" + b"| | text | a | A |\n" * 60_000,
        b"|" * 1_000_000,
        b"| survey\n|||||\n",
        b"# survey\ntype | name\n",
        table("# survey\ntype | name | label\ntext | a\x00 | A\n").encode(),
        b"| survey |\n| | type | name | label |\n| | text | a | " + b"x" * 200_000 + b" |\n",
        "| survey |".encode("utf-16"),
        b"-",
    ],
)
def test_markdown_made_to_do_harm_is_refused(data: bytes) -> None:
    with pytest.raises(FormError):
        from_file(data, "f.md")


@pytest.mark.parametrize(
    "data",
    [
        b'<?xml version="1.0" encoding="utf-16"?><a/>',
        b'<?xml version="1.0" encoding="nonsense"?><a/>',
        '<?xml version="1.0"?><a/>'.encode("utf-16"),
        b"<!DOCTYPE a><a/>",
        b"<a>" * 150 + b"</a>" * 150,
        b"<a b='" + b"x" * 9_000_000 + b"'>",
    ],
)
def test_xml_made_to_do_harm_is_refused(data: bytes) -> None:
    with pytest.raises(FormError):
        from_file(data, "f.xml")


def test_a_control_at_a_group_is_told() -> None:
    xform = from_file(as_xlsx(), "f.xlsx").xform
    assert "/place" in Definition.from_xform(xform).questions
    broken = xform.replace('ref="/data/place"', 'ref="/data/member"', 1)
    with pytest.raises(FormError, match=r"member.*holds other questions"):
        Definition.from_xform(broken)
