"""Small forms written in XForm XML, for what XLSForm writes at length."""

from __future__ import annotations

from app.forms import Definition, Session
from tests.forms.conftest import NOW

NAMES = (
    'xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
    'xmlns:jr="http://openrosa.org/javarosa" xmlns:odk="http://www.opendatakit.org/xforms"'
)


def definition(instance: str, *, binds: str = "", body: str = "", model: str = "") -> Definition:
    """Return a form of this instance below ``/d``; ``model`` holds its lists and actions."""
    return Definition.from_xform(
        f"<h:html {NAMES}><h:head><h:title>T</h:title><model><instance><d id='t'>{instance}</d>"
        f"</instance>{model}{binds}</model></h:head><h:body>{body}</h:body></h:html>"
    )


def bind(path: str, **rules: str) -> str:
    """Return a bind; ``<`` and quotes in rules are written as they are."""
    texts = (f'{name}="{text.replace("<", "&lt;")}"' for name, text in rules.items())
    return f'<bind nodeset="{path}" {" ".join(texts)}/>'


def opened(form: Definition, **options: object) -> Session:
    """Open a new session at half past ten."""
    return Session(form, now=lambda: NOW, **options)  # type: ignore[arg-type]
