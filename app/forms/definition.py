"""A form once read: its questions, rules and texts, fixed for good.

A definition knows no answers. It is read from XForm XML (the text that is stored) and shared by
every session that fills the form.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias
from xml.etree.ElementTree import Element

from app.errors import KipuError
from app.forms.audit import Wish
from app.forms.formula import Formula
from app.forms.places import Place, Reach, Skeleton
from app.forms.problems import FormError, Problem
from app.forms.words import NO_WORDS, Words
from app.forms.xpath.piece import TextRun
from app.i18n import _

if TYPE_CHECKING:
    from app.forms.following import Following
    from app.forms.graph import Graph
    from app.forms.texts import Texts


@dataclass(frozen=True, slots=True)
class Bind:
    """The rules of one place; a missing rule is None."""

    type: str = "string"
    relevant: Formula | None = None
    required: Formula | None = None
    readonly: Formula | None = None
    constraint: Formula | None = None
    calculate: Formula | None = None
    constraint_message: Words = NO_WORDS
    required_message: Words = NO_WORDS
    preload: str = ""
    preload_parameters: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose: what is stored, and what is read."""

    value: str
    label: Words


@dataclass(frozen=True, slots=True, eq=False)
class Itemset:
    """Where the choices of a question come from, as the answers stand.

    ``nodes`` yields the items, in the order in which they are offered; ``value`` and ``label`` are
    run at each. ``instance`` is the list of the form whose items are the question's ``choices``,
    empty where items come from a file or from a repeat. ``reads`` is all that any of it may read.
    """

    nodes: Formula
    value: TextRun
    label: TextRun
    instance: str
    reads: Reach


@dataclass(frozen=True, slots=True, eq=False)
class Action:
    """Something a form does when an event happens: ``kind`` is setvalue, setgeopoint, recordaudio.

    ``events`` are their names; ``source`` is the question or repeat it is written in, None for the
    model. ``target`` gets the result of ``formula``, or ``text`` if there is none (of a recording,
    ``text`` is its quality); ``aim`` picks among its rows where the form does so itself.
    """

    kind: str
    events: frozenset[str]
    target: Place
    source: Place | None
    formula: Formula | None
    text: str = ""
    aim: Formula | None = None


