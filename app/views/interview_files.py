"""The files of one interview: what people answer with, and what came with its form.

The sealed bytes are the worker's; the window holds what opens them, which the draft keeps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal

from app.models import attachments
from app.models.commands import answer_files
from app.models.commands.answer_files import FILES
from app.models.drafts import Draft
from app.models.project import Project
from app.models.queries import form_files
from app.models.queries import surveys as reading
from app.models.vocabulary import Value
from app.views.desk import Desk

_MOST_HELD: Final = 16
_LARGEST_HELD: Final = 2_000_000
"""Pictures of the form that are kept at hand, and bytes of the largest of them: questions are
gone through back and forth."""


class DraftFiles(QObject):
    """Keeps and reads the files of a draft for the controls of the interview page."""

    failed = Signal(object)
    """A file could not be kept or read."""
    answered = Signal(str, str)
    """A file was kept for the question at a path, under the answer that names it."""

    def __init__(self, desk: Desk, draft: Draft, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._draft = draft
        self._pictures: dict[str, bytes | None] = {}
        self.kept: dict[str, Value] = answer_files.files_of(draft)
        """What opens the files of this draft, by the answers that name them."""

    def put(
        self,
        path: str,
        name: str,
        media_type: str,
        data: bytes,
        on_done: Callable[[str], object],
    ) -> None:
        reference = answer_files.reference(path, name)
        self._desk.ask(
            attachments.keep, self._draft.space, data, reference, media_type,
            on_done=partial(self._put, path, reference, on_done),
            on_error=partial(self._not_put, on_done),
        )  # fmt: skip

    def get(self, reference: str, on_done: Callable[[bytes | None], object]) -> None:
        self._desk.ask(
            answer_files.read, self._whole(), reference,
            on_done=on_done, on_error=partial(self._not_read, on_done),
        )  # fmt: skip

    def get_media(self, reference: str, on_done: Callable[[bytes | None], object]) -> None:
        if reference in self._pictures:
            on_done(self._pictures[reference])
            return
        self._desk.ask(
            _picture, str(self._draft.body["survey"]), reference,
            on_done=partial(self._got_picture, reference, on_done),
            on_error=partial(self._not_read, on_done),
        )  # fmt: skip

    def _whole(self) -> Draft:
        return replace(self._draft, body={**self._draft.body, FILES: self.kept})

    def _put(self, path: str, reference: str, on_done: Callable[[str], object], ref: Value) -> None:
        self.kept[reference] = ref
        # The question may have been left meanwhile, and its control with it.
        self.answered.emit(path, reference)
        on_done(reference)

    def _not_put(self, on_done: Callable[[str], object], error: BaseException) -> None:
        self.failed.emit(error)
        on_done("")

    def _got_picture(
        self, reference: str, on_done: Callable[[bytes | None], object], data: bytes | None
    ) -> None:
        if data is None or len(data) <= _LARGEST_HELD:
            while len(self._pictures) >= _MOST_HELD:
                self._pictures.pop(next(iter(self._pictures)))
            self._pictures[reference] = data
        on_done(data)

    def _not_read(self, on_done: Callable[[bytes | None], object], error: BaseException) -> None:
        self.failed.emit(error)
        on_done(None)


def _picture(project: Project, survey: str, reference: str) -> bytes | None:
    return form_files.picture(project, reading.form_of(project, survey).key, reference)
