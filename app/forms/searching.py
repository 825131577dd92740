"""The appearance search(), by which authors took choices from a file before selects could by themselves.

XLSForm, “Dynamic selects from preloaded data”: the one choice of such a question names the columns
of the file that hold what is stored and what is read. It means a list from that file, and becomes one.
"""

from __future__ import annotations

import re
from string import ascii_lowercase, ascii_uppercase
from xml.etree.ElementTree import Element, SubElement

from app.forms.texts import local
from app.forms.xpath.errors import XPathSyntaxError
from app.forms.xpath.parser import parse
from app.forms.xpath.syntax import Call, Expression, String, to_text

SIGN = "search"
"""What no form has that asks for none of this."""
_CALL = re.compile(r"\bsearch\s*\(.*\)", re.DOTALL)
_COLUMN = re.compile(r"[^\W\d][\w.\-]*")
_FILE = re.compile(r"[\w.\- ]+")
_TWO = f"translate({{}}, '{ascii_uppercase}', '{ascii_lowercase}')"
_TESTS = {
    "matches": "{} = {}",
    "contains": f"contains({_TWO}, {_TWO})",
    "startswith": f"starts-with({_TWO}, {_TWO})",
    "endswith": f"ends-with({_TWO}, {_TWO})",
}
"""How a column is compared: whatever the case of letters, as in ODK Collect, but for what matches."""


def make_lists(model: Element, body: Element) -> None:
    """Turn selects that search a file into selects from it; what asks for more stays as it is."""
    for control in list(body.iter()):
        appearance = control.get("appearance", "")
        call = _CALL.search(appearance)
        items = control.findall("{*}item") if call else []
        nodeset, file = _read(call[0]) if call and len(items) == 1 else ("", "")
        stored = items[0].findtext("{*}value", "") if nodeset else ""
        if not _COLUMN.fullmatch(stored):
            continue
        uri = control.tag.removesuffix(local(control))
        label = items[0].find("{*}label")
        # Texts in several languages name a column for each.
        named = "''" if label is None else label.get("ref") or to_text(String(label.text or ""))
        list_of = f"concat(',', translate({named}, ' ', ''), ',')"
        itemset = SubElement(control, f"{uri}itemset", nodeset=nodeset)
        SubElement(itemset, f"{uri}value", ref=stored)
        shown = f"join(' ', *[contains({list_of}, concat(',', local-name(), ','))])"
        SubElement(itemset, f"{uri}label", ref=shown)
        control.remove(items[0])
        control.set("appearance", _CALL.sub("", appearance).strip())
        if not any(one.get("id") == file for one in model.iterfind("{*}instance")):
            model.append(Element(f"{uri}instance", id=file, src=f"jr://file-csv/{file}.csv"))


def _read(call: str) -> tuple[str, str]:
    """Return the rows a call means, and the file they are in; nothing where it is not clear."""
    try:
        tree = parse(call)
    except XPathSyntaxError:
        return "", ""
    found: list[str | None]
    match tree:
        case Call(_, (String(file),)):
            found = [""]
        case Call(_, (String(file), String(how), String(columns), value)):
            found = [_tested(how, columns, value)]
        case Call(_, (String(file), String(how), String(columns), value, String(key), text)):
            found = [_tested("matches", key, text), _tested(how, columns, value)]
        case _:
            return "", ""
    file = file.removesuffix(".csv")
    if None in found or not _FILE.fullmatch(file):
        return "", ""
    return f"instance('{file}')/root/item{''.join(filter(None, found))}", file


def _tested(how: str, columns: str, value: Expression) -> str | None:
    """Return the condition on an item that one of its columns passes a test."""
    names = [one.strip() for one in columns.split(",")]
    if how not in _TESTS or not all(map(_COLUMN.fullmatch, names)):
        return None
    return f"[{' or '.join(_TESTS[how].format(one, to_text(value)) for one in names)}]"
