"""An interview on the survey engine, as the interview page asks for it, and its draft in the store.

The engine's session is plain memory and lives in the window's thread; the store lives in the
worker's. Between them go snapshots: what shows as kept is what the worker has written down.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import QObject, Signal

from app.forms import Outcome, Session
from app.forms.audit import Log
from app.forms.paths import place_path
from app.i18n import _
from app.jobs import Handler
from app.models import drafts, recordings
from app.models.commands import surveys
from app.models.commands.answer_files import FILES
from app.models.commands.audits import ROWS, as_kept
from app.models.drafts import Draft
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.vocabulary import Value
from app.views.desk import Desk
from app.views.interview import Question, Standing, heads_only, totals
from app.views.interview_course import Course, Crumb
from app.views.interview_files import DraftFiles
from app.views.interview_repeats import SessionRows
from app.views.interview_rows import Knot
from app.views.marked import plain

NOTES: Final = "interviewer_notes"
_ACKNOWLEDGED: Final = "OK"
AWAY_S: Final = 300


class SessionInterview:
    """The page's view of a ``Session``; what was asked once is remembered until it changes."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[str, Question] = {}
        self._standings: dict[str, Standing] = {}
        self._unread: set[str] = set()
        self._tally: Counter[Standing] = Counter()
        self._said: dict[Crumb, str] = {}
        self._lay()
        self.repeats = SessionRows(session, self) if session.definition.repeats else None

    @property
    def title(self) -> str:
        return self._session.definition.title

    @property
    def languages(self) -> Sequence[str]:
        return self._session.definition.languages

    @property
    def language(self) -> str:
        return self._session.language

    @property
    def course(self) -> Course:
        """The way through the interview as its rows stand."""
        return self._course

    def set_language(self, language: str) -> None:
        self._session.set_language(language)
        self._known.clear()
        self._said.clear()

    def paths(self) -> Sequence[str]:
        return self._course.asked

    def stops(self) -> Sequence[str]:
        return self._course.stops

    def tree(self) -> Sequence[Knot]:
        return self._course.knots

    def applies(self, stop: str) -> bool:
        if stop in self._course.growing:
            return self._session.repeat_applies(stop)
        return self._session.is_relevant(stop)

    def page_of(self, path: str) -> Sequence[str]:
        return self._together(self._course.pages, path)

    def section_of(self, path: str) -> Sequence[str]:
        return self._together(self._course.sections, path)

    def _together(self, groups: Mapping[str, Sequence[str]], path: str) -> Sequence[str]:
        if path not in groups or not self._session.is_relevant(path):
            return (path,)
        return tuple(one for one in groups[path] if self._session.is_relevant(one))

    def question(self, path: str) -> Question:
        if path not in self._known:
            self._known[path] = self._read(path)
        section = self.section(path)
        if self._known[path].section != section:
            self._known[path] = replace(self._known[path], section=section)
        return self._known[path]

    def standing(self, path: str) -> Standing:
        if path not in self._standings:
            self._standings[path] = found = self._stand(path)
            self._tally[found] += 1
            self._unread.discard(path)
        return self._standings[path]

    def section(self, stop: str) -> str:
        """Return the groups and rows around a stop, outermost first."""
        return " › ".join(filter(None, map(self.say, self._course.around[stop])))

    def say(self, crumb: Crumb) -> str:
        """Return what a group, a repeat or one of its rows is called."""
        if crumb not in self._said:
            self._said[crumb] = self._worded(crumb)
        return self._said[crumb]

    def _worded(self, crumb: Crumb) -> str:
        if self.repeats is not None and crumb.path in self._course.known:
            return self.repeats.worded(crumb)
        return plain(self._session.state(crumb.path).label)

    def set(self, path: str, value: Any) -> str:
        outcome = self._session.set(path, value)
        self.note(outcome, path)
        return outcome.errors.get(path, "")

    def note(self, outcome: Outcome, *answered: str) -> None:
        """Forget what an answer, or a row that came or went, may have changed."""
        self._said.clear()
        repeats, is_moved = self._session.definition.repeats, False
        for path in (*answered, *outcome.changed):
            self._known.pop(path, None)
            if (before := self._standings.pop(path, None)) is not None:
                self._tally[before] -= 1
                self._unread.add(path)
            is_moved |= not path.endswith("]") and place_path(path) in repeats
        if is_moved:
            self._lay()

    def _lay(self) -> None:
        self._course = Course(self._session)
        order, kept = self._course.order, self._standings
        self._standings = {path: stands for path, stands in kept.items() if path in order}
        self._known = {path: one for path, one in self._known.items() if path in order}
        self._unread = {path for path in self._course.asked if path not in self._standings}
        self._tally = Counter(self._standings.values())

    @property
    def recording(self) -> str | None:
        """The quality of the recording the form asks for by now; None while it asks for none."""
        return self._session.recording

    def name_recording(self, name: str) -> None:
        """Make a recording the answer of what it is recorded for."""
        outcome = self._session.name_recording(name)
        # Mostly they have it already, and it is asked at each answer.
        if outcome.changed:
            self.note(outcome)

    def renumber(self, repeat: str, start: int, by: int) -> None:
        """Rows of a repeat from ``start`` on move down (1) or up (-1, which takes the place of the
        row before them): what is known of them is theirs still."""
        head = f"{repeat}["
        moved: dict[str, Standing] = {}
        for path, standing in self._standings.items():
            if not path.startswith(head):
                moved[path] = standing
                continue
            number, _bracket, rest = path[len(head) :].partition("]")
            if int(number) >= start:
                moved[f"{head}{int(number) + by}]{rest}"] = standing
            elif by > 0 or int(number) < start - 1:
                moved[path] = standing
        self._standings = moved
        self._known = {path: one for path, one in self._known.items() if not path.startswith(head)}

    def refusal(self, path: str) -> str:
        return self._session.error(path)

    def problems(self) -> dict[str, str]:
        return self._session.errors()

    def answers(self) -> dict[str, Value]:
        """Return everything answered so far, refused answers as they were typed, and the number
        of rows of each repeat."""
        return {**self._session.draft()}

    def counts(self) -> tuple[int, int]:
        """Return how many questions are answered, of how many that apply."""
        for path in tuple(self._unread):
            self.standing(path)
        return totals(self._tally)

    def _stand(self, path: str) -> Standing:
        session = self._session
        if not session.is_relevant(path):
            return "not_applicable"
        is_blank = session.value(path) in (None, "")
        # What nobody has answered yet is missing; it is no fault until the end.
        if not is_blank and session.error(path):
            return "refused"
        asked = session.definition.questions[place_path(path)]
        if asked.kind == "note" or heads_only(asked.kind, asked.appearance):
            return "note"
        return "missing" if is_blank else "answered"

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
            self.section(path),
            state.required,
            state.readonly,
            choices,
            str(value).split() if kind == "select_multiple" and not is_blank else value,
            "" if is_blank else state.error,
            state.relevant,
            state.guidance,
            state.appearance,
            dict(self._session.definition.questions[place_path(path)].attributes),
            state.media,
            self._session.choice_media(path),
        )


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
        self.files = DraftFiles(desk, draft, self)
        self.files.failed.connect(self.failed)
        self.files.answered.connect(self._filed)
        seconds = draft.body.get("seconds")
        self.watch = Stopwatch(seconds if isinstance(seconds, int) else 0)
        self.notes = str(draft.body.get(NOTES) or "")
        self.at = str(draft.body.get("at") or "")
        self.log: Log | None = None
        self.recording = recordings.name_of(draft)
        self.is_recording_ended = draft.body.get(recordings.ENDED) is True

    def _filed(self, path: str, reference: str) -> None:
        self._interview.set(path, reference)
        self.keep()

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
            FILES: dict(self.files.kept),
            recordings.NAME: self.recording or None,
            recordings.ENDED: self.is_recording_ended,
        }
        if self.log is not None:
            body[ROWS] = as_kept(self.log.rows())
        return replace(self._draft, body=body)


def finish(project: Project, draft: Draft) -> RecordKey:
    """Complete an interview whose last answers are in ``draft``."""
    return surveys.finish(project, drafts.keep(project, draft))


def abandon(project: Project, draft: Draft, status: str, reason: str) -> RecordKey:
    """End an interview that cannot go on, its last answers in ``draft``."""
    return surveys.abandon(project, drafts.keep(project, draft), status, reason)
