"""Making the practice project, by the same commands as any other, and throwing it away."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

from app.errors import KipuError
from app.i18n import _
from app.models import drafts, papers, practice, practice_data, practice_interviews, wiping
from app.models.commands import membership, people, places, records, surveys, syncing
from app.models.ledger import RecordKey
from app.models.project import Project, folders, open_project
from app.models.queries import surveys as forms
from app.models.vault import Unlocked, Vault, WrongPassphrase
from app.paths import practice_mark


def found_here(home: Path) -> Path | None:
    """The folder of this laptop's practice project, None when there is none."""
    return next((one for one in folders(home) if practice_mark(one).exists()), None)


def real_folders(home: Path) -> list[Path]:
    """The folders of this laptop's real projects."""
    return [one for one in folders(home) if not practice_mark(one).exists()]


def begin(home: Path) -> Project:
    """Make the practice project, ready to look at, and leave it open.

    Raises KipuError when there is one already: two would be one too many to tell apart.
    """
    if found_here(home) is not None:
        raise KipuError(_("The practice project is here already; throw it away to begin anew."))
    (name, label), *others = practice_data.PEOPLE
    made = membership.create_project(
        home, practice.WORD.capitalize(), name, practice.PASSPHRASE, label, as_practice=True
    )
    project = made.project
    try:
        # Its papers open what everybody may read.
        papers.shown(project)
        for other, initials in others:
            people.add(project, other, initials, practice.PASSPHRASE)
        _fill(project)
    except BaseException:
        project.close()
        raise
    return project


def open_here(home: Path) -> Project:
    """Open the practice project, which asks nobody for a passphrase. Raises KipuError for none."""
    folder = found_here(home)
    if folder is None:
        raise KipuError(_("There is no practice project on this laptop."))

    def unlock(vault: Vault) -> Unlocked:
        return vault.unlock(practice.PASSPHRASE, counted=False)

    try:
        project = open_project(folder, home, unlock)
    except WrongPassphrase as error:
        raise KipuError(_("This is no practice project of Kipu's; nothing was changed.")) from error
    if not practice.is_practice(project):
        project.close()
        raise KipuError(_("This is no practice project of Kipu's; nothing was changed."))
    return project


def throw_away(project: Project) -> None:
    """Take the practice project off this laptop; it is closed afterwards.

    Raises KipuError for a real project, whatever its folder says.
    """
    if not practice.is_practice(project):
        raise KipuError(_("This is no practice project of Kipu's; nothing was changed."))
    project.close()
    wiping.wipe(project.home, project.folder, project.vault.store_id)


def _fill(project: Project) -> None:
    with project.ledger.writing():
        spaces = [
            membership.add_space(project, name)
            for name in (practice_data.PARISH, practice_data.COUNCIL)
        ]
        parish, council = spaces
        places.take(project, places.read(project, "ecuador", None))
        surveys.import_form(project, practice_data.FORM.encode(), "practica.md")
        _people(project, parish)
        _group(project, parish)
        _council(project, council)
        _interviews(project, parish)
        _households(project, parish)
    share = practice.share_of(project)
    share.mkdir()
    syncing.found_share(project, str(share))
    syncing.sync(project, str(share))


def _people(project: Project, space: bytes) -> None:
    for name in practice_data.ORGANISATIONS:
        records.new(project, "organisation", {"name": name}, space)
    for name in practice_data.NEIGHBOURS:
        records.new(project, "person", {"name": name}, space)


def _interviews(project: Project, space: bytes) -> None:
    """All but the last are finished; that one waits to be gone on with."""
    form = forms.find_form(project, "practica")
    *whole, last = practice_data.answers()
    for given in whole:
        draft = surveys.start(project, form, space)
        surveys.answer(project, draft, given)
        surveys.finish(project, drafts.require(project, draft.id))
    begun = surveys.start(project, form, space)
    surveys.answer(project, begun, dict(list(last.items())[:3]))


def _households(project: Project, space: bytes) -> None:
    """Kipu's own questionnaire, answered by some; it is what people come to practise."""
    surveys.import_own(project, practice_interviews.FORM)
    form = forms.find_form(project, practice_interviews.FORM_ID)
    chance = random.Random(11)
    for most in (*[None] * practice_interviews.HOUSEHOLDS, *practice_interviews.DRAFTS):
        draft = surveys.start(project, form, space)
        session = surveys.session_of(project, draft)
        practice_interviews.answer(session, chance, most)
        draft = surveys.keep_session(project, draft, session)
        if most is None:
            surveys.finish(project, draft)


def _council(project: Project, space: bytes) -> None:
    committee = records.new(
        project, "committee", {"name": practice_data.COUNCIL, "cadence": "month"}, space
    )
    owner = {"committee": committee.id.hex()}
    for at, role in enumerate(practice_data.SEATS):
        records.new(project, "seat", {**owner, "role": role, "presides": at == 0})
    for days, number, subject, status in practice_data.MEETINGS:
        day = _day(days)
        given = {"number": f"{number}-{day[:4]}"} if number else {}
        meeting = records.new(
            project, "meeting",
            {**owner, **given, "date": day, "starts": "16:00", "subject": subject,
             "status": status}, space,
        )  # fmt: skip
        _items(project, meeting, status == "held")
    for text, days, status in practice_data.COMMITMENTS:
        records.new(
            project, "commitment", {**owner, "text": text, "due": _day(days), "status": status},
            space,
        )  # fmt: skip


def _items(project: Project, meeting: RecordKey, held: bool) -> None:
    owner = {"meeting": meeting.id.hex()}
    for title in practice_data.AGENDA:
        records.new(project, "agenda_item", {**owner, "title": title})
    if held:
        for name in practice_data.NEIGHBOURS:
            records.new(project, "attendance", {**owner, "name": name, "presence": "present"})
        records.new(project, "resolution", {**owner, "text": "Pedir luminarias para el parque."})


def _group(project: Project, space: bytes) -> None:
    group = records.new(
        project, "focus_group",
        {"topic": "La noche en el barrio", "date": _day(-6), "status": "held"}, space,
    )  # fmt: skip
    for chair, (alias, sex) in enumerate(practice_data.SPEAKERS, start=1):
        records.new(
            project, "participant",
            {"focus_group": group.id.hex(), "alias": alias, "sex": sex, "chair": chair},
        )  # fmt: skip


def _day(days: int) -> str:
    return (date.today() + timedelta(days=days)).isoformat()
