"""Keeps the Spanish catalogue in step with the texts in the code.

``python packaging/catalogue.py update`` reads every text out of ``app``, merges it into the .po
file and compiles it; ``check`` changes nothing and says what is stale or untranslated. The written
file depends on the texts alone, with no dates or line numbers, so that two branches merge.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import io
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "app"
PO = ROOT / "resources/locale/es/LC_MESSAGES/kipu.po"
KEYWORDS = {"_": None, "lazy": None, "ngettext": (1, 2)}
HEADER = """\
# Kipu's Spanish catalogue: translate here, then run `make catalogue`.
# Copyright (C) 2026 The Kipu authors
# This file is distributed under the Apache License, version 2.0, like Kipu itself.
#
msgid ""
msgstr ""
"Project-Id-Version: Kipu\\n"
"Language: es\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


class _Undated(Catalog):
    """A catalogue whose header tells how to read it, not when and by what it was made."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", "es"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Plural-Forms", "nplurals=2; plural=(n != 1);"),
        ]


def extract() -> Catalog:
    """Return every text that the code under ``app`` hands to ``_``, ``lazy`` or ``ngettext``."""
    template = Catalog(charset="utf-8")
    found = extract_from_dir(
        SOURCES, method_map=[("**.py", "python")], keywords=KEYWORDS, comment_tags=("Translators:",)
    )
    for filename, _line, message, comments, context in sorted(found, key=lambda item: item[0]):
        location = (f"app/{Path(filename).as_posix()}", 0)
        template.add(message, locations=[location], auto_comments=comments, context=context)
    for filename, text in (*verb_texts(), *inner_texts()):
        template.add(text, locations=[(f"app/{filename}", 0)])
    for one in template:
        one.locations.sort()
    return template


def verb_texts() -> Iterator[tuple[str, str]]:
    """Yield what the verbs say of themselves: docstrings of commands and ``help=`` of options."""
    trees = {path: ast.parse(path.read_text("utf-8")) for path in (SOURCES / "cli").glob("*.py")}
    named = {name: text for tree in trees.values() for name, text in _constants(tree)}
    for path, tree in sorted(trees.items()):
        for node in ast.walk(tree):
            text = _help_of(node, named)
            if text:
                yield path.relative_to(SOURCES).as_posix(), inspect.cleandoc(text)


def inner_texts() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """Yield the texts inside f-strings: before Python 3.12 one is a single token that hides them."""
    for path in sorted(SOURCES.rglob("*.py")):
        for outer in ast.walk(ast.parse(path.read_text("utf-8"))):
            for node in ast.walk(outer) if isinstance(outer, ast.JoinedStr) else ():
                if text := _handed_on(node):
                    yield path.relative_to(SOURCES).as_posix(), text


def _handed_on(node: ast.AST) -> str | tuple[str, ...]:
    """The text of a call to one of the keywords, with its plural where that takes one."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
        return ""
    if node.func.id not in KEYWORDS:
        return ""
    count = len(KEYWORDS[node.func.id] or (1,))
    forms = tuple(ast.literal_eval(one) for one in node.args[:count])
    return forms if count > 1 else str(forms[0])


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield target.id, str(node.value.value)


def _help_of(node: ast.AST, named: Mapping[str, str]) -> str | None:
    if isinstance(node, ast.FunctionDef) and any(map(_is_command, node.decorator_list)):
        return ast.get_docstring(node)
    if isinstance(node, ast.keyword) and node.arg == "help":
        if isinstance(node.value, ast.Name):
            return named.get(node.value.id)
        if isinstance(node.value, ast.Constant):
            return str(node.value.value)
    return None


def _is_command(decorator: ast.expr) -> bool:
    call = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(call, ast.Attribute) and call.attr in ("command", "group")


def read(path: Path = PO) -> Catalog:
    """Return the Spanish catalogue as it stands in ``path``."""
    with path.open("rb") as stream:
        return read_po(stream, locale="es")


def merged() -> Catalog:
    """Return the Spanish catalogue with exactly the texts of today's code.

    Texts that are gone are dropped; nothing is guessed from a similar text.
    """
    catalogue = read()
    catalogue.update(extract(), no_fuzzy_matching=True, update_header_comment=False)
    catalogue.obsolete.clear()
    return catalogue


def po_bytes(catalogue: Catalog) -> bytes:
    """Return the catalogue as a .po file: sorted, without dates or line numbers."""
    body = io.BytesIO()
    write_po(body, catalogue, omit_header=True, sort_output=True, include_lineno=False, width=98)
    return HEADER.encode() + body.getvalue().lstrip(b"\n")


def mo_bytes(catalogue: Catalog) -> bytes:
    """Return the compiled form of a catalogue, the same for the same texts."""
    compact = _Undated(locale="es", charset="utf-8", fuzzy=False)
    for message in _texts(catalogue):
        if not message.fuzzy and _is_translated(message):
            compact[message.id] = message
    stream = io.BytesIO()
    write_mo(stream, compact)
    return stream.getvalue()


def problems(catalogue: Catalog) -> list[str]:
    """Return a sentence for each text that Spanish readers would not get right."""
    found = []
    for message in _texts(catalogue):
        text = message.id[0] if isinstance(message.id, tuple) else message.id
        if message.fuzzy:
            found.append(f"marked fuzzy: {text!r}")
        elif not _is_translated(message):
            found.append(f"not translated: {text!r}")
        else:
            found += [f"{fault}: {text!r}" for fault in _placeholder_faults(message)]
    return found


def stale() -> list[str]:
    """Return a sentence for each catalogue file that does not say what the code says."""
    found = []
    if PO.read_bytes() != po_bytes(merged()):
        found.append(f"{PO.name} does not have exactly the texts of the code")
    compiled = PO.with_suffix(".mo")
    if not compiled.exists() or compiled.read_bytes() != mo_bytes(read()):
        found.append(f"{compiled.name} is not compiled from {PO.name}")
    return [f"{sentence}: run `make catalogue`" for sentence in found]


def update() -> None:
    """Write the .po and .mo files anew from the code and the translations there are."""
    PO.write_bytes(po_bytes(merged()))
    PO.with_suffix(".mo").write_bytes(mo_bytes(read()))


def _texts(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def _forms(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or ())


def _is_translated(message: Message) -> bool:
    forms = _forms(message.string)
    return bool(forms) and all(forms)


def _placeholders(text: str) -> set[str]:
    try:
        fields = [field for _, field, _, _ in Formatter().parse(text)]
    except ValueError:
        # Braces that are only punctuation: such a text is never formatted.
        return set()
    return {field for field in fields if field is not None}


def _placeholder_faults(message: Message) -> list[str]:
    originals = [_placeholders(form) for form in _forms(message.id)]
    # A singular may leave the number out ("one file"), in either language; nothing may be added.
    allowed = set().union(*originals)
    strings = _forms(message.string)
    if len(originals) == 1:
        same = _placeholders(strings[0]) == allowed
    else:
        same = _placeholders(strings[-1]) == originals[-1] and _placeholders(strings[0]) <= allowed
    return [] if same else ["placeholders differ"]


def main() -> int:
    """Update the catalogue, or check it; return the exit code."""
    parser = argparse.ArgumentParser(description="Keep the Spanish catalogue in step.")
    parser.add_argument("verb", choices=["update", "check"])
    if parser.parse_args().verb == "update":
        update()
        found: list[str] = []
    else:
        found = stale()
    found += problems(read())
    print("\n".join(found), end="\n" if found else "", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
