"""Texts a form says in some of its languages only, and the pictures and sounds it shows."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from app.forms.definition import Bind, Definition
from app.forms.problems import Problem
from app.forms.texts import MEDIA_FORMS
from app.forms.words import Words
from app.i18n import _, ngettext

_FEW = 5


def untranslated(definition: Definition) -> Iterator[Problem]:
    """Yield every text that lacks one of the form's languages; where many do, how many."""
    # pyxform calls “default” what its author wrote in no language at all.
    languages = [one for one in definition.languages if one not in ("", "default")]
    found: dict[tuple[str, str], list[Problem]] = {}
    for words, name, path, column in _texts(definition) if len(languages) > 1 else ():
        for language in languages:
            if words and language not in words.phrases and "" not in words.phrases:
                message = _("The text is missing in {language}.").format(language=language)
                one = Problem(message, name, column=f"{column}::{language}", path=path)
                found.setdefault((column, language), []).append(one)
    for same in found.values():
        yield from same if len(same) <= _FEW else [_summed(same)]


def _summed(same: list[Problem]) -> Problem:
    message = ngettext(
        "{text} So does {count} more.", "{text} So do {count} more.", len(same) - 1
    ).format(text=same[0].message, count=len(same) - 1)
    return replace(same[0], message=message)


def _texts(definition: Definition) -> Iterator[tuple[Words, str, str, str]]:
    for path, question in definition.questions.items():
        bind = definition.binds.get(path, Bind())
        for words, column in (
            (question.label, "label"),
            (question.hint, "hint"),
            (bind.constraint_message, "constraint_message"),
            (bind.required_message, "required_message"),
        ):
            yield words, question.name, path, column
    for group in definition.groups():
        yield group.label, group.name, group.path, "label"
    yield from _choices(definition)


def _choices(definition: Definition) -> Iterator[tuple[Words, str, str, str]]:
    """Yield the texts of choices once for each list, named as their rows are found."""
    for name in definition.instances:
        asking = (one for one in definition.questions.values() if one.choices)
        for question in asking:
            if question.itemset is not None and question.itemset.instance == name:
                break
        else:
            continue
        for at, choice in enumerate(question.choices):
            yield choice.label, f"{name}-{at}", "", "label"


def media(definition: Definition) -> dict[str, Problem]:
    """Return the pictures and sounds of a form, by name, with the place that first speaks of them."""
    found: dict[str, Problem] = {}
    message = _("The form shows the file “{name}”; bring it along with the form.")
    for words, name, path, _column in _texts(definition):
        for form in MEDIA_FORMS & words.forms.keys():
            for phrase in words.forms[form].values():
                file = PurePosixPath("".join(one for one in phrase if isinstance(one, str))).name
                if file and file != "-":
                    told = message.format(name=file)
                    found.setdefault(file, Problem(told, name, column=form, path=path))
    return found


def missing_media(definition: Definition, present: Container[str]) -> Iterator[Problem]:
    """Yield the files the form shows that are not among those ``present``."""
    for name, problem in media(definition).items():
        if name not in present:
            yield problem
