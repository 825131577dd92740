"""The draft journal: what is being typed, kept in the encrypted store before it is a record.

A draft is this laptop's own; it reaches nobody until it is finished. What `keep` returned from
survives a kill and a power cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from app.errors import Forgotten, KipuError
from app.i18n import _
from app.models import attachments
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries import records
from sync.values import ERASED, Value, from_json, to_json


@dataclass(frozen=True)
class Draft:
    """Something begun and not finished. `body` is the page's own; `kept_ms` when it was kept."""

    id: bytes
    kind: str
    space: bytes
    started_ms: int
    kept_ms: int
    body: Mapping[str, Value] = field(default_factory=dict)


def keep(project: Project, draft: Draft) -> Draft:
    """Write a draft through to the disk; returns it as kept.

    Raises Forgotten for one of a record that was erased: a page that is still open does not bring
    back what is to be forgotten.
    """
    left = _without_erased(project, draft)
    if left is None:
        raise Forgotten(
            _(
                "What this belongs to was erased for good meanwhile, so what was typed here is not kept."
            )
        )
    draft = left
    kept = replace(draft, kept_ms=project.ledger.now_ms())
    registers = project.ledger.registers
    with project.ledger.writing():
        project.store.run(
            "INSERT INTO drafts VALUES(?,?,?,?,?,?,?) ON CONFLICT(id) DO UPDATE SET "
            "sid=excluded.sid, kept=excluded.kept, body=excluded.body",
            (kept.id, kept.kind, registers.sid(kept.space),
             registers.pid(project.person.id, project.person.name), kept.started_ms, kept.kept_ms,
             to_json(dict(kept.body))),
        )  # fmt: skip
    return kept


def find(project: Project, draft: bytes) -> Draft | None:
    rows = _read(project, "WHERE d.id=?", (draft,))
    return rows[0] if rows else None


def require(project: Project, draft: bytes) -> Draft:
    """The draft of this id. Raises KipuError when there is none (finished, or never begun)."""
    found = find(project, draft)
    if found is None:
        raise KipuError(_("There is no draft “{text}” here.").format(text=draft.hex()))
    return found


def all_drafts(project: Project, kind: str = "") -> list[Draft]:
    """Drafts, last kept first."""
    return _read(project, "WHERE ?='' OR d.kind=? ORDER BY d.kept DESC", (kind, kind))


def discard(project: Project, draft: bytes) -> None:
    """Throw a draft away for good."""
    found = require(project, draft)
    drop(project, draft)
    attachments.release(project, found.space, dict(found.body))


def drop(project: Project, draft: bytes) -> None:
    """Remove a draft that became a record, and what it recorded."""
    project.store.run("DELETE FROM drafts WHERE id=?", (draft,))
    project.store.run("DELETE FROM recorded WHERE draft=?", (draft,))


def forget(project: Project, record: bytes) -> None:
    """Remove every draft of a record that is erased, and of what was to belong to it."""
    drop(project, record)
    for draft in all_drafts(project):
        owner, texts = draft.body.get("owner"), draft.body.get("texts")
        # A correction holds what it corrects a second time.
        corrected = draft.body.get("heads")
        of = [draft.body.get("meeting"), *(owner if isinstance(owner, list) else [])]
        of += corrected if isinstance(corrected, dict) else {}
        if record.hex() in of:
            drop(project, draft.id)
        elif isinstance(texts, dict) and texts.pop(record.hex(), None) is not None:
            keep(project, replace(draft, body={**draft.body, "texts": texts}))


def forget_erased(project: Project) -> None:
    """Throw away what is about records that another laptop ordered to be erased, and corrections
    that quote what was."""
    for draft in all_drafts(project):
        left = _without_erased(project, draft)
        if left is None:
            discard(project, draft.id)
        elif left != draft:
            keep(project, left)


def _without_erased(project: Project, draft: Draft) -> Draft | None:
    """A draft without what is of an erased record; None where it is all about one."""
    if not project.roster.view().erasures and not project.ledger.rewriting.count:
        return draft
    is_erased = project.ledger.forgotten.is_erased
    if any(map(is_erased, _about(draft))) or _quotes_erased(project, draft):
        return None
    texts = draft.body.get("texts")
    if not isinstance(texts, dict):
        return draft
    kept: dict[str, Value] = {
        item: text
        for item, text in texts.items()
        if not is_erased(RecordKey(draft.space, "agenda_item", bytes.fromhex(item)))
    }
    return replace(draft, body={**draft.body, "texts": kept})


def _about(draft: Draft) -> Iterator[RecordKey]:
    """The records a draft corrects, adds to or is being written in."""
    owner, space = draft.body.get("owner"), draft.space
    if isinstance(owner, list):
        kind, record = map(str, owner)
        yield RecordKey(space, kind, bytes.fromhex(record))
    for kind, name in (("meeting", "meeting"), ("response", "reopened")):
        if name in draft.body:
            yield RecordKey(space, kind, bytes.fromhex(str(draft.body[name])))
    if draft.kind == "focus_group":
        # The sitting of a group goes by the group's own id.
        yield RecordKey(space, draft.kind, draft.id)


def _quotes_erased(project: Project, draft: Draft) -> bool:
    before, heads = draft.body.get("before"), draft.body.get("heads")
    if not isinstance(before, dict) or not isinstance(heads, dict):
        return False
    rows = {value: path for path, value in before.items() if path.endswith("]")}
    for record in heads:
        kind, at = ("response_row", rows[record]) if record in rows else ("response", "")
        key = RecordKey(draft.space, kind, bytes.fromhex(record))
        if not records.is_here(project, kind, key.id):
            continue
        values = records.values(project, key)
        inside = len(str(values.get("repeat") or "")) if at else 0
        if any(value is ERASED and at + name[inside:] in before for name, value in values.items()):
            return True
    return False


def _read(project: Project, where: str, parameters: tuple[object, ...]) -> list[Draft]:
    rows = project.store.rows(
        "SELECT d.id, d.kind, s.space, d.started, d.kept, d.body FROM drafts d "
        f"JOIN spaces s USING(sid) {where}",
        parameters,
    )
    return [
        Draft(bytes(one), kind, bytes(space), started, kept, _body(body))
        for one, kind, space, started, kept, body in rows
    ]


def _body(text: str) -> dict[str, Value]:
    found = from_json(text)
    if not isinstance(found, dict):
        raise TypeError("a draft is no object")
    return found
