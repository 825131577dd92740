"""The recorded behaviour of ODK Web Forms' and Enketo's XPath, case by case."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from app.forms.xpath import (
    Context,
    Host,
    Node,
    Scope,
    XPathError,
    XPathEvaluationError,
    compile_expression,
    parse,
    parse_document,
)
from app.forms.xpath.nodes import descendants
from app.forms.xpath.paths import children_of

ZONE = timezone(timedelta(hours=-7))
DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]*(\[.*?\])?\s*>", re.DOTALL)
STEP = re.compile(r"([^/\[]+)\[(\d+)\]")
TYPES = {
    "element": "*",
    "text": "text()",
    "comment": "comment()",
    "processing-instruction": "processing-instruction()",
}


class CaseHost(Host):
    """The world of one case: its document, its instances and its translations."""

    def __init__(self, root: Node, document: Node, language: str) -> None:
        super().__init__(root, datetime.now(ZONE))
        self._document = document
        self._language = language

    def now(self) -> datetime:
        return datetime.now(ZONE)

    def _named(self, name: str) -> list[Node]:
        return [node for node in descendants(self._document) if node.name == name]

    def instance(self, name: str) -> Node:
        for node in self._named("instance"):
            if node.attribute("id") == name:
                return node
        raise XPathEvaluationError(name)

    def itext(self, name: str) -> list[Node]:
        every = self._named("translation")
        wanted = [one for one in every if one.attribute("lang") == self._language]
        marked = [one for one in every if any(a.name == "default" for a in one.attributes)]
        for text in (wanted or marked or every)[0].children:
            if text.kind == "element" and text.attribute("id") == name:
                return [node for node in text.children if node.name == "value"]
        return []


def at(document: Node, path: str) -> Node:
    """Return the node at a path of element positions."""
    node = document
    for step, place in STEP.findall(path):
        kind = next((kind for kind, written in TYPES.items() if written == step), "element")
        node = [one for one in children_of(node) if one.kind == kind][int(place) - 1]
    name = path.rpartition("/@")[2] if "/@" in path else ""
    return next((one for one in node.attributes if one.qualified == name), node)


def path_of(node: Node) -> str:
    """Return the path of element positions of a node."""
    if node.parent is None:
        return "/"
    above = path_of(node.parent).rstrip("/")
    if node.kind == "attribute":
        return f"{above}/@{node.qualified}"
    same = [one for one in children_of(node.parent) if one.kind == node.kind]
    return f"{above}/{TYPES[node.kind]}[{same.index(node) + 1}]"


@lru_cache(maxsize=1)
def cases(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "cases" / "xpath-open.json").read_text())
    return found


def holds(case: dict[str, Any], everything: dict[str, Any]) -> bool:
    """Tell whether one case comes out as recorded."""
    source = DOCTYPE.sub("", everything["docs"][case["doc"]])
    document = parse_document(source)
    names = dict(re.findall(r"xmlns:(\w+)=\"([^\"]*)\"", source)) | everything["meta"]["namespaces"]
    if case.get("custom_ns"):
        names["jr"] = "https://example.com/another"
    root = at(document, case["root"]) if case["xforms"] else document
    context = Context(CaseHost(root, document, case.get("lang", "")), at(document, case["context"]))
    try:
        piece = compile_expression(
            parse(case["expression"]), Scope(case["xforms"], Scope().namespaces | names)
        )
        piece.run(context)
        return _agrees(case, piece, context)
    except XPathError:
        return bool(case["kind"] == "error")


def _agrees(case: dict[str, Any], piece: Any, context: Context) -> bool:
    expected, kind = case["expected"], case["kind"]
    if kind == "boolean":
        return bool(piece.truth()(context) == expected)
    if kind.startswith("number"):
        return _same_number(case, piece.number()(context))
    if kind == "string":
        wanted = expected if isinstance(expected, str) else json.dumps(expected)
        return bool(piece.text()(context) == wanted)
    if kind == "string-matches":
        return re.search(expected, piece.text()(context)) is not None
    if kind == "error":
        return False
    found = [path_of(node) for node in piece.run(context)]
    wanted = [one["path"] if isinstance(one, dict) else one for one in expected]
    if kind == "single-node":
        return found[:1] == wanted[:1]
    return sorted(found) == sorted(wanted) if kind.endswith("unordered") else found == wanted


def _same_number(case: dict[str, Any], found: float) -> bool:
    expected = case["expected"]
    every = expected if isinstance(expected, list) else [expected]
    step = 1 / case["factor"] if "factor" in case else 0.0
    for one in every:
        number = math.nan if one is None else float(one)
        if math.isnan(number):
            if math.isnan(found):
                return True
        elif found == number or abs(found - number) <= max(step, abs(number) * 1e-12):
            return True
    return False


@pytest.mark.parametrize(("forms", "share"), [(True, 0.99), (False, 0.97)])
def test_recorded_expressions(shared: Path, forms: bool, share: float) -> None:
    everything = cases(shared)
    chosen = [
        case
        for case in everything["cases"]
        if case["xforms"] is forms and not case.get("nondeterministic")
    ]
    outcome = Counter(holds(case, everything) for case in chosen)
    missed = [case["expression"] for case in chosen if not holds(case, everything)]
    assert outcome[True] / len(chosen) >= share, missed