@dataclass(frozen=True)
class Question:
    """Something with an answer.

    ``kind`` says what to ask with: text, integer, decimal, date, time, dateTime, geopoint, select_one,
    select_multiple, rank, range, upload, barcode, geotrace, geoshape, note, acknowledge, or hidden
    for what nobody is asked (calculations, metadata). ``attributes`` are those of its control, as
    written. ``choices`` are all the form itself carries; ``itemset`` says which are offered, None
    for just these.
    """

    path: str
    name: str
    kind: str
    type: str
    label: Words = NO_WORDS
    hint: Words = NO_WORDS
    appearance: str = ""
    choices: tuple[Choice, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    itemset: Itemset | None = None

    @cached_property
    def values(self) -> frozenset[str]:
        """What its choices store."""
        return frozenset(choice.value for choice in self.choices)

    @property
    def asked(self) -> bool:
        """Whether a person sees it."""
        return self.kind != "hidden"


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that belong together; ``path`` is empty for a group that only groups on screen."""

    path: str
    name: str
    label: Words = NO_WORDS
    appearance: str = ""
    children: tuple[Item, ...] = ()

    @property
    def one_page(self) -> bool:
        """Whether its questions are meant to be shown together."""
        return bool({"field-list", "table-list"} & set(self.appearance.split()))


@dataclass(frozen=True, slots=True)
class Repeat(Group):
    """Questions that may be asked several times; ``path`` is that of any row, without a number.

    ``count`` says how many rows there are; without it people add and remove them, unless
    ``is_fixed``.
    """

    count: Formula | None = None
    is_fixed: bool = False


Item: TypeAlias = "Group | Question"


@dataclass(frozen=True, eq=False, repr=False)
class Definition:
    """A whole form.

    ``items`` is what people see, in order; ``questions`` everything with an answer, by path, in
    the order of the instance. ``unsupported`` names what Kipu cannot show or keep yet: such a form is
    refused at the door, and so is one without the ``files`` it takes its lists from (by name, with
    what is to be said where one is missing). ``saves`` are the properties of entities by the paths
    of the questions that give them. ``audit`` is what the log of an interview is to tell, None
    where the form wants none. ``unknown`` is what not even the engine can run. ``primary`` is
    the blank instance, ``instances`` are the lists beside it. ``warnings`` are the converter's.
    """

    xform: str
    form_id: str
    version: str
    title: str
    root: str
    languages: tuple[str, ...]
    default_language: str
    items: tuple[Item, ...]
    questions: dict[str, Question]
    binds: dict[str, Bind]
    skeleton: Skeleton
    texts: Texts
    instances: dict[str, Element]
    primary: Element
    repeats: dict[str, Repeat]
    actions: tuple[Action, ...] = ()
    audit: Wish | None = None
    unsupported: tuple[Problem, ...] = ()
    unknown: tuple[Problem, ...] = ()
    files: dict[str, Problem] = field(default_factory=dict)
    saves: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = field(default=())

    @staticmethod
    def from_xform(xml: str, warnings: tuple[str, ...] = ()) -> Definition:
        """Read a form from XForm XML.

        Raises FormError, naming everything found wrong, when it is not one or contradicts itself.
        """
        from app.forms.reading import read

        return read(xml, warnings)

    @cached_property
    def for_edit(self) -> Definition:
        """The same form, with a place for the identifier a response had before it was edited."""
        from app.forms.reading import read

        return read(self.xform, self.warnings, for_edit=True)

    @cached_property
    def graph(self) -> Graph:
        """What each answer can touch; raises FormError when rules go round in a circle."""
        from app.forms.graph import Graph

        return Graph(self)

    @cached_property
    def following(self) -> Following:
        """What follows from answers, and can be worked out anew."""
        from app.forms.following import Following

        return Following(self)

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        names: dict[str, list[str]] = {}
        for path, question in self.questions.items():
            names.setdefault(question.name, []).append(path)
        return names

    def resolve(self, name: str) -> str:
        """Return the path of a question given by path or bare name.

        Raises KipuError when there is no such question, or several share the name.
        """
        if name in self.questions:
            return name
        paths = self._by_name.get(name.removeprefix("/"), [])
        if not paths:
            raise KipuError(_("The form has no question “{name}”.").format(name=name))
        if len(paths) > 1:
            raise KipuError(
                _("Several questions are called “{name}”: {paths}.").format(
                    name=name, paths=", ".join(paths)
                )
            )
        return paths[0]

    def is_unique(self, name: str) -> bool:
        """Tell whether exactly one question has this bare name."""
        return len(self._by_name.get(name, ())) == 1

    def place(self, path: str) -> Place:
        """Return the place of a path; raises KipuError when there is none."""
        place = self.skeleton.by_path.get(path)
        if place is None:
            raise KipuError(_("The form has no question “{name}”.").format(name=path))
        return place

    @cached_property
    def _groups(self) -> dict[str, Group]:
        found: dict[str, Group] = {}
        for group in self.groups():
            # A group around a repeat often carries the label of both.
            if group.path not in found or not found[group.path].label:
                found[group.path] = group
        return found

    def group(self, path: str) -> Group:
        """Return the group at ``path``; one that is never shown has no label."""
        name = self.place(path).name
        return self._groups.get(path) or Group(path, name)

    def groups(self) -> Iterator[Group]:
        """Yield every group, outer ones first."""
        stack: list[Item] = list(self.items[::-1])
        while stack:
            item = stack.pop()
            if isinstance(item, Group):
                yield item
                stack.extend(item.children[::-1])

    def refuse_unsupported(self, files: Container[str] = ()) -> None:
        """Raise FormError with all that Kipu cannot do yet, and for each file that is missing.

        ``files`` are the names of those at hand.
        """
        missing = [self.files[name] for name in self.missing(files)]
        if self.unsupported or missing:
            raise FormError((*self.unsupported, *missing))

    def missing(self, files: Container[str]) -> list[str]:
        """Return the names of the files the form needs that are not among ``files``."""
        from app.forms.entities import datasets

        # A list the form itself follows begins empty.
        own = {f"{name}.csv" for name in datasets(self)}
        return [name for name in self.files if name not in files and name not in own]
