"""Read XForm XML into a definition, gathering everything that is wrong before saying so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from xml.etree.ElementTree import Element, SubElement

from app.forms import audit, searching
from app.forms.body import ACTIONS, JR, Body
from app.forms.definition import Action, Bind, Definition, Question, Repeat
from app.forms.entities import properties
from app.forms.events import NEW_ROW
from app.forms.formula import Formula, Workshop
from app.forms.growing import TEMPLATE
from app.forms.guard import all_stays, parse_xml
from app.forms.places import MAX_PLACES, Place, Skeleton, form_path
from app.forms.preloads import FORMER, IDENTIFIER
from app.forms.problems import FormError, Problem
from app.forms.texts import Texts, local
from app.forms.unsupported import needed_files, unknown_functions, unsupported
from app.forms.words import NO_WORDS
from app.forms.xpath.compiler import NAMESPACES
from app.forms.xpath.errors import XPathSyntaxError
from app.forms.xpath.parser import parse
from app.forms.xpath.piece import Piece
from app.forms.xpath.syntax import Expression
from app.i18n import _

_HEAD = 4_000
"""Within how many characters a form declares its namespaces."""
_DECLARED = re.compile(r"""xmlns:([\w.\-]+)\s*=\s*["']([^"']*)["']""")
COLUMNS = {
    "relevant": "relevant",
    "required": "required",
    "readonly": "read_only",
    "constraint": "constraint",
    "calculate": "calculation",
}
"""What the attributes of a bind are called in an XLSForm."""

_PLAIN = re.compile(r"/\w+(?:/[\w-]+)+")
"""A path as converters write nearly all: names from the root down, no prefixes and no dots."""
_REPEAT = re.compile(r"<(?:[\w.\-]+:)?repeat\b")
_CONDITION = re.compile(r"\[[^\]]*\]")
EVENTS = "{http://www.w3.org/2001/xml-events}"


def read(xml: str, warnings: tuple[str, ...], *, for_edit: bool = False) -> Definition:
    """Return the definition in ``xml``; see ``Definition.from_xform``.

    ``for_edit`` gives every response a place for the identifier it had before it was edited.
    """
    with all_stays():
        return _Reading(xml, for_edit).definition(warnings)


@dataclass
class Complaints:
    """What has been found wrong so far."""

    found: list[Problem] = field(default_factory=list)

    def add(self, message: str, place: Place | None = None, column: str = "") -> None:
        """Note one more."""
        name, path = (place.name, place.path) if place else ("", "")
        self.found.append(Problem(message, name, column=column, path=path))

    def tell(self) -> None:
        """Raise FormError if there is anything."""
        if self.found:
            raise FormError(dict.fromkeys(self.found))


class _Reading:
    def __init__(self, xml: str, for_edit: bool) -> None:
        self._xml = xml
        self._complaints = Complaints()
        self._missing: dict[Problem, None] = {}
        self._formulas: list[tuple[Formula, str]] = []
        top = parse_xml(xml)
        self._head, body = _two(top)
        model = next((one for one in self._head if local(one) == "model"), None)
        primary = None if model is None else _primary(model)
        if model is None or body is None or primary is None:
            raise FormError(
                [Problem(_("This is not an XForm: it has no model, instance or body."))]
            )
        self._model, self._primary = model, primary
        if searching.SIGN in xml:
            searching.make_lists(model, body)
        namespaces = {**NAMESPACES, **dict(_DECLARED.findall(xml[:_HEAD]))}
        self._is_identified = _ensure(primary, IDENTIFIER)
        if for_edit:
            _ensure(primary, FORMER)
        self._root = local(primary)
        # Most forms repeat nothing, and need not be walked through for it.
        repeats = set(self._repeats(body, "")) if _REPEAT.search(xml) else set()
        self._skeleton = skeleton_of(primary, repeats)
        self._workshop = Workshop(self._skeleton, namespaces)
        self._texts = Texts(model, self._checked)
        self._bound = {
            one.get("id", ""): one.get("nodeset", "") for one in model if local(one) == "bind"
        }
        """The nodesets of binds by their identifiers, for controls that name one."""
        self._audit: audit.Wish | None = None
        self._binds = self._read_binds()
        self._body = Body(
            body, self._model, self._skeleton, self._binds, self._texts,
            self._place, self._checked, self._inner,
        )  # fmt: skip
        for place in self._body.groups_asked:
            message = _("“{name}” holds other questions; nothing can be asked at it itself.")
            self._complaints.add(message.format(name=place.name), place, "type")
        for place in self._skeleton.places:
            # Told by its group, but not where a repeat may stand: inside a question, or at the root.
            is_shown = place.path in self._body.repeats
            if place.is_repeat is not is_shown or (place.is_repeat and place.parent is None):
                message = _("The rows of “{name}” cannot be repeated here.")
                self._complaints.add(message.format(name=place.name), place, "type")
        self._actions = self._read_actions()
        for kind, place in self._body.refusals:
            message = _("“{kind}” is no kind of media; write it as in image/jpeg.")
            self._complaints.add(message.format(kind=kind), place, "parameters")

    def definition(self, warnings: tuple[str, ...]) -> Definition:
        questions = self._questions()
        self._complaints.tell()
        definition = Definition(
            xform=self._xml,
            form_id=self._primary.get("id", "") or self._root,
            version=self._primary.get("version", ""),
            title=_title(self._head),
            root=self._root,
            languages=tuple(self._texts.languages),
            default_language=self._texts.default,
            items=self._body.items,
            questions=questions,
            binds=self._binds,
            skeleton=self._skeleton,
            texts=self._texts,
            instances={one.get("id", ""): one for one in self._model if local(one) == "instance"},
            primary=self._primary,
            repeats=self._repeats_in_order(),
            actions=self._actions,
            audit=self._audit,
            unsupported=(
                *self._missing,
                *unsupported(self._model, self._body, self._binds),
                *unknown_functions(self._formulas),
            ),
            unknown=tuple(unknown_functions(self._formulas)),
            files=needed_files(self._model),
            saves=self._saves(),
            warnings=warnings,
        )
        definition.graph.check()
        return definition

    def _saves(self) -> dict[str, str]:
        found = {self._place(one): name for one, name in properties(self._model).items()}
        return {place.path: name for place, name in found.items() if place is not None}

    def _repeats_in_order(self) -> dict[str, Repeat]:
        """The repeats in the order of the form, outer ones before those inside them."""
        places = self._skeleton.by_path
        found = sorted(self._body.repeats, key=lambda path: places[path].number)
        return {path: self._body.repeats[path] for path in found}

    def _questions(self) -> dict[str, Question]:
        shown = self._body.questions
        found: dict[str, Question] = {}
        for place in self._skeleton.places:
            if not place.children and place.parent is not None and place.kind == "element":
                question = shown.get(place.path)
                if question is None:
                    bind = self._binds.get(place.path)
                    kind = bind.type if bind else "string"
                    question = Question(place.path, place.name, "hidden", kind)
                found[place.path] = question
        return found

    def _repeats(self, parent: Element, around: str) -> Iterator[str]:
        """Yield the paths of all repeats, wherever their groups say they are."""
        for element in parent:
            written = element.get("nodeset") or element.get("ref")
            path = around if written is None else self._path(written, around)
            if local(element) == "repeat":
                yield path
            yield from self._repeats(element, path)

    def _path(self, written: str, around: str) -> str:
        """Return the path below the root that a ``ref`` or ``nodeset`` names."""
        top = f"/{self._root}"
        if written.startswith(f"{top}/") and _PLAIN.fullmatch(written):
            return written[len(top) :]
        return form_path(written, around, self._root)

    def _place(self, nodeset: str | None, around: Place | None = None) -> Place | None:
        """Return the place a ``ref`` or ``nodeset`` names; complain if there is none."""
        written = (nodeset or "").strip()
        place = self._skeleton.by_path.get(self._path(written, around.path if around else ""))
        if place is None:
            # ODK's engines leave such a rule or question out; at our door it is told.
            message = _("The form has no element “{path}”.").format(path=written)
            self._missing[Problem(message)] = None
        return place

    def _read_actions(self) -> tuple[Action, ...]:
        written: list[tuple[Element, Place | None]] = [
            (one, None) for one in self._model if local(one) in ACTIONS
        ]
        found = [self._action(element, row) for element, row in [*written, *self._body.acts]]
        return tuple(one for one in found if one is not None)

    def _action(self, element: Element, source: Place | None) -> Action | None:
        events = (element.get("event") or element.get(f"{EVENTS}event") or "").split()
        bound = self._bound.get(element.get("bind", ""))
        written = element.get("ref") or element.get("nodeset") or bound or ""
        target = self._place(_CONDITION.sub("", written), source)
        if target is None:
            return None
        aim = None
        if "[" in written:
            aim = self._checked(written, source or self._skeleton.root, "calculation")
        if source is None and NEW_ROW in events:
            message = _("A value set for new rows ({event}) must stand in its repeat.")
            self._complaints.add(message.format(event=NEW_ROW), target, "type")
        value = element.get("value", "")
        formula = self._checked(value, target, "calculation") if value.strip() else None
        text = (element.text or "").strip()
        if local(element) == "recordaudio":
            text = next((of for at, of in element.items() if at.endswith("}quality")), "").strip()
        return Action(local(element), frozenset(events), target, source, formula, text, aim)

    def _inner(self, source: str, place: Place) -> tuple[Expression, Piece] | None:
        """Read what is run at each item of a list; complain if it cannot be read."""
        try:
            return parse(source), self._workshop.inner(source)
        except XPathSyntaxError as error:
            self._unreadable(source, error, place, "choice_filter")
            return None

    def _read_binds(self) -> dict[str, Bind]:
        binds: dict[str, Bind] = {}
        if sum(local(element) == "bind" for element in self._model) > 2 * MAX_PLACES:
            raise FormError([Problem(_("The form has too many rules."))])
        for element in self._model:
            if local(element) == "bind":
                place = self._place(element.get("nodeset") or element.get("ref"))
                if place is not None:
                    binds[place.path] = self._bind(element, place)
                    if place.path == audit.PATH:
                        self._audit = audit.wish(element.attrib)
        if not self._is_identified:
            binds[IDENTIFIER] = replace(binds.get(IDENTIFIER, Bind()), preload="uid")
        return binds

    def _bind(self, element: Element, place: Place) -> Bind:
        rules = {rule: self._formula(element, rule, place) for rule in COLUMNS}
        message = element.get(f"{JR}constraintMsg")
        required = element.get(f"{JR}requiredMsg")
        return Bind(
            type=(element.get("type") or "string").rpartition(":")[2],
            **rules,
            constraint_message=self._texts.message(message, place) if message else NO_WORDS,
            required_message=self._texts.message(required, place) if required else NO_WORDS,
            preload=element.get(f"{JR}preload", ""),
            preload_parameters=element.get(f"{JR}preloadParams", ""),
        )

    def _formula(self, element: Element, rule: str, place: Place) -> Formula | None:
        source = element.get(rule)
        if source is None or not source.strip():
            return None
        return self._checked(source, place, COLUMNS[rule])

    def _checked(self, source: str, place: Place, column: str) -> Formula | None:
        try:
            formula = self._workshop.formula(source, place)
        except XPathSyntaxError as error:
            self._unreadable(source, error, place, column)
            return None
        self._formulas.append((formula, column))
        for path in formula.source.lost:
            name = "/".join(step.test.local or ".." for step in path.steps)
            self._complaints.add(
                _("There is no question “/{path}” in the form.").format(path=name), place, column
            )
        return formula

    def _unreadable(self, source: str, error: XPathSyntaxError, place: Place, column: str) -> None:
        self._complaints.add(
            _("“{expression}” cannot be read at character {number}: {reason}").format(
                expression=shortened(source), number=error.position + 1, reason=error.message
            ),
            place,
            column,
        )


def shortened(text: str, most: int = 80) -> str:
    """Return ``text`` on one line and not too long to be read in a message."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def _ensure(primary: Element, path: str) -> bool:
    """Give an instance the place of an identifier its responses need; tell whether it had one."""
    at = primary
    had = True
    for name in path.strip("/").split("/"):
        inner = next((one for one in at if local(one) == name), None)
        # Beside what is there already, and in its namespace; else in that of OpenRosa.
        had = had and inner is not None
        beside = str(at[0].tag if len(at) and at is not primary else "").rpartition("}")[0]
        uri = beside or "{http://openrosa.org/xforms"
        at = SubElement(at, f"{uri}}}{name}" if uri else name) if inner is None else inner
    return had


