"""Two laptops and a share, made by the program's own commands, for what is measured on them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.models import papers
from app.models.commands import membership, surveys, syncing
from app.models.project import Project
from app.models.queries import surveys as reading

PASSPHRASE = "benchmarks only"
SPACE = "Field"


@dataclass
class Pair:
    """A coordinator who writes and a facilitator who receives."""

    writer: Project
    reader: Project
    space: bytes
    share: Path

    @classmethod
    def make(cls, folder: Path, form: bytes) -> Pair:
        writer = membership.create_project(folder / "a", "Bench", "Ana", PASSPHRASE).project
        space = membership.add_space(writer, SPACE)
        surveys.import_form(writer, form, "bench.md")
        asked = membership.make_request(folder / "b", "Eva", PASSPHRASE)
        request, _phrase = membership.read_request(asked.raw)
        membership.join(asked.project, membership.admit(writer, request, "facilitator", [SPACE]))
        for one in (writer, asked.project):
            papers.shown(one)
        share = folder / "share"
        share.mkdir()
        syncing.found_share(writer, str(share))
        return cls(writer, asked.project, space, share)

    @property
    def form(self) -> reading.Form:
        return reading.find_form(self.writer, "bench")

    def sync(self, project: Project) -> syncing.engine.Report:
        report, _touched = syncing.sync(project, str(self.share))
        return report

    def close(self) -> None:
        self.writer.close()
        self.reader.close()
