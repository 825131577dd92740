"""Recorded form runs: open, answer, add and remove rows, change the language, open again."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from app.errors import KipuError
from app.forms import Definition, Session
from tests.conformance.report import Verdict

UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
POINT_ZERO = re.compile(r"(\d+)\.0+(?=[\s;]|$)")
PROPERTIES = {
    "deviceID": "device_id",
    "email": "email",
    "username": "username",
    "phoneNumber": "phone_number",
}


def verdicts(file: Path) -> Iterator[Verdict]:
    """Yield how every recorded run of a file went."""
    with gzip.open(file) as stream:
        everything = json.load(stream)
    by_id = {case["id"]: case for case in everything["cases"]}
    for case in everything["cases"]:
        text = f"{case['source']} {case['test']}"
        if case.get("nondeterministic"):
            yield Verdict(case["id"], None, text)
            continue
        run = _Run(case, by_id, everything["forms"])
        try:
            run.play()
        except Exception as error:
            # A crash of ours is a failure like any other, and must not hide the cases after it.
            run.differences.append(f"broke off: {error!r}")
        difference = "; ".join(run.differences[:4])
        yield Verdict(case["id"], difference, text, (run.right, run.seen))


def below_root(path: str) -> str:
    """Return our path of a recorded one: without the root, without prefixes."""
    names = path.replace("#range", "").split("/")[2:]
    return "".join(f"/{name.rpartition(':')[2]}" for name in names)


@dataclass
class _Run:
    case: dict[str, Any]
    cases: dict[str, dict[str, Any]]
    forms: dict[str, str]
    differences: list[str] = field(default_factory=list)
    right: int = 0
    seen: int = 0

    def play(self) -> None:
        try:
            session = self._opened(self.case)
        except KipuError as error:
            if self.case["kind"] != "init-error":
                self.differences.append(f"cannot be opened: {error}")
            return
        if self.case["kind"] == "init-error":
            self.differences.append(f"opened, although: {self.case['error']}")
            return
        self._compare(session, self.case["state"]["nodes"])
        for step in self.case.get("steps", []):
            self._step(session, step)
            self._compare(session, step["changed"])

    def _step(self, session: Session, step: dict[str, Any]) -> None:
        try:
            take(session, step)
        except KipuError as error:
            if "error" not in step:
                self.differences.append(f"{step['op']} {step.get('ref')}: {error}")

    def _opened(self, case: dict[str, Any]) -> Session:
        if case["kind"] == "fork":
            return self._continued(case)
        form = Definition.from_xform(self.forms[case["form"]])
        given = {PROPERTIES[name]: value for name, value in (case.get("preload") or {}).items()}
        options: dict[str, Any] = {**given, "media": _media(case)}
        if case.get("edit_instance"):
            return Session.from_xml(form, case["edit_instance"], edit=True, **options)
        session = Session(form, **options)
        if case["kind"] == "init-error":
            session.refuse_faults()
        return session

    def _continued(self, case: dict[str, Any]) -> Session:
        before = self.cases[case["from"]]
        session = self._opened(before)
        for step in before.get("steps", []):
            take(session, step)
        # Where the run before took no step, what was loaded was written by hand and is not in the
        # record: its result is.
        xml = session.to_xml() if before.get("steps") else case["state"]["xml"]
        while before["kind"] == "fork":
            before = self.cases[before["from"]]
        form = session.definition
        edit = "'edit'" in case["test"] or "edit" in case["test"].rpartition(" > ")[2]
        return Session.from_xml(form, xml, edit=edit, media=_media(before))

    def _compare(self, session: Session, nodes: dict[str, dict[str, Any]]) -> None:
        violations = session.violations()
        for recorded, node in nodes.items():
            self.seen += 1
            try:
                told = _differences(session, recorded, node, violations)
            except KipuError as error:
                told = [str(error)]
            self.right += not told
            self.differences += [f"{recorded} {one}" for one in told]


def _media(case: dict[str, Any]) -> dict[str, bytes]:
    return {
        PurePosixPath(name).name: one["text"].encode()
        for name, one in (case.get("resources") or {}).items()
        if one.get("text") is not None
    }


def take(session: Session, step: dict[str, Any]) -> None:
    """Do what one recorded step did."""
    match step["op"]:
        case "answer":
            session.set(below_root(step["ref"]), step.get("value"))
        case "set-language":
            session.set_language(step["language"])
        case "add-repeat":
            session.add_repeat(below_root(step["ref"]))
        case "remove-repeat":
            row = f"{below_root(step['ref'])}[{step['index'] + 1}]"
            session.remove_repeat(row)


def _differences(
    session: Session, recorded: str, node: dict[str, Any], violations: dict[str, tuple[str, str]]
) -> list[str]:
    path = below_root(recorded)
    if recorded.endswith("#range"):
        rows = len(session.rows(path))
        return [] if rows == node["n"] else [f"rows: {node['n']} recorded, {rows} found"]
    state = session.state(path)
    found: dict[str, Any] = {
        "rel": state.relevant,
        "ro": session.is_readonly(path),
        "req": state.required,
    }
    if "v" in node:
        found["v"] = session.stored(path)
    if "ch" in node:
        found["ch"] = [list(choice) for choice in state.choices]
    for name, text in (("label", state.label), ("hint", state.hint)):
        if name in node:
            found[name] = text
    told = [
        f"{key}: {node[key]!r} recorded, {value!r} found"
        for key, value in found.items()
        if not _same(node[key], value)
    ]
    return told + _violation(node.get("bad"), violations.get(path))


def _violation(recorded: dict[str, Any] | None, found: tuple[str, str] | None) -> list[str]:
    if recorded is None:
        return [f"bad: none recorded, {found} found"] if found else []
    same = found is not None and found[0] == recorded["c"] and _same(recorded["m"] or "", found[1])
    return [] if same else [f"bad: {recorded} recorded, {found} found"]


def _same(recorded: Any, found: Any) -> bool:
    """Compare, taking a number written 10.0 for the number written 10, also inside a point."""
    if isinstance(recorded, list) and recorded and not isinstance(recorded[0], list):
        recorded = " ".join(map(str, recorded))
    return bool(_normal(recorded) == _normal(found))


def _normal(value: Any) -> Any:
    """Identifiers are made anew in every run; spaces at the ends say nothing."""
    if isinstance(value, list):
        return [_normal(one) for one in value]
    if not isinstance(value, str):
        return value
    text = UUID.sub("(uuid)", value)
    return POINT_ZERO.sub(r"\1", text).strip()
