"""A finished interview opened again: corrected with a reason, and what it was before stays told.

The correction is a draft like any other until it is finished. What arrived meanwhile is never
overwritten unseen: it stands beside the correction, to be decided (sync rule 14). As the ODK XForms
specification asks, the response gets a new instanceID and names the old one as its deprecatedID.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from app.errors import KipuError
from app.i18n import _
from app.models import drafts, spaces
from app.models.commands import entities, recounting, revising
from app.models.commands.answer_files import files_of
from app.models.commands.revising import plain
from app.models.drafts import Draft
from app.models.ledger import RecordKey
from app.models.ledger.registers import State
from app.models.project import Project
from app.models.queries import answering, form_files, records
from app.models.queries.answering import Whole
from app.models.queries.surveys import unasked
from sync.changes import Change, Ref, Verb
from sync.ids import moved_id, random_id
from sync.values import Value

if TYPE_CHECKING:
    from app.forms import Session

_INSTANCE_ID = "/meta/instanceID"
_DEPRECATED_ID = "/meta/deprecatedID"
_BROKEN_OFF = ("refused", "interrupted", "not_eligible")
"""What of such an interview a form follows was never written."""
_MOST = ""
"""Stands, among the heads of a record, for those that most of its fields share."""


def is_reopened(draft: Draft) -> bool:
    """Whether a draft corrects a response that is there already."""
    return "reopened" in draft.body


def reopen(project: Project, key: RecordKey, reason: str) -> Draft:
    """Open a response again as a draft.

    Raises KipuError without a reason, where the role here does not allow it, or when it is open
    already.
    """
    if not reason.strip():
        raise KipuError(_("Say why the interview is corrected."))
    key = answering.response_of(project, key)
    _require_open(project, key)
    held = answering.whole(project, key)
    now = project.ledger.now_ms()
    body: dict[str, Value] = {
        "reopened": key.id.hex(),
        "reason": reason.strip(),
        "survey": held.values.get("survey"),
        "form_id": held.values.get("form_id"),
        "form_version": held.values.get("form_version"),
        "folio": held.values.get("folio"),
        "started": held.values.get("started"),
        "language": _language(held),
        "answers": dict(held.answers),
        "before": dict(held.answers),
        "heads": _heads(project, held),
    }
    return drafts.keep(project, Draft(random_id(), "response", key.space, now, now, body))


def _require_open(project: Project, key: RecordKey) -> None:
    view = project.roster.view()
    if not view.policy.allows(key.kind, Verb.EDIT, "space", view.role(project.device, key.space)):
        raise KipuError(
            _("Your role here does not allow this. Nothing was changed; ask a coordinator.")
        )
    records.require_shown(project, key)
    if records.values(project, key).get("status") == "annulled":
        raise KipuError(_("What was annulled counts no more, and is not corrected."))
    if any(
        one.body.get("reopened") == key.id.hex() for one in drafts.all_drafts(project, key.kind)
    ):
        raise KipuError(_("This interview is open for correction already; go on with its draft."))


def _language(held: Whole) -> str:
    kept = held.values.get("language")
    known = [one for one in kept if isinstance(one, str)] if isinstance(kept, list) else []
    return next((one for one in known if one in held.form.languages), "")


def _heads(project: Project, held: Whole) -> dict[str, Value]:
    keys = [held.key, *(row.key for row in held.rows.values())]
    return {key.id.hex(): _packed(_on_screen(project, held, key)) for key in keys}


def _on_screen(project: Project, held: Whole, key: RecordKey) -> dict[str, tuple[Ref, ...]]:
    """What whoever corrects has before them: of an answer that stands twice, the one that is shown.

    What the form works out is nobody's to decide, so that what stands of it is replaced whole.
    """
    worked_out = unasked(held.form)
    every = records.heads(project, key)
    return {name: every[name] if name in worked_out else refs
            for name, refs in records.shown_heads(project, key).items()}  # fmt: skip


def _packed(heads: Mapping[str, tuple[Ref, ...]]) -> dict[str, Value]:
    """Heads by field, those most fields share told once: most come from the creation."""
    [(common, _count)] = Counter(heads.values()).most_common(1) or [((), 0)]
    others = {name: refs for name, refs in heads.items() if refs != common}
    return {
        name: [[ref.log, ref.seq] for ref in refs]
        for name, refs in {_MOST: common, **others}.items()
    }


def finish(project: Project, draft: Draft, session: Session, status: str) -> RecordKey:
    """Make a correction part of the response it corrects, in one transaction.

    ``status`` is how it ends now: one that was broken off may be complete.
    """
    key = RecordKey(draft.space, "response", bytes.fromhex(str(draft.body["reopened"])))
    if not records.flags(project, key) & State.VISIBLE and _is_moved(project, key):
        raise KipuError(
            _("This interview was moved to another space meanwhile. Correct it there; what was "
              "typed here is kept until you discard it.")
        )  # fmt: skip
    held = answering.whole(project, key)
    changes = revising.revised(
        project,
        held,
        session,
        seen=_seen(project, draft, held),
        files=files_of(draft),
    )
    with project.ledger.writing():
        if changes or held.values.get("status") != status:
            lineage = _lineage(project, key, held, draft, status)
            whole = _with(changes, lineage)
            if status == "complete" and held.values.get("status") in _BROKEN_OFF:
                entities.commit(project, draft, session, whole, "correct")
            else:
                project.ledger.commit(key.space, whole, "correct")
            if held.answers != draft.body["before"]:
                # What came meanwhile was not in the sums of whoever corrected.
                recounting.after_rows(project, key)
        drafts.drop(project, draft.id)
    return key


def _is_moved(project: Project, key: RecordKey) -> bool:
    return any(
        records.is_here(project, key.kind, moved_id(key.space, key.kind, key.id, one.id))
        for one in spaces.all_named(project, with_common=True)
    )


def _seen(project: Project, draft: Draft, held: Whole) -> revising.Seen:
    before, kept = draft.body["before"], draft.body["heads"]
    assert isinstance(before, dict)
    assert isinstance(kept, dict)
    answers = {path: plain(path, value) for path, value in before.items()}

    def heads(key: RecordKey) -> Mapping[str, tuple[Ref, ...]]:
        packed = kept.get(key.id.hex())
        if not isinstance(packed, dict):
            return _on_screen(project, held, key)
        found = {name: _refs(refs) for name, refs in packed.items()}
        common = found.pop(_MOST)
        return {**dict.fromkeys(records.heads(project, key), common), **found}

    begun = form_files.session(project, replace(held, answers=answers))
    return revising.Seen(begun, heads)


def _refs(packed: Value) -> tuple[Ref, ...]:
    assert isinstance(packed, list)
    found = []
    for one in packed:
        match one:
            case [bytes() as log, int() as seq]:
                found.append(Ref(log, seq))
    return tuple(found)


def _lineage(project: Project, key: RecordKey, held: Whole, draft: Draft, status: str) -> Change:
    """Why it was corrected, how it ends now, and what it was called before."""
    fields: dict[str, Value] = {"correction_reason": str(draft.body["reason"])}
    if held.values.get("status") not in (status, "annulled"):
        fields["status"] = status
    before = held.values.get(_INSTANCE_ID)
    if before:
        fields |= {_INSTANCE_ID: f"uuid:{uuid.uuid4()}", _DEPRECATED_ID: before}
    heads = records.heads(project, key)
    replaces = {name: heads.get(name, ()) for name in fields}
    return Change(Verb.EDIT, key.kind, key.id, None, fields, replaces)


def _with(changes: list[Change], lineage: Change) -> list[Change]:
    """The changes, those of the response itself joined into one with its lineage."""
    own = next((one for one in changes if one.record == lineage.record), None)
    if own is None:
        return [lineage, *changes]
    joined = replace(
        own,
        fields={**own.fields, **lineage.fields},
        replaces={**own.replaces, **lineage.replaces},
    )
    return [joined if one is own else one for one in changes]
