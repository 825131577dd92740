"""Recorded XPath: one expression, one document, one answer; or the answers of two engines."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.forms.xpath import (
    Context,
    Host,
    Node,
    Piece,
    Scope,
    XPathError,
    XPathEvaluationError,
    compile_expression,
    parse,
    parse_document,
)
from app.forms.xpath.nodes import descendants, text_of
from app.forms.xpath.paths import children_of
from tests.conformance.report import Verdict

ZONE = timezone(timedelta(hours=-7))
BOTH_ZONE = timezone(timedelta(hours=-3))
"""The zones in which the two kinds of file were recorded."""
DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]*(\[.*?\])?\s*>", re.DOTALL)
STEP = re.compile(r"([^/\[]+)\[(\d+)\]")
TYPES = {
    "element": "*",
    "text": "text()",
    "comment": "comment()",
    "processing-instruction": "processing-instruction()",
}


Judge = Callable[[dict[str, Any], dict[str, Any]], str]


class CaseHost(Host):
    """The world of one case: its document, its instances and its translations."""

    def __init__(self, root: Node, document: Node, language: str, zone: timezone = ZONE) -> None:
        super().__init__(root, datetime.now(zone))
        self._zone = zone
        self._document = document
        self._language = language

    def now(self) -> datetime:
        return datetime.now(self._zone)

    def _named(self, name: str) -> list[Node]:
        return [node for node in descendants(self._document) if node.name == name]

    def instance(self, name: str) -> Node:
        for node in self._named("instance"):
            if node.attribute("id") == name:
                return node
        raise XPathEvaluationError(name)

    def itext(self, name: str, context: Context) -> list[Node]:
        every = self._named("translation")
        wanted = [one for one in every if one.attribute("lang") == self._language]
        marked = [one for one in every if any(a.name == "default" for a in one.attributes)]
        for text in (wanted or marked or every)[0].children:
            if text.kind == "element" and text.attribute("id") == name:
                return [node for node in text.children if node.name == "value"]
        return []


def verdicts(file: Path, forms: bool | None = None) -> Iterator[Verdict]:
    """Yield how every case of a file went, whichever of the two formats it is written in.

    ``forms`` True picks those in ODK's dialect, False those in plain XPath, None all.
    """
    everything = json.loads(file.read_text())
    judge = _judge_both if "instance" in everything else _judge
    for number, case in enumerate(everything["cases"]):
        if forms is not None and case["xforms"] is not forms:
            continue
        name = case.get("id") or f"{number}: {case['expression']}"
        if case.get("nondeterministic"):
            yield Verdict(name, None)
        else:
            yield Verdict(name, _judged(judge, case, everything), case["expression"])


def _judged(judge: Judge, case: dict[str, Any], everything: dict[str, Any]) -> str:
    try:
        return judge(case, everything)
    except Exception as error:
        # A crash of ours is a failure like any other, and must not hide the cases after it.
        return f"broke off: {error!r}"


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


def _judge(case: dict[str, Any], everything: dict[str, Any]) -> str:
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
        found = _found(case, piece, context)
    except XPathError as error:
        if case["kind"] == "error":
            return ""
        return f"expected {case['expected']!r}, found the error “{error}”"
    if _agrees(case, found):
        return ""
    return f"expected {case['kind']} {case['expected']!r}, found {found!r}"


def _found(case: dict[str, Any], piece: Piece, context: Context) -> Any:
    kind = case["kind"]
    if kind == "boolean":
        return piece.truth()(context)
    if kind.startswith("number"):
        return piece.number()(context)
    if kind.startswith("string"):
        return piece.text()(context)
    found = piece.run(context)
    return [path_of(node) for node in found] if isinstance(found, list) else found


def _agrees(case: dict[str, Any], found: Any) -> bool:
    expected, kind = case["expected"], case["kind"]
    if kind == "error":
        return False
    if kind.startswith("number"):
        return _same_number(case, found)
    if kind == "string":
        return bool(found == (expected if isinstance(expected, str) else json.dumps(expected)))
    if kind == "string-matches":
        flags = re.IGNORECASE if "i" in case.get("flags", "") else 0
        return re.search(expected, found, flags) is not None
    if kind == "string-length":
        return len(found) == int(expected)
    if kind == "boolean":
        return bool(found == expected)
    wanted = [one["path"] if isinstance(one, dict) else one for one in expected]
    if kind == "single-node":
        return bool(found[:1] == wanted[:1])
    return sorted(found) == sorted(wanted) if kind.endswith("unordered") else found == wanted


def _same_number(case: dict[str, Any], found: float) -> bool:
    expected = case["expected"]
    every = expected if isinstance(expected, list) else [expected]
    step = 1 / case["factor"] if "factor" in case else 0.0
    return any(_close(_number(one), found, step) for one in every)


def _number(written: Any) -> float:
    return math.nan if written is None else float(written)


def _close(number: float, found: float, step: float) -> bool:
    if math.isnan(number) or math.isnan(found):
        return math.isnan(number) and math.isnan(found)
    return found == number or abs(found - number) <= max(step, abs(number) * 1e-12)


@lru_cache(maxsize=4)
def _document(xml: str) -> Node:
    return parse_document(xml)


def _judge_both(case: dict[str, Any], everything: dict[str, Any]) -> str:
    """Compare with two engines that sometimes differ: either answer is right."""
    document = _document(everything["instance"])
    # The record counts figures of places to the centimetre in one engine, in full in the other.
    answers = [case["openrosa_xpath_evaluator"], case["javarosa"]]
    context = Context(CaseHost(document, document, "", BOTH_ZONE), document.children[0])
    try:
        piece = compile_expression(parse(case["expression"]), Scope())
        found: Any = piece.run(context)
    except XPathError as error:
        found = error
    if any(_is_answer(one, found, piece if not isinstance(found, XPathError) else None, context)
           for one in answers):  # fmt: skip
        return ""
    return f"expected {' or '.join(repr(one['value']) for one in answers)}, found {found!r}"


def _is_answer(answer: dict[str, Any], found: Any, piece: Piece | None, context: Context) -> bool:
    if answer["type"] == "error" or piece is None:
        return answer["type"] == "error" and piece is None
    value = answer["value"]
    if answer["type"] == "nodeset":
        return isinstance(found, list) and [text_of(one) for one in found] == value
    if answer["type"] == "boolean":
        return isinstance(found, bool) and found == value
    if answer["type"] == "number":
        return _close(_number(None if value == "NaN" else value), piece.number()(context), 0.0)
    return bool(piece.text()(context) == value)
