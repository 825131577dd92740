"""How the person at the laptop is reached, and where the laptop is today: what questionnaires ask a
device for (email, phonenumber, start-geopoint) and a computer on a table cannot know by itself.

It lies in the encrypted store and never travels but as an answer of a form that asks for it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

from app.errors import KipuError
from app.i18n import _
from app.models.project import Project

_LONGEST: Final = 200
_PLACE: Final = "laptop_position"


@dataclass(frozen=True)
class Contact:
    """How a person is reached; empty where nobody said."""

    email: str = ""
    phone: str = ""


def of(project: Project) -> Contact:
    """How whoever sits here is reached."""
    kept = _read(project, _key(project))
    return Contact(str(kept.get("email") or ""), str(kept.get("phone") or ""))


def tell(project: Project, email: str | None = None, phone: str | None = None) -> Contact:
    """Keep how whoever sits here is reached; None leaves it, an empty text takes it away.

    Raises KipuError for what is no address or no number.
    """
    was = of(project)
    made = Contact(
        was.email if email is None else _email(email),
        was.phone if phone is None else _phone(phone),
    )
    project.store.set_meta(_key(project), json.dumps(asdict(made)))
    return made


def _email(text: str) -> str:
    name, mark, host = text.strip().rpartition("@")
    if (
        (text.strip() and not (name and mark and host))
        or " " in text.strip()
        or len(text) > _LONGEST
    ):
        raise KipuError(_("“{text}” is no email address.").format(text=text.strip()[:60]))
    return text.strip()


def _phone(text: str) -> str:
    digits = [letter for letter in text if letter.isdecimal()]
    if text.strip() and (
        len(digits) < 5 or len(text) > _LONGEST or set(text) - set("0123456789 +-().")
    ):
        raise KipuError(_("“{text}” is no telephone number.").format(text=text.strip()[:60]))
    return text.strip()


def position(project: Project) -> str:
    """Where the laptop is, as forms keep a point; empty unless somebody said so today."""
    kept = _read(project, _PLACE)
    return str(kept.get("point") or "") if kept.get("day") == _today(project) else ""


def stand(project: Project, point: str) -> str:
    """Keep where the laptop is today; an empty text takes it back. Returns the point.

    Tomorrow it counts no more: a laptop moves, and a wrong place is worse than none. Raises
    KipuError when it is no point.
    """
    made = read_point(point)
    kept = json.dumps({"point": made, "day": _today(project)})
    project.store.set_meta(_PLACE, kept if made else None)
    return made


def read_point(text: str) -> str:
    """Return a point as forms keep it, empty for an empty text. Raises KipuError for what is none."""
    from app.forms.answers import stored
    from app.forms.definition import Question

    return stored(text.strip(), Question("/point", "point", "geopoint", "geopoint"))


def _today(project: Project) -> str:
    return (
        datetime.fromtimestamp(project.ledger.now_ms() / 1000, UTC).astimezone().date().isoformat()
    )


def _key(project: Project) -> str:
    return f"contact:{project.person.id.hex()}"


def forget(project: Project, person: bytes) -> None:
    """Forget how a person is reached, who does not sit here any more."""
    project.store.set_meta(f"contact:{person.hex()}", None)


def _read(project: Project, key: str) -> dict[str, Any]:
    kept = project.store.meta(key)
    found = json.loads(kept) if isinstance(kept, str) else {}
    return found if isinstance(found, dict) else {}
