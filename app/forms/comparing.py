"""Two versions of a form side by side: what stays, what moved, what reads differently, what is gone.

Responses keep the version they were given on; this tells what can be laid together across versions.
A question is known by its path, and where that is gone by its name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from app.forms.definition import Definition, Question

Change = Literal["same", "words", "type", "choices", "rules", "moved", "new", "gone"]
ORDER: Final[tuple[Change, ...]] = (
    "gone", "type", "choices", "moved", "rules", "words", "new", "same",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """A question in both versions, or in one of them: ``before`` and ``after`` are its paths.

    ``changes`` say what differs, the gravest first; ``choices_gone`` are codes no longer offered.
    """

    before: str
    after: str
    changes: tuple[Change, ...]
    choices_gone: tuple[str, ...] = ()
    choices_new: tuple[str, ...] = ()

    @property
    def gravest(self) -> Change:
        return self.changes[0]


def compare(old: Definition, new: Definition) -> list[Difference]:
    """Return how every question that is asked or worked out fares, in the order of the new form;
    what is gone comes last."""
    matched = dict(_matched(old, new))
    found = [_difference(old, new, matched.get(path, ""), path) for path in new.questions]
    kept = set(matched.values())
    return found + [Difference(path, "", ("gone",)) for path in old.questions if path not in kept]


def _matched(old: Definition, new: Definition) -> Iterator[tuple[str, str]]:
    """Yield the questions of the new form with those they were."""
    left = {path for path in old.questions if path not in new.questions}
    for path, question in new.questions.items():
        if path in old.questions:
            yield path, path
            continue
        same = [one for one in left if old.questions[one].name == question.name]
        if len(same) == 1 and new.is_unique(question.name):
            left.remove(same[0])
            yield path, same[0]


def _difference(old: Definition, new: Definition, before: str, after: str) -> Difference:
    if not before:
        return Difference("", after, ("new",))
    was, now = old.questions[before], new.questions[after]
    gone = tuple(sorted(was.values - now.values))
    came = tuple(sorted(now.values - was.values))
    changes: set[Change] = set()
    if (was.kind, was.type) != (now.kind, now.type):
        changes.add("type")
    if gone or came:
        changes.add("choices")
    if before != after:
        changes.add("moved")
    if _rules(old, before) != _rules(new, after):
        changes.add("rules")
    if _words(old, was) != _words(new, now):
        changes.add("words")
    ordered = tuple(one for one in ORDER if one in changes)
    return Difference(before, after, ordered or ("same",), gone, came)


def _rules(form: Definition, path: str) -> tuple[str, ...]:
    bind = form.binds.get(path)
    if bind is None:
        return ()
    rules = (bind.relevant, bind.required, bind.readonly, bind.constraint, bind.calculate)
    # The name of the root is no part of what a rule says.
    return tuple(
        "" if one is None else one.source.text.replace(f"/{form.root}/", "/").strip()
        for one in rules
    )


def _words(form: Definition, question: Question) -> list[object]:
    labels = [question.label, question.hint, *(one.label for one in question.choices)]
    return [
        [_plain(words.phrase(language, form.default_language)) for words in labels if words]
        for language in form.languages or ("",)
    ]


def _plain(phrase: object) -> str:
    parts = phrase if isinstance(phrase, tuple | list) else (phrase,)
    # What a text quotes of the answers is worked out; that it quotes is enough here.
    return "".join(part if isinstance(part, str) else "…" for part in parts)
