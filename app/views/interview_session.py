"""An interview on the survey engine, as the interview page asks for it, and its draft in the store.

The engine's session is plain memory and lives in the window's thread; the store lives in the
worker's. Between them go snapshots: what shows as kept is what the worker has written down.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import QObject, Signal

from app.forms import Definition, Group, Item, Session
from app.i18n import _
from app.jobs import Handler
from app.models import drafts
from app.models.commands import surveys
from app.models.drafts import Draft
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.vocabulary import Value
from app.views.desk import Desk
from app.views.interview import Question

NOTES: Final = "interviewer_notes"
_ACKNOWLEDGED: Final = "OK"
_MOST_TOGETHER: Final = 12
"""Questions of a section shown at once; a longer one is divided."""
AWAY_S: Final = 300


class SessionInterview:
    """The page's view of a ``Session``; what was asked once is remembered until it changes."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._paths = tuple(_asked(session.definition, session.definition.items))
        self._together = dict(_together(session.definition, session.definition.items))
        self._sections = dict(_sections(session.definition, session.definition.items))
        self._known: dict[str, Question] = {}

    @property
    def title(self) -> str:
        return self._session.definition.title

    @property
    def languages(self) -> Sequence[str]:
        return self._session.definition.languages

    @property
    def language(self) -> str:
        return self._session.language

    def set_language(self, language: str) -> None:
        self._session.set_language(language)
        self._known.clear()

    def paths(self) -> Sequence[str]:
        return self._paths

    def page_of(self, path: str) -> Sequence[str]:
        if not self._session.is_relevant(path):
            return (path,)
        together = self._together.get(path, (path,))
        return tuple(one for one in together if self._session.is_relevant(one))

    def section_of(self, path: str) -> Sequence[str]:
        if not self._session.is_relevant(path):
            return (path,)
        return tuple(one for one in self._sections[path] if self._session.is_relevant(one))

    def question(self, path: str) -> Question:
        if path not in self._known:
            self._known[path] = self._read(path)
        return self._known[path]

    def set(self, path: str, value: Any) -> str:
        outcome = self._session.set(path, value)
        for changed in (path, *outcome.changed):
            self._forget(changed)
        return outcome.errors.get(path, "")

    def refusal(self, path: str) -> str:
        return self._session.state(path).error

    def problems(self) -> dict[str, str]:
        return self._session.errors()

    def answers(self) -> dict[str, Value]:
        """Return everything answered so far, refused answers as they were typed."""
        return {**self._session.draft()}

    def counts(self) -> tuple[int, int]:
        """Return how many questions are answered, of how many that apply."""
        asked = [one for one in map(self.question, self._paths) if one.relevant]
        asked = [one for one in asked if one.kind != "note"]
        return sum(1 for one in asked if one.standing == "answered"), len(asked)

    def _forget(self, path: str) -> None:
        if path in self._session.definition.questions:
            self._known.pop(path, None)
            return
        # A group: its label is the section its questions stand under.
        for known in [one for one in self._known if one.startswith(f"{path}/")]:
            del self._known[known]

    def _read(self, path: str) -> Question:
        state = self._session.state(path)
        kind, value, choices = state.kind, state.value, state.choices
        if kind == "acknowledge":
            kind, choices = "select_one", ((_ACKNOWLEDGED, _("Read and understood")),)
        elif kind == "text" and "multiline" in state.appearance.split():
            kind = "longtext"
        is_blank = value in (None, "")
        return Question(
            path,
            kind,
            state.label,
            state.hint,
            " › ".join(self._session.trail(path)),
            state.required,
            state.readonly,
            choices,
            str(value).split() if kind == "select_multiple" and not is_blank else value,
            # What nobody has answered yet is missing; it is no fault until the end.
            "" if is_blank else state.error,
            state.relevant,
            state.guidance,
            state.appearance,
            dict(self._session.definition.questions[path].attributes),
            state.media,
            self._session.choice_media(path),
        )


def _asked(definition: Definition, items: Sequence[Item]) -> Iterator[str]:
    for item in items:
        if isinstance(item, Group):
            yield from _asked(definition, item.children)
        elif item.asked:
            yield item.path


