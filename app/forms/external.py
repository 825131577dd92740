"""Choices of a sheet of their own (``external_choices``), made part of the form.

ODK keeps them in a file beside the form, since its reader is slow with long lists; ours is not, and
a form in one piece cannot lose half of itself on the way.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from xml.etree.ElementTree import Element, SubElement, tostring

from app.forms.guard import parse_xml
from app.forms.texts import local

XFORMS = "http://www.w3.org/2002/xforms"


def embedded(xform: str, itemsets: str) -> str:
    """Return the form with the lists of an ``itemsets.csv`` inside, and its questions as selects.

    Raises FormError when either is not what it should be.
    """
    top = parse_xml(xform)
    model = next(one for one in top.iter() if local(one) == "model")
    here = {one.get("id") for one in model if local(one) == "instance"}
    last = max(at for at, one in enumerate(model) if local(one) == "instance")
    lists = [one for one in _lists(itemsets) if one.get("id") not in here]
    for offset, listed in enumerate(lists, start=1):
        model.insert(last + offset, listed)
    for control in top.iter(f"{{{XFORMS}}}input"):
        if control.get("query"):
            _select(control, control.attrib.pop("query"))
    return tostring(top, encoding="unicode")


def _lists(itemsets: str) -> list[Element]:
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in csv.DictReader(io.StringIO(itemsets)):
        rows[row.pop("list_name", "")].append(row)
    return [_instance(name, items) for name, items in rows.items() if name]


def _instance(name: str, items: list[dict[str, str]]) -> Element:
    instance = Element(f"{{{XFORMS}}}instance", {"id": name})
    root = SubElement(instance, f"{{{XFORMS}}}root")
    for item in items:
        element = SubElement(root, f"{{{XFORMS}}}item")
        for column, text in item.items():
            if column and text:
                SubElement(element, f"{{{XFORMS}}}{column}").text = text
    return instance


def _select(control: Element, nodeset: str) -> None:
    control.tag = f"{{{XFORMS}}}select1"
    itemset = SubElement(control, f"{{{XFORMS}}}itemset", {"nodeset": nodeset})
    SubElement(itemset, f"{{{XFORMS}}}value", {"ref": "name"})
    SubElement(itemset, f"{{{XFORMS}}}label", {"ref": "label"})
