"""What the engines are given: forms made for one question each, and a filling of a real form."""

from __future__ import annotations

import random
from typing import Final

from app.forms import Definition, Session

ROWS: Final = 1_000
CHOICES: Final = 50_000
SIZES: Final = (100, 1_000, 9_990)
"""Questions of forms that grow; the largest is what Kipu takes, 10,000 places, the root among them."""
_NAMES: Final = (
    'xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
    'xmlns:jr="http://openrosa.org/javarosa"'
)
_TRIES: Final = 20


def xform(instance: str, model: str, body: str) -> str:
    """A form of this instance below ``/d``."""
    return (
        f"<h:html {_NAMES}><h:head><h:title>B</h:title><model><instance><d id='b'>{instance}</d>"
        f"</instance>{model}</model></h:head><h:body>{body}</h:body></h:html>"
    )


def repeats() -> str:
    """Rows of twenty questions, each with rules of its own, and a sum over all rows."""
    fields = "".join(f"<f{at}/>" for at in range(20))
    binds = "".join(
        f'<bind nodeset="/d/m/f{at}" type="int" calculate="../f{at - 1} + 1"/>'
        for at in range(1, 20)
    )
    binds += '<bind nodeset="/d/all" calculate="sum(/d/m/f1)"/>'
    binds += '<bind nodeset="/d/m/at" calculate="position(..)"/>'
    binds += '<bind nodeset="/d/m/f0" type="int"/>'
    inputs = "".join(f'<input ref="/d/m/f{at}"><label>F</label></input>' for at in range(20))
    body = f'<group ref="/d/m"><label>M</label><repeat nodeset="/d/m">{inputs}</repeat></group>'
    return xform(f"<all/><m jr:template=''>{fields}<at/></m>", binds, body)


def long_list() -> tuple[str, str]:
    """A question whose choices, a file's, follow from another; and the file ``l.csv``."""
    rows = "".join(f"c{at},Choice {at},p{at % 500}\n" for at in range(CHOICES))
    body = (
        "<input ref='/d/p'><label>P</label></input><select1 ref='/d/c'><label>C</label>"
        "<itemset nodeset=\"instance('l')/root/item[province = /d/p]\">"
        "<value ref='name'/><label ref='label'/></itemset></select1>"
    )
    model = (
        "<instance id='l' src='jr://file-csv/l.csv'/>"
        "<bind nodeset='/d/p' type='string'/><bind nodeset='/d/c' type='string'/>"
    )
    return xform("<p/><c/>", model, body), f"name,label,province\n{rows}"


def many(count: int) -> str:
    """A form of ``count`` questions, every other one following from the one before."""
    half = range(count // 2)
    fields = "".join(f"<a{at}/><b{at}/>" for at in half)
    binds = "".join(
        f'<bind nodeset="/d/a{at}" type="int"/>'
        f'<bind nodeset="/d/b{at}" type="int" calculate="/d/a{at} + 1"/>'
        for at in half
    )
    body = "".join(f'<input ref="/d/a{at}"><label>A</label></input>' for at in half)
    return xform(fields, binds, body)


def filling(definition: Definition) -> list[tuple[str, str]]:
    """Answers to a form in the order in which it asks for them: a path, and what XForms stores.

    They are random, but the same at every call. A form that asks for consent ends early without it,
    so that of some fillings the longest is taken.
    """
    return max((_filled(definition, seed) for seed in range(_TRIES)), key=len)


def _filled(definition: Definition, seed: int) -> list[tuple[str, str]]:
    session, chance = Session(definition), random.Random(seed)
    done: dict[str, str] = {}
    before = -1
    while len(done) > before:
        before = len(done)
        for path in list(session.walk()):
            answer = "" if path in done else _answer(session, path, chance)
            if answer:
                done[path] = answer
                session.set(path, answer)
    return list(done.items())


def _answer(session: Session, path: str, chance: random.Random) -> str:
    state = session.state(path)
    if not state.relevant or state.readonly:
        return ""
    if state.kind in ("select_one", "select_multiple"):
        return chance.choice(state.choices)[0] if state.choices else ""
    return {
        "integer": str(chance.randint(0, 40)),
        "decimal": f"{chance.randint(0, 400) / 10}",
        "text": "una respuesta",
        "date": f"2020-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
    }.get(state.kind, "")
