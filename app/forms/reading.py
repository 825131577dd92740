"""Read XForm XML into a definition, gathering everything that is wrong before saying so."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import count
from xml.etree.ElementTree import Element, SubElement

from app.forms.body import Body
from app.forms.definition import Bind, Definition, Question
from app.forms.formula import Formula, Workshop
from app.forms.guard import parse_xml
from app.forms.places import MAX_PLACES, Place, Skeleton
from app.forms.problems import FormError, Problem
from app.forms.texts import Texts, local
from app.forms.unsupported import unsupported
from app.forms.words import NO_WORDS
from app.forms.xpath.compiler import JAVAROSA, NAMESPACES
from app.forms.xpath.errors import XPathSyntaxError
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

IDENTIFIER = "/meta/instanceID"
JR = f"{{{JAVAROSA}}}"


def read(xml: str, warnings: tuple[str, ...]) -> Definition:
    """Return the definition in ``xml``; see ``Definition.from_xform``."""
    return _Reading(xml).definition(warnings)


@dataclass
class Complaints:
    """What has been found wrong so far."""

    found: list[Problem] = field(default_factory=list)

    def add(self, message: str, place: Place | None = None, column: str = "") -> None:
        """Note one more."""
        self.found.append(Problem(message, place.name if place else "", column=column))

    def tell(self) -> None:
        """Raise FormError if there is anything."""
        if self.found:
            raise FormError(dict.fromkeys(self.found))


class _Reading:
    def __init__(self, xml: str) -> None:
        self._xml = xml
        self._complaints = Complaints()
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
        namespaces = {**NAMESPACES, **dict(_DECLARED.findall(xml[:_HEAD]))}
        repeats = {one.get("nodeset", "") for one in body.iter() if local(one) == "repeat"}
        _ensure_identifier(primary)
        self._root = local(primary)
        self._skeleton = skeleton_of(primary, {self._below_root(one) for one in repeats})
        self._workshop = Workshop(self._skeleton, namespaces)
        self._texts = Texts(model, self._output)
        self._binds = self._read_binds()
        self._body = Body(
            body, self._model, self._skeleton, self._binds, self._texts, self._place, self._filter
        )

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
            unsupported=unsupported(
                self._model, self._primary, self._body, self._binds, self._texts, self._formulas
            ),
            warnings=warnings,
        )
        definition.graph.check()
        return definition

    def _questions(self) -> dict[str, Question]:
        shown = self._body.questions
        found: dict[str, Question] = {}
        for place in self._skeleton.places:
            if not place.children and place.parent is not None:
                question = shown.get(place.path)
                if question is None:
                    bind = self._binds.get(place.path)
                    kind = bind.type if bind else "string"
                    question = Question(place.path, place.name, "hidden", kind)
                found[place.path] = question
        return found

    def _below_root(self, nodeset: str) -> str:
        names = [name.rpartition(":")[2] for name in nodeset.strip().split("/")]
        if len(names) > 1 and names[0] == "" and names[1] == self._root:
            return "".join(f"/{name}" for name in names[2:])
        return nodeset

    def _place(self, nodeset: str | None, around: Place | None = None) -> Place | None:
        """Return the place a ``ref`` or ``nodeset`` names; complain if there is none."""
        written = (nodeset or "").strip().rstrip("/")
        if not written.startswith("/") and around is not None:
            written = f"/{self._root}{around.path}/{written}"
        place = self._skeleton.by_path.get(self._below_root(written))
        if place is None:
            self._complaints.add(_("The form has no element “{path}”.").format(path=written))
        return place

    def _read_binds(self) -> dict[str, Bind]:
        binds: dict[str, Bind] = {}
        if sum(local(element) == "bind" for element in self._model) > 2 * MAX_PLACES:
            raise FormError([Problem(_("The form has too many rules."))])
        for element in self._model:
            if local(element) == "bind":
                place = self._place(element.get("nodeset") or element.get("ref"))
                if place is not None:
                    binds[place.path] = self._bind(element, place)
        own = binds.get(IDENTIFIER, Bind())
        binds[IDENTIFIER] = own if own.preload or own.calculate else replace(own, preload="uid")
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

    def _output(self, source: str, place: Place) -> Formula | None:
        return self._checked(source, place, "label")

    def _filter(self, source: str, place: Place) -> Formula | None:
        return self._checked(source, place, "choice_filter")

    def _checked(self, source: str, place: Place, column: str) -> Formula | None:
        try:
            formula = self._workshop.formula(source, place)
        except XPathSyntaxError as error:
            self._complaints.add(
                _("“{expression}” cannot be read at character {number}: {reason}").format(
                    expression=shortened(source), number=error.position + 1, reason=error.message
                ),
                place,
                column,
            )
            return None
        self._formulas.append((formula, column))
        for path in formula.source.lost:
            name = "/".join(step.test.local or ".." for step in path.steps)
            self._complaints.add(
                _("There is no question “/{path}” in the form.").format(path=name), place, column
            )
        return formula


def shortened(text: str, most: int = 80) -> str:
    """Return ``text`` on one line and not too long to be read in a message."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def _ensure_identifier(primary: Element) -> None:
    """Give an instance the place for its identifier that every response must have."""
    at = primary
    for name in IDENTIFIER.strip("/").split("/"):
        inner = next((one for one in at if local(one) == name), None)
        at = SubElement(at, name) if inner is None else inner


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
    """Return the places of the instance ``primary``; ``repeats`` are the paths that may repeat."""
    numbers = count()

    def build(element: Element, path: str, parent: Place | None) -> Place:
        repeated = path in repeats or (parent is not None and parent.repeated)
        text = "" if len(element) else element.text or ""
        number = next(numbers)
        if number > MAX_PLACES:
            raise FormError([Problem(_("The form has too many questions."))])
        place = Place(number, local(element), path, parent, text, repeated)
        names: set[str] = set()
        for child in element:
            name = local(child)
            # A repeat may stand twice: as its template and as its first row.
            if name not in names:
                names.add(name)
                place.children.append(build(child, f"{path}/{name}", place))
        return place

    return Skeleton(build(primary, "", None))
