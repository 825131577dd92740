"""What a session tells: the state of a question, what an answer changed, how a form ended."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.forms.answers import Answer
from app.forms.definition import Item, Question


@dataclass(frozen=True, slots=True)
class State:
    """A question or group as it stands now, its texts in the language of the session.

    ``constraint_message`` is what the form says when a value is refused (may be empty), ``error``
    what is wrong at this moment (empty if nothing). ``choices`` are (value, label). ``short_label``
    is for where there is little room; ``media`` are references to what goes with the label, by
    kind: image, big-image, audio, video (``jr://images/map.png``).
    """

    path: str
    kind: str
    value: Answer
    relevant: bool
    required: bool
    readonly: bool
    label: str
    hint: str
    guidance: str
    constraint_message: str
    error: str
    appearance: str
    choices: tuple[tuple[str, str], ...] = ()
    short_label: str = ""
    media: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an answer did.

    ``changed`` are the paths, groups included, whose value, relevance, rules or texts may read
    differently now, in the order of the form. ``errors`` says which of them are wrong and why.
    """

    changed: tuple[str, ...]
    errors: dict[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether nothing it touched is wrong."""
        return not self.errors


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a form's outline.

    ``kind`` is question, group, repeat or row; ``depth`` says how far in it stands.
    """

    path: str
    kind: str
    depth: int
    relevant: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Questions to show together; ``group`` is the path of the group that asked for it, if any."""

    group: str
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Completion:
    """How a form ended: the answers as XForms would submit them, and what still is wrong."""

    answers: dict[str, Answer]
    errors: dict[str, str]

    @property
    def ok(self) -> bool:
        """Whether the response may be closed."""
        return not self.errors


def kind_of(item: Item, path: str) -> str:
    """Return what ``State.kind`` is of what stands at ``path``."""
    if isinstance(item, Question):
        return item.kind
    return "row" if path.endswith("]") else "group"
