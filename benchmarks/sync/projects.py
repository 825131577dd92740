"""Kipu's laptops as the measures need them, made by the program's own commands."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from app.models import papers, spaces
from app.models.commands import membership, surveys
from app.models.project import Project, folders, open_project
from app.models.replica import LocalReplica
from app.models.vault import Unlocked, Vault
from benchmarks import rows as tables
from benchmarks.sync.rows import Row
from sync import engine
from sync.ports import Remote

PASSPHRASE: Final = "benchmarks only"
SPACE: Final = "Field"
# Only how long a person waits at unlocking; the keys and ciphers are the same.
os.environ.setdefault("KIPU_KDF", "floor")


def found(home: Path, sample: Iterable[Row] = ()) -> Project:
    """A coordinator's laptop with one space and, where rows are to come, the form they answer."""
    made = membership.create_project(home, "Bench", "Ana", PASSPHRASE).project
    membership.add_space(made, SPACE)
    rows = list(sample)
    if rows:
        surveys.import_form(made, tables.form(rows), "bench.md")
    papers.shown(made)
    return made


def join(coordinator: Project, home: Path, person: str) -> Project:
    """A facilitator's laptop, admitted."""
    asked = membership.make_request(home, person, PASSPHRASE)
    request, _phrase = membership.read_request(asked.raw)
    grant = membership.admit(coordinator, request, "facilitator", [SPACE])
    membership.join(asked.project, grant)
    papers.shown(asked.project)
    return asked.project


def reopen(home: Path) -> Project:
    def unlocked(vault: Vault) -> Unlocked:
        return vault.unlock(PASSPHRASE)

    return open_project(folders(home)[0], home, unlocked)


def space_of(project: Project) -> bytes:
    return spaces.find(project, SPACE).id


def sync(
    project: Project, remote: Remote, poll: bool = False, compact: bool = False
) -> engine.Report:
    """One sync by the engine. Raises RuntimeError where it has anything to warn of."""
    report = engine.synchronise(LocalReplica(project), remote, poll=poll, compact=compact)
    if report.quarantined or report.warnings:
        raise RuntimeError(f"{report.quarantined[:3]} {report.warnings[:3]}")
    return report