def _two(top: Element) -> tuple[Element, Element | None]:
    head = next((one for one in top if local(one) == "head"), top)
    return head, next((one for one in top if local(one) == "body"), None)


def _title(head: Element) -> str:
    title = next((one for one in head if local(one) == "title"), None)
    return "" if title is None else (title.text or "").strip()


def _primary(model: Element) -> Element | None:
    instance = next((one for one in model if local(one) == "instance"), None)
    return None if instance is None else next(iter(instance), None)


def skeleton_of(primary: Element, repeats: set[str]) -> Skeleton:
    """Return the places of the instance ``primary``; ``repeats`` are the paths that may repeat.

    A repeat may stand several times: as its template and as its first rows. Its place has what any
    of them has, and the texts of the template, or of the first row where there is none.
    """
    numbers = count()
    templates: dict[int, Element] = {}

    def build(elements: list[Element], path: str, parent: Place | None) -> Place:
        element = elements[0]
        text = "" if any(map(len, elements)) else element.text or ""
        number = next(numbers)
        if number > MAX_PLACES:
            raise FormError([Problem(_("The form has too many questions."))])
        uri = str(element.tag).rpartition("}")[0].removeprefix("{")
        place = Place(number, local(element), path, parent, text, path in repeats, uri=uri)
        for name, value in element.attrib.items():
            if not name.startswith("{"):
                at = f"{path}/@{name}"
                attribute = Place(next(numbers), name, at, place, value, kind="attribute")
                place.attributes.append(attribute)
        for name, found in _by_name(elements, path, repeats).items():
            place.children.append(build(found, f"{path}/{name}", place))
        if place.is_repeat:
            templates[number] = element
        return place

    return Skeleton(build([primary], "", None), templates)


def _by_name(elements: list[Element], path: str, repeats: set[str]) -> dict[str, list[Element]]:
    """Return the children of ``elements`` by name, templates first."""
    found: dict[str, list[Element]] = {}
    for element in elements:
        for child in element:
            found.setdefault(local(child), []).append(child)
    for name, children in found.items():
        if f"{path}/{name}" in repeats:
            children.sort(key=lambda child: TEMPLATE not in child.attrib)
        elif len(elements) == 1:
            # What stands twice but is no repeat counts once.
            del children[1:]
    return found
