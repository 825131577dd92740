"""What waits to be sent, to which place, and why something that came was set aside."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import Final

from app.i18n import ngettext
from app.models import spaces
from app.models.attachments import whereabouts
from app.models.faults import sentence
from app.models.ledger.registers import Standing
from app.models.project import Project

OwnAside = dict[tuple[int, int], tuple[str, int]]
"""Of transactions made here and set aside: why, as a code of `faults`, and how many changes."""

_WHY: Final = {
    Standing.UNAUTHORISED: "set-aside.role",
    Standing.LATE: "set-aside.late",
}


def to_send(project: Project) -> dict[int, tuple[int, int]]:
    """By place, the bytes that wait here for it: of words, and of files.

    What is not sealed yet counts as it lies here; sealing makes it a little more or less.
    """
    pending = int(project.store.value("SELECT ifnull(sum(length(block)), 0) FROM pending"))
    rows = project.store.rows(
        "SELECT m.remote, (SELECT ifnull(sum(length(b.raw)), 0) FROM batches b "
        "JOIN logs l USING(lid) WHERE l.device=? AND b.number > ifnull((SELECT s.number FROM sent "
        "s WHERE s.remote=m.remote AND s.lid=b.lid), 0)) FROM remotes m",
        (project.device,),
    )
    files = whereabouts.bytes_to_send(project)
    return {int(remote): (int(sealed) + pending, files.get(int(remote), 0))
            for remote, sealed in rows}  # fmt: skip


def files_lacking(project: Project) -> dict[int, int]:
    """By place, how many files lie here and are not known to lie there."""
    return {remote: len(found) for remote, found in whereabouts.lacking(project).items()}


def waiting_kinds(project: Project) -> list[tuple[str, int]]:
    """How many records of each kind have changes here that no place is known to hold."""
    rows = project.store.rows(
        "WITH unsent(lid, seq) AS (SELECT l.lid, ifnull((SELECT max(b.first_seq + b.changes - 1) "
        "FROM batches b WHERE b.lid=l.lid AND b.number <= (SELECT max(s.number) FROM sent s "
        "WHERE s.lid=l.lid)), 0) FROM logs l WHERE l.device=?), changed(rid) AS ("
        "SELECT r.rid FROM unsent u JOIN records r ON r.lid=u.lid AND r.seq>u.seq UNION "
        "SELECT e.rid FROM unsent u JOIN edits e ON e.lid=u.lid AND e.seq>u.seq) "
        "SELECT k.name, count(*) FROM changed JOIN records r USING(rid) JOIN kinds k USING(kid) "
        "GROUP BY k.name ORDER BY count(*) DESC, k.name",
        (project.device,),
    )
    return [(str(name), int(count)) for name, count in rows]


def asides(project: Project) -> dict[str, list[str]]:
    """Why something was set aside, in words, by the laptop it came from ("" where nobody knows)."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for device, code, params in project.store.rows(
        "SELECT device, code, params FROM quarantine ORDER BY at"
    ):
        told = sentence(str(code), json.loads(params or "{}"))
        found[spaces.device_code(project, bytes(device)) if device else ""].append(told)
    for device, standing, count in project.store.rows(
        "SELECT l.device, t.class, count(*) FROM transactions t JOIN logs l USING(lid) "
        "WHERE t.class<>0 AND l.device NOT NULL GROUP BY l.device, t.class"
    ):
        found[spaces.device_code(project, bytes(device))].append(_told(int(standing), int(count)))
    return dict(found)


def own_aside(project: Project) -> OwnAside:
    """What was made on this laptop and counts for nobody."""
    rows = project.store.rows(
        "SELECT t.lid, t.first_seq, t.class, t.changes FROM logs l JOIN transactions t USING(lid) "
        "WHERE l.device=? AND t.class<>0",
        (project.device,),
    )
    return {(int(lid), int(first)): (_WHY[Standing(int(standing))], int(changes))
            for lid, first, standing, changes in rows}  # fmt: skip


def by_reason(found: OwnAside) -> dict[str, int]:
    """How many changes were set aside, by the code that says why."""
    counted: Counter[str] = Counter()
    for code, changes in found.values():
        counted[code] += changes
    return dict(sorted(counted.items()))


def _told(standing: int, count: int) -> str:
    if standing == Standing.LATE:
        text = ngettext(
            "{count} change came after its act was closed; Review says which.",
            "{count} changes came after their act was closed; Review says which.",
            count,
        )
    else:
        text = ngettext(
            "{count} change was beyond the role of that laptop; Review says which.",
            "{count} changes were beyond the role of that laptop; Review says which.",
            count,
        )
    return text.format(count=count)
