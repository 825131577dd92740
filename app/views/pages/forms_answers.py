"""The answers of a finished interview in words, rows under their headings, files by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.forms import Session
from app.forms.paths import place_path
from app.models.commands.answer_files import is_upload
from app.models.project import Project
from app.models.queries import form_files
from app.models.queries import surveys as reading
from app.models.queries.answering import Whole
from app.models.vocabulary import Value
from app.views import words
from app.views.interview_rows import Knot
from app.views.interview_session import SessionInterview
from app.views.pages.forms_reads import GivenFile, given_files


@dataclass(frozen=True)
class Given:
    """An answer in words under its question; or, with ``is_row``, the heading of a row of a repeat.

    ``depth`` counts the rows around it. ``file`` is what was given where the answer is a file.
    """

    label: str
    text: str = ""
    depth: int = 0
    is_row: bool = False
    file: GivenFile | None = None


def chosen(choices: Sequence[tuple[str, str]], value: Value) -> Value:
    """An answer in words: the labels of what was chosen, everything else as it is."""
    if not choices or not isinstance(value, str):
        return value
    labels = dict(choices)
    if value in labels:
        return labels[value]
    return ", ".join(labels.get(word, word) for word in value.split())


class Answers:
    """Goes through the answers of a response in the order of its form, rows under their headings.

    The words come from a session of the form, what was answered from the records themselves.
    """

    def __init__(self, project: Project, held: Whole) -> None:
        survey = reading.form_of(project, str(held.values.get("survey"))).key
        media = form_files.lists(project, held.form, survey, held.key.space)
        self._project = project
        self._held = held
        self._session = Session(held.form, held.answers, media=media)
        self._asked = SessionInterview(self._session)

    def told(self) -> Iterator[Given]:
        """Yield every answer there is, and the heading of each row."""
        yield from self._under(self._asked.tree(), 0, given_files(self._project, self._held.key))

    def _under(
        self, knots: Sequence[Knot], depth: int, files: Mapping[str, GivenFile]
    ) -> Iterator[Given]:
        for knot in knots:
            if knot.kind == "question":
                value = self._value(knot.path)
                if value is not None:
                    yield self._given(knot.path, value, depth, files)
            elif knot.kind == "rows":
                yield from self._under(knot.inside, depth, files)
            elif knot.path in self._held.rows and self._asked.repeats is not None:
                yield Given(self._asked.repeats.words(knot.path), "", depth, True)
                own = given_files(self._project, self._held.rows[knot.path].key)
                yield from self._under(knot.inside, depth + 1, own)

    def _value(self, path: str) -> Value:
        row, bracket, _rest = path.rpartition("]")
        if not bracket:
            return self._held.values.get(path)
        found = self._held.rows.get(row + bracket)
        return None if found is None else found.values.get(place_path(path))

    def _given(self, path: str, value: Value, depth: int, files: Mapping[str, GivenFile]) -> Given:
        state = self._session.state(path)
        label = " ".join(state.label.split()) or path.rpartition("/")[2]
        file = files.get(str(value)) if is_upload(self._held.form, place_path(path)) else None
        return Given(label, words.value(chosen(state.choices, value)), depth, file=file)
