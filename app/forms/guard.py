"""The door for XML from outside: size, depth and document types are checked before it is read."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from xml.etree.ElementTree import Element, ParseError, fromstring
from xml.parsers import expat

from app.forms.problems import FormError, Problem
from app.i18n import _

MAX_XML_BYTES = 30_000_000
MAX_XML_DEPTH = 100
MAX_ELEMENTS = 400_000


class _Gate:
    """Watches a first, cheap reading and raises at the first thing no form needs."""

    def __init__(self) -> None:
        self.depth = 0
        self.count = 0

    def doctype(self, *_declaration: object) -> None:
        raise _refused(_("The file declares a document type, which is not accepted."))

    def start(self, _name: str, _attributes: object) -> None:
        self.depth += 1
        self.count += 1
        if self.depth > MAX_XML_DEPTH:
            raise _refused(_("The form is nested too deeply."))
        if self.count > MAX_ELEMENTS:
            raise _refused(_("The form is too large."))

    def end(self, _name: str) -> None:
        self.depth -= 1


def parse_xml(xml: str) -> Element:
    """Return the root of ``xml``.

    Raises FormError when it is not XML, too large, too deep, or declares a document type (the way
    entity bombs and stolen files come in).
    """
    data = xml.encode("utf-8", "surrogatepass")
    if len(data) > MAX_XML_BYTES:
        raise _refused(_("The form is too large."))
    gate = _Gate()
    parser = expat.ParserCreate("utf-8")
    parser.StartDoctypeDeclHandler = gate.doctype
    parser.StartElementHandler = gate.start
    parser.EndElementHandler = gate.end
    try:
        parser.Parse(data, True)
        return fromstring(xml)
    except (expat.ExpatError, ParseError, ValueError) as error:
        line, column = getattr(error, "position", (0, 0))
        if isinstance(error, expat.ExpatError):
            line, column = error.lineno, error.offset
        raise _refused(
            _("This is not a form: the XML breaks off at line {line}, column {column}.").format(
                line=line, column=column + 1
            )
        ) from None


@contextmanager
def all_stays() -> Iterator[None]:
    """Nothing made while a form or a list is read is garbage; looking for some costs a third of the
    time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _refused(message: str) -> FormError:
    return FormError([Problem(message)])
