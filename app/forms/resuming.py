"""Go on with a draft: answers by path, with the number of rows of each repeat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from app.errors import KipuError
from app.forms import growing
from app.forms.answers import Given
from app.forms.instance import Instance
from app.forms.paths import node_at, place_path, range_at, row_at

Answers: TypeAlias = Mapping[str, Given]


def resume(instance: Instance, answers: Answers) -> dict[str, Given]:
    """Take the answers of a draft; return those whose path the form does not have."""
    strays: dict[str, Given] = {}
    repeats = {path: count for path, count in answers.items() if _is_repeat(instance, path)}
    for path in sorted(repeats, key=lambda path: path.count("/")):
        if not _has_rows(instance, path, repeats[path]):
            strays[path] = repeats[path]
    questions = instance.definition.questions
    # Defaults belong to what is new; a draft says itself what is answered.
    for node in instance.nodes():
        if node.place.path in questions:
            instance.keep(node, None)
    for path, value in answers.items():
        take = _tag if path.endswith("]") else _keep
        if path not in repeats and not take(instance, path, value):
            strays[path] = value
    return strays


def _is_repeat(instance: Instance, path: str) -> bool:
    return place_path(path) in instance.definition.repeats and not path.endswith("]")


def _has_rows(instance: Instance, path: str, count: Given) -> bool:
    """Give a repeat as many rows as the draft had; tell whether there is such a repeat."""
    try:
        rows = range_at(instance, path)
    except KipuError:
        return False
    wanted = count if isinstance(count, int) else 0
    while len(rows.rows) > wanted:
        growing.remove_row(instance, rows, len(rows.rows) - 1)
    while len(rows.rows) < wanted:
        growing.add_row(instance, rows)
    return True


def _tag(instance: Instance, path: str, tag: Given) -> bool:
    """Remember what a row is known by to whoever keeps it; tell whether there is such a row."""
    try:
        rows, at = row_at(instance, path)
    except KipuError:
        return False
    rows.rows[at].tag = str(tag or "")
    return True


def _keep(instance: Instance, path: str, value: Given) -> bool:
    try:
        node = node_at(instance, path)
    except KipuError:
        return False
    is_kept = node.place.kind == "attribute" or node.place.path in instance.definition.questions
    if not is_kept:
        return False
    instance.keep(node, value)
    return True
