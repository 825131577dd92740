"""The little of XML that WebDAV and S3 answer with, read without any of XML's dangers."""

from __future__ import annotations

from xml.parsers import expat

_MAX_DEPTH = 12


class NotXml(ValueError):
    """Not well-formed, nested too deeply, or with a document type, which no reply of ours has."""


def leaves(raw: bytes) -> list[tuple[str, str]]:
    """Return (path, text) of every element without children, in order.

    A path is made of local names: ``multistatus/response/href``. Raises NotXml.
    """
    reader = _Leaves()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.refuse
    try:
        parser.Parse(raw, True)
    except (expat.ExpatError, ValueError) as error:
        raise NotXml(str(error)) from error
    return reader.found


class _Leaves:
    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []
        self._open: list[str] = []
        self._text: list[str] = []
        self._is_leaf = False

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        if len(self._open) == _MAX_DEPTH:
            raise NotXml("nested too deeply")
        self._open.append(name.rpartition(" ")[2])
        self._text.clear()
        self._is_leaf = True

    def end(self, _name: str) -> None:
        if self._is_leaf:
            self.found.append(("/".join(self._open), "".join(self._text).strip()))
        self._is_leaf = False
        self._text.clear()
        self._open.pop()

    def text(self, text: str) -> None:
        if self._is_leaf:
            self._text.append(text)

    def refuse(self, *_declared: object) -> None:
        raise NotXml("a document type")
