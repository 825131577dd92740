"""Long lists: read without making nodes of them, and found as if each item were looked at."""

from __future__ import annotations

import csv
import io
import threading
from xml.etree.ElementTree import Element, SubElement

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.forms import Definition, lists
from app.forms.secondary import file_tree
from app.forms.xpath.listing import Listing, Row, Source, items_having
from app.forms.xpath.nodes import Node, fields_of, text_of
from tests.forms.written import definition, opened

FILE = "jr://file-csv/l.csv"
Fields = list[tuple[str, str]]


def written_as_rows(text: str) -> list[Fields]:
    """What a table says, read the plain way."""
    first = text.partition("\n")[0]
    mark = ";" if first.count(";") > first.count(",") else ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    names = [one.strip() for one in next(rows, [])]
    return [list(zip(names, row, strict=False)) for row in rows if row]


def items(source: Source) -> list[Node]:
    return list(Listing("root", source).children)


def fields(item: Node) -> Fields:
    return [(one.name, one.value) for one in item.children]


def found_by_looking(parent: Node, name: str, field: str, value: str) -> list[Node]:
    return [
        one
        for one in parent.children
        if one.name == name and any(text_of(inner) == value for inner in fields_of(one, field))
    ]


CELLS = st.text("ab ;,\"'\n\r.é", max_size=3)
TABLES = st.lists(st.lists(CELLS, max_size=4), max_size=6)


