"""Forms changed at random, many at a time: each is used or refused, and nothing else happens."""

from __future__ import annotations

import random
from contextlib import suppress
from xml.etree.ElementTree import Element, fromstring, tostring

import pytest

from app.errors import KipuError
from app.forms import Definition, Session
from app.forms.checks.report import check, oddities
from app.forms.preview import preview
from tests.forms.conftest import form_of
from tests.forms.test_hostile import xform

COLUMNS = (
    *("type", "name", "label", "relevant", "constraint", "calculation", "required", "default"),
    *("appearance", "choice_filter", "parameters", "repeat_count", "trigger", "hint"),
)
ROWS = (
    ("text", "a", "A"), ("integer", "n0", "N"), ("select_one l", "c", "C"),
    ("select_multiple l", "m", "M"), ("begin repeat", "r", "R"), ("integer", "n", "N"),
    ("text", "t", "T"), ("end repeat", "", ""), ("begin group", "g", "G"), ("date", "d", "D"),
    ("calculate", "b", "", "", "", "1 + 1"), ("end group", "", ""), ("note", "nt", "Hi ${a}"),
    ("geopoint", "gp", "P"), ("rank l", "rk", "K"), ("image", "im", "I"), ("time", "tm", "T"),
)  # fmt: skip
WORDS = (
    *("${a}", "${b}", "${zz}", "${", "}", "'x'", '"y"', "1", "0", "-1", "1e9", "10000000", "("),
    *(")", "[", "]", "/", "//", ".", "..", "*", "+", "-", "div", "mod", "and", "or", "=", "!="),
    *("<", ">", ",", "selected(${c}, 'a')", "count(${r})", "sum(${n})", "regex(., '(a+)+$')"),
    *("indexed-repeat(${n}, ${r}, 2)", "position(..)", "today()", "random()", "once(uuid())"),
    *("instance('l')/root/item[name = ${c}]/label", "pulldata('f', 'a', 'b', ${a})", "if("),
    *("jr:choice-name(${c}, '${c}')", "true()", "false()", "coalesce(${a}, 1)", "join(',', ${n})"),
    *("${last-saved#a}", "jr:itext('x')", "current()/../a", "\x0b", "'", '"', "a b", "é", "yes"),
    *("ex:foo(a=1)", "search('x')", "field-list", "minimal", "begin repeat", "end repeat"),
    *("begin group", "end group", "select_one l or_other", "select_one_from_file f.csv"),
    *("select_one ${r}", "range", "start=1 end=10 step=2", "start=a end= step=0", "calculate"),
    *("randomize=true, seed=${a}", "note", "decimal", "dateTime", "audit", "loop over l", "osm l"),
    *("background-audio", "entity", "999999999999999999999", "nan", "]]>", "<output/>", "a" * 300),
)
LIST = "| choices |\n| | list_name | name | label |\n| | l | a | A |\n| | l | b | B |\n"


def changed_sheet(chance: random.Random) -> bytes:
    rows = [[*row, *[""] * (len(COLUMNS) - len(row))] for row in ROWS]
    for _change in range(chance.choice((1, 1, 2, 4, 9))):
        at, what = chance.randrange(len(rows)), chance.randrange(8)
        if what < 5:
            text = " ".join(chance.choices(WORDS, k=chance.choice((1, 1, 2, 4))))
            rows[at][chance.randrange(len(COLUMNS))] = text.replace("|", "")
        elif what == 5 and len(rows) > 1:
            del rows[at]
        elif what == 6:
            rows.insert(chance.randrange(len(rows)), list(rows[at]))
        else:
            rows[at][chance.randrange(3)] = ""
    lines = ["| survey |", *("| | " + " | ".join(row) + " |" for row in (COLUMNS, *rows))]
    return ("\n".join(lines) + "\n" + LIST).encode()


