"""A record's history in words."""

from __future__ import annotations

from app.i18n import _
from app.models.ledger import RecordKey
from app.models.ledger.registers import Standing
from app.models.project import Project
from app.models.queries import records
from app.models.queries.records import Act
from app.models.records import kind
from app.models.vocabulary import Value, Verb
from app.views import words
from app.views.record_source import shown


def told(project: Project, key: RecordKey) -> list[tuple[str, str]]:
    """Return every act on a record, newest first: who, when and where; and what."""
    return [(_by(act), _what(project, key, act)) for act in reversed(records.history(project, key))]


def _by(act: Act) -> str:
    text = _("{when} · {person} on {laptop}").format(
        when=_when(act), person=act.person or "–", laptop=act.device
    )
    if act.standing == Standing(0):
        return text
    return _("{act} · set aside").format(act=text)


def _when(act: Act) -> str:
    moment = words.moment(act.at_ms)
    return _("{when} (the clock was wrong)").format(when=moment) if act.is_doubtful else moment


def _what(project: Project, key: RecordKey, act: Act) -> str:
    if not act.field:
        return _whole(act.verb)
    declared = kind(key.kind).get(act.field)
    label = str(declared.label) if declared is not None else act.field.rpartition("/")[2]
    value = shown(project, declared, act.value) if declared is not None else _plain(act.value)
    if not value:
        return _("{field} emptied").format(field=label)
    return _("{field}: {value}").format(field=label, value=words.value(value))


def _plain(value: Value) -> str:
    return words.value(value)


def _whole(verb: Verb) -> str:
    said = {
        Verb.CREATE: _("Made"),
        Verb.EDIT: _("Brought back"),
        Verb.DELETE: _("Deleted"),
        Verb.CLOSE: _("Closed"),
        Verb.ADMIT: _("Late changes taken in"),
    }
    return said[verb]