def _together(
    definition: Definition, items: Sequence[Item]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each question of a page that is shown as a whole, with all questions of that page."""
    for item in items:
        if not isinstance(item, Group):
            continue
        if item.one_page:
            page = tuple(_asked(definition, item.children))
            yield from ((path, page) for path in page)
        else:
            yield from _together(definition, item.children)


def _sections(
    definition: Definition, items: Sequence[Item]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each question with those of its group, as many together as a page can bear."""
    alone = tuple(one.path for one in items if not isinstance(one, Group) and one.asked)
    for start in range(0, len(alone), _MOST_TOGETHER):
        part = alone[start : start + _MOST_TOGETHER]
        yield from ((path, part) for path in part)
    for item in items:
        if isinstance(item, Group) and item.one_page:
            page = tuple(_asked(definition, item.children))
            yield from ((path, page) for path in page)
        elif isinstance(item, Group):
            yield from _sections(definition, item.children)


class Stopwatch:
    """Counts the time somebody is at an interview: it stands still in pauses, and silence longer
    than five minutes counts as having gone away."""

    def __init__(self, seconds: float = 0, now: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._now = now
        self._last: float | None = None

    def run(self, running: bool) -> None:
        """Go on counting, or stand still."""
        self.touch()
        self._last = self._now() if running else None

    def touch(self) -> None:
        """Somebody did something just now."""
        if self._last is not None:
            now = self._now()
            gap = now - self._last
            self._seconds += gap if gap <= AWAY_S else 0
            self._last = now

    def seconds(self) -> int:
        """Return the seconds counted so far."""
        self.touch()
        return round(self._seconds)


class Keeper(QObject):
    """Keeps one interview's draft. Every call hands over a snapshot at once, so that what closes
    the project right after finds all of it in the queue before it."""

    kept = Signal(object)
    """Milliseconds since 1970; only once the worker has written down all there was."""
    failed = Signal(object)

    def __init__(
        self, desk: Desk, draft: Draft, interview: SessionInterview, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._draft = draft
        self._interview = interview
        self._on_the_way = 0
        self._is_over = False
        seconds = draft.body.get("seconds")
        self.watch = Stopwatch(seconds if isinstance(seconds, int) else 0)
        self.notes = str(draft.body.get(NOTES) or "")
        self.at = str(draft.body.get("at") or "")

    def keep(self) -> None:
        """Write down what the interview holds now."""
        # What is kept after finishing would bring the draft back.
        if not self._is_over:
            self._on_the_way += 1
            self._desk.ask(
                drafts.keep, self._snapshot(), on_done=self._written, on_error=self._not_written
            )

    def finish(self, on_done: Handler) -> None:
        """Keep, and make the draft a response: in one go, so that nothing comes between.

        ``failed`` tells when it could not be; the interview then goes on.
        """
        self._is_over = True
        self._desk.do(finish, self._snapshot(), on_done=on_done, on_error=self._not_finished)

    def abandon(self, status: str, reason: str, on_done: Handler) -> None:
        """Keep, and end the interview unfinished; ``failed`` tells when it could not be."""
        self._is_over = True
        self._desk.do(
            abandon, self._snapshot(), status, reason,
            on_done=on_done, on_error=self._not_finished,
        )  # fmt: skip

    def _not_finished(self, error: BaseException) -> None:
        self._is_over = False
        self.failed.emit(error)

    def _written(self, draft: Draft) -> None:
        self._on_the_way -= 1
        if not self._on_the_way:
            self.kept.emit(draft.kept_ms)

    def _not_written(self, error: BaseException) -> None:
        self._on_the_way -= 1
        self.failed.emit(error)

    def _snapshot(self) -> Draft:
        answers = self._interview.answers()
        body: dict[str, Value] = {
            **self._draft.body,
            "answers": answers,
            "language": self._interview.language,
            "at": self.at,
            NOTES: self.notes or None,
            "seconds": self.watch.seconds(),
            "progress": [*self._interview.counts(), len(answers)],
        }
        return replace(self._draft, body=body)


def finish(project: Project, draft: Draft) -> RecordKey:
    """Complete an interview whose last answers are in ``draft``."""
    return surveys.finish(project, drafts.keep(project, draft))


def abandon(project: Project, draft: Draft, status: str, reason: str) -> RecordKey:
    """End an interview that cannot go on, its last answers in ``draft``."""
    return surveys.abandon(project, drafts.keep(project, draft), status, reason)