@pytest.mark.parametrize("start", range(0, 400, 50))
def test_a_sheet_changed_at_random_is_checked_and_shown_or_refused(start: int) -> None:
    usable = 0
    for seed in range(start, start + 50):
        report = check(changed_sheet(random.Random(seed)), "f.md")
        assert report.ok or report.problems
        assert all(str(one) for one in (*report.problems, *report.warnings))
        if report.definition is not None:
            usable += 1
            with suppress(KipuError):
                preview(report.definition, seed)
    assert usable


ATTRIBUTES = (
    *("ref", "nodeset", "relevant", "calculate", "constraint", "type", "event", "value", "src"),
    *("id", "appearance", "mediatype", "{http://openrosa.org/javarosa}count", "readonly"),
    *("{http://openrosa.org/javarosa}preload", "{http://openrosa.org/javarosa}template"),
)


def changed_xml(root: Element, chance: random.Random) -> None:
    for _change in range(chance.choice((1, 1, 2, 4, 8))):
        every = list(root.iter())
        one, what = chance.choice(every), chance.randrange(6)
        text = " ".join(chance.choices(WORDS, k=chance.choice((1, 1, 3))))
        text = text.replace("${", "/data/").replace("}", "").replace("\x0b", "")
        if what < 2 and one.attrib:
            one.set(chance.choice(list(one.attrib)), text)
        elif what == 2 and len(one):
            one.remove(chance.choice(list(one)))
        elif what == 3:
            one.text = text
        elif what == 4:
            one.append(fromstring(tostring(chance.choice(every[-8:]))))
        else:
            one.set(chance.choice(ATTRIBUTES), text)


@pytest.mark.parametrize("start", range(0, 400, 50))
def test_an_xform_changed_at_random_is_run_or_refused(start: int) -> None:
    table = "\n".join(" | ".join([*row, *[""] * (6 - len(row))]) for row in ROWS)
    header = " | ".join(COLUMNS[:6])
    whole = form_of(f"# survey\n{header}\n{table}\n# choices\nlist_name | name | label\n"
                    "l | a | A\nl | b | B\n").xform  # fmt: skip
    for seed in range(start, start + 50):
        chance = random.Random(seed)
        root = fromstring(whole)
        changed_xml(root, chance)
        with suppress(KipuError):
            form = Definition.from_xform(tostring(root, encoding="unicode"))
            assert all(str(one) for one in oddities(form))
            preview(form, seed)
            session = Session(form)
            session.to_xml()
            Session(form, session.draft())


def _chain(count: int, last: str) -> str:
    binds = [
        f'<bind nodeset="/data/a{at}" calculate="concat(/data/a{at + 1}, /data/a{at + 1})"/>'
        for at in range(500, 500 + count)
    ]
    binds += [f'<bind nodeset="/data/a{at}" calculate="{last}"/>' for at in range(500)]
    places = "".join(f"<a{at}/>" for at in range(501 + count))
    return xform(f"<data>{places}</data>", "".join(binds), f'<input ref="/data/a{500 + count}"/>')


@pytest.mark.parametrize(
    "rule",
    [
        "regex(/data/a500, '(x+x+)+y')",
        "selected(/data/a500, 'x')",
        "string-length(translate(/data/a500, 'x', 'y'))",
    ],
)
def test_a_text_that_doubles_and_is_read_by_hundreds_is_told_and_not_worked_out(rule: str) -> None:
    session = Session(Definition.from_xform(_chain(17, rule)))
    session.set("/a517", "xx")
    assert session.errors()


def test_repeats_inside_repeats_that_ask_for_millions_of_rows_stop() -> None:
    instance, body = "<x/>", '<input ref="{path}/x"/>'
    paths = ["/data" + "".join(f"/r{at}" for at in range(depth)) for depth in range(9)]
    for depth in range(8, 0, -1):
        instance = f"<r{depth - 1}>{instance}</r{depth - 1}>"
        body = (
            f'<repeat nodeset="{paths[depth]}" xmlns:jr="http://openrosa.org/javarosa" '
            f'jr:count="30">{body}</repeat>'
        )
    form = Definition.from_xform(xform(f"<data>{instance}</data>", body=body.format(path=paths[8])))
    session = Session(form)
    assert len(session.rows("/r0")) == 30
    assert session._instance.size < 160_000
