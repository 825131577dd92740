"""A form filled in by nobody: what would be asked, with answers made up at random.

For its author, who sees the order of the questions and how the interview ends before anyone is
interviewed. The same seed makes the same interview on every computer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from app.errors import KipuError
from app.forms.checks.made_up import made_up
from app.forms.definition import Definition, Question
from app.forms.paths import place_path
from app.forms.session import Session
from app.forms.state import State

CLOCK = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)
MAX_ASKED = 2_000
MAX_LOOKED_AT = 100_000
"""How many questions all looks at what comes next may see together: what a form of a thousand
questions needs, and no more time than its author waits."""
_ATTEMPTS = 60
_FEW = 3
_MOST_ROWS = 3
_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a simulated interview, as it was shown, with what was answered.

    ``answer`` is empty for a note and where nothing was answered; ``error`` says why the form
    took none of the answers that were tried.
    """

    path: str
    name: str
    kind: str
    label: str
    answer: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """A simulated interview from its first question to its end.

    ``errors`` are what would keep it from being closed, by path.
    """

    seed: int
    asked: tuple[Asked, ...]
    errors: Mapping[str, str]

    @property
    def ok(self) -> bool:
        """Whether the interview could be closed."""
        return not self.errors


def preview(definition: Definition, seed: int, media: Mapping[str, bytes] | None = None) -> Preview:
    """Fill the form once; raises FormError for a form that cannot be run."""
    return _Interview(definition, seed, media).run()


def never_asked(definition: Definition, previews: Iterable[Preview]) -> list[Question]:
    """Return the questions that came up in none of the previews, in the order of the form."""
    reached = {place_path(one.path) for each in previews for one in each.asked}
    return [one for one in definition.questions.values() if one.asked and one.path not in reached]


class _Interview:
    def __init__(
        self, definition: Definition, seed: int, media: Mapping[str, bytes] | None
    ) -> None:
        self._definition = definition
        self._seed = seed
        self._chance = Random(seed)
        self._session = Session(
            definition, now=lambda: CLOCK, media=media, chance=Random(self._chance.random())
        )
        self._asked: dict[str, Asked] = {}
        self._has_moved = False
        self._hopeless: set[str] = set()

    def run(self) -> Preview:
        self._grow()
        coming = list(self._session.walk())[::-1]
        looked_at = len(coming)
        while coming and len(self._asked) < MAX_ASKED:
            path = coming.pop()
            if path in self._asked:
                continue
            self._has_moved = False
            self._asked[path] = self._ask(path)
            if self._has_moved and looked_at < MAX_LOOKED_AT:
                self._grow()
                coming = list(self._session.walk())[::-1]
                looked_at += len(coming)
        self._mend()
        ended = self._session.finish()
        return Preview(self._seed, tuple(self._asked.values()), ended.errors)

    def _grow(self) -> None:
        """Give every repeat that has no row yet a few; others are the form's own business."""
        for entry in self._session.outline() if self._definition.repeats else ():
            if entry.kind != "repeat" or not entry.relevant or self._session.rows(entry.path):
                continue
            if self._session.can_add(entry.path):
                self._add_rows(entry.path, self._chance.randint(1, _MOST_ROWS))

    def _add_rows(self, path: str, count: int) -> None:
        for _row in range(count):
            try:
                self._session.add_repeat(path)
            except KipuError:
                # More than a response can hold: it goes on with the rows it has.
                return

    def _ask(self, path: str) -> Asked:
        state = self._session.state(path)
        question = self._definition.questions[place_path(path)]
        if question.kind == "note" or state.readonly:
            return self._told(state, question, "")
        error = ""
        # What took none of many answers in one row will not take one in the next.
        for _attempt in range(_FEW if question.path in self._hopeless else _ATTEMPTS):
            given = made_up(self._definition, question, state, self._chance)
            error = self._answered(path, given)
            if not error:
                break
        else:
            self._hopeless.add(question.path)
            self._answered(path, None)
        return self._told(self._session.state(path), question, error)

    def _answered(self, path: str, given: str | None) -> str:
        try:
            outcome = self._session.set(path, given)
            self._has_moved |= any(one != path for one in outcome.changed)
            return outcome.errors.get(path, "")
        except KipuError as error:
            return error.message

    def _told(self, state: State, question: Question, error: str) -> Asked:
        answer = "" if state.value is None else str(state.value)
        return Asked(state.path, question.name, question.kind, state.label, answer, error)

    def _mend(self) -> None:
        """Answer anew what later answers have put in the wrong, as an interviewer would."""
        for _round in range(_ROUNDS):
            wrong = [one for one in self._session.errors() if one in self._asked]
            again = [one for one in wrong if not self._asked[one].error]
            if not again:
                return
            for path in again:
                if self._session.is_relevant(path):
                    self._asked[path] = self._ask(path)