@given(
    st.lists(st.sampled_from(["a", "b", " c", "name"]), min_size=1, max_size=3),
    TABLES,
    st.sampled_from([",", ";"]),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
@example(["a", "b"], [["1", "2"], ["3"]], ",", "\n", False)
@example(["a", "b"], [["1"], ["2", "3", "4"]], ",", "\n", True)
def test_a_table_says_what_its_rows_say(
    names: list[str], rows: list[list[str]], mark: str, end: str, quoted: bool
) -> None:
    if quoted:
        out = io.StringIO()
        csv.writer(out, delimiter=mark, lineterminator=end).writerows([names, *rows])
        text = out.getvalue()
    else:
        text = end.join(mark.join(row) for row in [names, *rows])
    if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") and '"' in text:
        # What quotes among semicolons mean is guessed from the first line.
        return
    assert [fields(one) for one in items(lists.table(text))] == written_as_rows(text)


@given(TABLES, st.lists(st.sampled_from(["a", "b"]), min_size=2, max_size=4))
def test_an_index_finds_what_looking_at_each_item_finds(
    rows: list[list[str]], names: list[str]
) -> None:
    whole = [[*row, "", "", "", ""][: len(names)] for row in rows]
    some = [tuple(zip(names, row, strict=False)) for row in rows]
    elements = Element("root")
    for row in rows:
        item = SubElement(elements, "item" if len(row) != 2 else "{urn:x}item", a=row[0]) if row \
            else SubElement(elements, "other")  # fmt: skip
        for name, text in zip(names, row, strict=False):
            inner = SubElement(item, name if len(text) < 2 else f"{{urn:x}}{name}")
            inner.text = text
            if text == "a":
                SubElement(inner, "deep").text = "b"
    columns = list(zip(*whole, strict=True)) or [()] * len(names)
    for source in (
        lists.Columns(names, columns),
        lists.Rows(some),
        lists.Elements(elements),
    ):
        for name in ("item", "other"):
            for field in ("a", "b", "c", "@a"):
                parent = Listing("root", source)
                for value in {cell for row in rows for cell in row} | {"", "nowhere"}:
                    wanted = found_by_looking(parent, name, field, value)
                    assert items_having(parent, name, field, value) == wanted


def test_a_plain_table_stays_columns_and_gives_the_same_as_one_with_quotes() -> None:
    plain = "name,label\n" + "".join(f"c{at},Choice {at}\n" for at in range(50))
    quoted = plain.replace("Choice", '"Choice').replace("\n", '"\n').replace('label"', "label")
    for text in (plain, quoted, plain.replace("\n", "\r\n"), plain.replace(",", ";")):
        source = lists.table(text)
        assert isinstance(source, lists.Columns)
        assert [fields(one) for one in items(source)] == written_as_rows(plain)
    assert isinstance(lists.table(plain + "ragged\n"), lists.Rows)


def test_a_field_too_long_for_a_table_is_refused_however_it_is_written() -> None:
    long = "x" * (csv.field_size_limit() + 1)
    for text in (f"name,label\na,{long}\n", f'name,label\na,"{long}"\n'):
        with pytest.raises(csv.Error):
            lists.table(text + "b,B\n" * 10)
    fits = "x" * (csv.field_size_limit() - 10)
    rows = items(lists.table(f"name,label\na,{fits}\nb,B\n"))
    assert fields(rows[0]) == [("name", "a"), ("label", fits)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_table_of_too_many_rows_is_refused(end: str) -> None:
    with pytest.raises(ValueError, match="too many rows"):
        lists.table(f"a,b{end}" + f"1,2{end}" * (lists.MAX_FIELDS // 2 + 1))


def choosing(nodeset: str, source: str = FILE, inside: str = "") -> Definition:
    src = f' src="{source}"' if source else ""
    return definition(
        "<p/><c/>",
        model=f'<instance id="l"{src}>{inside}</instance>',
        body='<input ref="/d/p"/><select1 ref="/d/c">'
        f'<itemset nodeset="{nodeset}"><value ref="name"/><label ref="label"/></itemset>'
        "</select1>",
    )


FILTERED = "instance('l')/root/item[province = /d/p]"


def test_only_the_items_an_answer_picks_become_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    data = "name,label,province\n" + "".join(f"n{at},N {at},p{at % 9}\n" for at in range(900))
    made: list[int] = []
    whole = lists.Columns.made

    def counted(self: lists.Columns, at: int) -> Row:
        made.append(at)
        return whole(self, at)

    monkeypatch.setattr(lists.Columns, "made", counted)
    session = opened(choosing(FILTERED), media={"l.csv": data.encode()})
    session.set("/p", "p4")
    assert [one for one, _label in session.state("/c").choices] == [
        f"n{at}" for at in range(4, 900, 9)
    ]
    assert made == list(range(4, 900, 9))
    session.set("/p", "p4x")
    session.set("/p", "p4")
    assert len(session.state("/c").choices) == len(made) == 100


def test_a_list_read_ahead_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"name,label,province\nx1,X one,north\nx2,X two,south\n"
    session = opened(choosing(FILTERED), media={"l.csv": data})
    session.fetch_lists()

    def forbidden(*_given: object) -> None:
        raise AssertionError("read at the page")

    monkeypatch.setattr("app.forms.secondary.table", forbidden)
    monkeypatch.setattr(lists.Columns, "index", forbidden)
    session.set("/p", "north")
    assert session.state("/c").choices == (("x1", "X one"),)


def test_a_list_nobody_filters_is_not_read_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    monkeypatch.setattr("app.forms.secondary.table", lambda text: read.append(text))
    opened(choosing("instance('l')/root/item"), media={"l.csv": b"name,label\nq,Q\n"}).fetch_lists()
    assert read == []


def test_a_missing_list_is_told_at_its_question_and_not_before() -> None:
    session = opened(choosing(FILTERED), media={})
    session.fetch_lists()
    assert session.state("/c").choices == ()
    assert "l.csv" in session.set("/c", "a").errors["/c"]


@pytest.mark.parametrize("odd", ["", "<note>n</note>", "<other/>"])
def test_a_list_inside_the_form_keeps_its_choices_apart(odd: str) -> None:
    """Whether or not something else stands among its items."""
    inside = "".join(
        f"<item><name>n{at}</name><label>N {at}</label><province>p{at % 2}</province></item>{odd}"
        for at in range(4)
    )
    session = opened(choosing(FILTERED, "", f"<root>{inside}</root>"))
    session.set("/p", "p1")
    assert session.state("/c").choices == (("n1", "N 1"), ("n3", "N 3"))
    session.set("/p", "p0")
    assert session.state("/c").choices == (("n0", "N 0"), ("n2", "N 2"))


def test_a_list_inside_the_form_is_indexed_ahead_too(monkeypatch: pytest.MonkeyPatch) -> None:
    item = "<item><name>n</name><label>N</label><province>p</province></item>"
    session = opened(choosing(FILTERED, "", f"<root>{item}</root>"))
    session.fetch_lists()
    monkeypatch.setattr(lists.Elements, "index", None)
    session.set("/p", "p")
    assert session.state("/c").choices == (("n", "N"),)


def test_items_of_two_lists_may_be_offered_together() -> None:
    form = definition(
        "<p/><c/>",
        model="<instance id='l'><root><item><name>a</name><label>A</label></item></root></instance>"
        "<instance id='m'><root><item><name>b</name><label>B</label></item></root></instance>",
        body='<input ref="/d/p"/><select1 ref="/d/c"><itemset nodeset='
        "\"instance('l')/root/item[name != ''] | instance('m')/root/item\">"
        '<value ref="name"/><label ref="label"/></itemset></select1>',
    )
    assert opened(form).state("/c").choices == (("a", "A"), ("b", "B"))


def test_two_threads_see_the_same_node_of_an_item() -> None:
    tree = file_tree(b"name,label\n" + b"k,K\n" * 500, ".csv")
    listing = tree.children[0]
    seen: list[list[Node]] = [[], []]
    threads = [
        threading.Thread(target=lambda at=at: seen[at].extend(
            items_having(listing, "item", "name", "k") if at else listing.children
        ))
        for at in range(2)
    ]  # fmt: skip
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(seen[0]) == 500
    assert all(one is other for one, other in zip(*seen, strict=True))
