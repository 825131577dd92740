"""Forms made to do harm: refused with a sentence, soon, and without eating the memory."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from contextlib import suppress
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import KipuError
from app.forms import Definition, FormError, Session, from_file
from app.forms.workbook import MAX_CELLS
from tests.forms.test_xlsform import SURVEY, workbook

HEAD = '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">'

# Made once: a workbook says when it was made, and examples must find the same bytes again.
WORKBOOK = workbook({"survey": SURVEY})


def archive(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in parts.items():
            target.writestr(name, data)
    return stream.getvalue()


def xform(instance: str, model: str = "", body: str = "") -> str:
    return (
        f"{HEAD}<h:head><model><instance>{instance}</instance>{model}</model></h:head>"
        f"<h:body>{body}</h:body></h:html>"
    )


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + at)} "{f"&{chr(97 + at)};" * 10}">' for at in range(12))
    + "]>"
)


@pytest.mark.parametrize(
    "xml",
    [
        BOMB + xform("<data><a>&m;</a></data>"),
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">' + xform("<data/>"),
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + xform("<data><a>&e;</a></data>"),
        xform("<data>" + "<a>" * 20_000 + "</a>" * 20_000 + "</data>"),
        xform("<data>"),
        xform("<data><a>&unknown;</a></data>"),
        "",
        "not xml at all",
        "<html/>",
        HEAD + "</h:html>",
        xform("<data/>") + xform("<data/>"),
        "\x00",
        xform("<data><a/></data>", f'<bind nodeset="/data/a" relevant="{"(" * 9_000}"/>'),
        xform("<data><a/></data>", '<bind nodeset="/data/b" relevant="1"/>'),
        xform("<data><a/></data>", '<bind nodeset="/data/a" relevant="/data/b = 1"/>'),
        xform("<data><a/></data>", body='<input ref="/data/b"/>'),
    ],
)
def test_hostile_xml_is_refused(xml: str) -> None:
    with pytest.raises(FormError):
        from_file(xml.encode(), "f.xml")


def test_an_archive_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    bomb = archive({"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": b" " * 70_000_000})
    tracemalloc.start()
    try:
        with pytest.raises(FormError, match="unpack"):
            from_file(bomb, "f.xlsx")
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_a_workbook_of_a_million_cells_is_refused() -> None:
    cells = b"<row>" + b"<c r='A1'><v><z/></v></c>" * MAX_CELLS + b"</row>"
    with pytest.raises(FormError, match="cells"):
        from_file(archive({"xl/worksheets/sheet1.xml": cells}), "f.xlsx")


@pytest.mark.parametrize(
    "part",
    [
        b"<x><!--" + b"- " * 9_000 + b"--></x>",
        b"<x><?y " + b"z" * 18_000 + b"?></x>",
        b"<x y='" + b"> " * 9_000 + b"'/>",
        b"<x>" + b" " * 21_000_000 + b"</x>",
    ],
)
def test_what_would_take_the_reader_minutes_is_refused(part: bytes) -> None:
    with pytest.raises(FormError, match="unpack"):
        from_file(archive({"xl/worksheets/sheet1.xml": part}), "f.xlsx")


def test_a_document_type_inside_a_workbook_is_refused() -> None:
    with pytest.raises(FormError, match="document type"):
        from_file(archive({"xl/sharedStrings.xml": BOMB.encode() + b"<sst/>"}), "f.xlsx")


@pytest.mark.parametrize("name", ["f.xlsx", "f.xls", "f.csv", "f.md", "f.xml"])
@pytest.mark.parametrize("data", [b"", b"PK\x03\x04rubbish", b"\xd0\xcf\x11\xe0" * 9, b"\xff" * 99])
def test_rubbish_of_any_kind_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(FormError):
        from_file(data, name)


def test_a_file_larger_than_any_form_is_refused() -> None:
    with pytest.raises(FormError, match="too large"):
        from_file(b"x" * 10_000_001, "f.csv")


def test_a_label_of_megabytes_is_refused() -> None:
    rows: list[list[object]] = [["type", "name", "label"], ["text", "a", "x" * 32_000]]
    assert from_file(workbook({"survey": rows}), "f.xlsx")
    data = f"| survey |\n| | type | name | label |\n| | text | a | {'x' * 200_000} |\n"
    with pytest.raises(FormError, match="survey, row 2, label: The text is too long"):
        from_file(data.encode(), "f.md")


def test_groups_nested_without_end_are_refused() -> None:
    rows: list[list[object]] = [SURVEY[0]]
    rows += [["begin group", f"g{at}", "G"] for at in range(3_000)]
    rows += [["text", "a", "A"]]
    rows += [["end group", "", ""] for _at in range(3_000)]
    with pytest.raises(FormError):
        from_file(workbook({"survey": rows}), "f.xlsx")


@given(st.data())
def test_a_damaged_workbook_never_escapes_as_anything_but_a_form_error(data: st.DataObject) -> None:
    whole = bytearray(WORKBOOK)
    for _each in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at] = data.draw(st.integers(0, 255))
    with suppress(FormError):
        from_file(bytes(whole), "f.xlsx")


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_may_be_a_rule_or_an_answer_and_only_kipu_errors_come_of_it(
    rule: str, answer: str
) -> None:
    bind = f'<bind nodeset="/data/a" constraint={quoteattr(rule)}/>'
    xml = xform("<data><a/></data>", bind, '<input ref="/data/a"/>')
    with suppress(KipuError):
        session = Session(Definition.from_xform(xml))
        session.set("/a", answer)
        session.finish()


def test_more_questions_than_anyone_asks_are_refused() -> None:
    with pytest.raises(FormError, match="too many questions"):
        Definition.from_xform(xform("<data>" + "<a/>" * 3 + _elements(10_001) + "</data>"))
    rows = "".join(f"| | text | a{at} | A |\n" for at in range(5_001))
    with pytest.raises(FormError, match="5000 rows"):
        from_file(f"| survey |\n| | type | name | label |\n{rows}".encode(), "f.md")


def test_rules_that_read_the_whole_form_at_every_question_are_refused() -> None:
    binds = "".join(
        f'<bind nodeset="/data/a{at}" constraint="count(//*) = {at}"/>' for at in range(3_000)
    )
    with pytest.raises(FormError, match="too much"):
        Definition.from_xform(xform(f"<data>{_elements(3_000)}</data>", binds))


def test_a_chain_through_thousands_of_questions_is_only_long() -> None:
    binds = "".join(
        f'<bind nodeset="/data/a{at}" type="int" calculate="/data/a{at + 1} + 1"/>'
        for at in range(2_999)
    )
    form = Definition.from_xform(xform(f"<data>{_elements(3_000)}</data>", binds))
    session = Session(form)
    session.set("/a2999", 1)
    assert session.value("/a0") == 3_000


def _elements(count: int) -> str:
    return "".join(f"<a{at}/>" for at in range(count))


@pytest.mark.parametrize(
    "calculate",
    [
        "count(//*[count(//*[count(//*) > 0]) > 0])",
        "string-length(concat(" + ", ".join(["/data/a0"] * 2_000) + "))",
        "join(/data/a0, " + ", ".join(["'x'"] * 2_000) + ")",
    ],
)
def test_a_rule_that_would_run_for_days_or_fill_the_memory_is_told_instead(calculate: str) -> None:
    binds = f'<bind nodeset="/data/a1" calculate="{calculate}"/>'
    # Outside the data, so that the rule does not wait for itself.
    binds = binds.replace("//*", "instance('l')//*")
    listed = f"<instance id='l'><root>{_elements(400)}</root></instance>"
    body = '<input ref="/data/a0"/>'
    form = Definition.from_xform(xform(f"<data>{_elements(2)}</data>", listed + binds, body))
    session = Session(form)
    session.set("/a0", "x" * 900)
    assert "/a1" in session.errors()
