"""What the members of a project share about it as a whole: one signed record of the common space.

Its id is fixed, so that two coordinators who settle it without knowing of each other make one
record, and differing choices stand side by side like any conflict.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final

from app.errors import KipuError
from app.i18n import _
from app.models import country
from sync.changes import Change, Verb

if TYPE_CHECKING:
    from app.models.project import Project

KIND: Final = "project_settings"
ID: Final = uuid.UUID("5b0d7f0e-6a0c-5a3b-8d55-27c1f3a9e002").bytes


def country_of(project: Project) -> str:
    """The code of the project's country; the default where nobody has said."""
    found = project.store.value(
        "SELECT f.country FROM kind_project_settings f JOIN records r USING(rid) WHERE r.id=?",
        (ID,),
    )
    return str(found) if found else country.DEFAULT.code


def follow(project: Project) -> bool:
    """Speak with the manners of the project's country; tells whether that is a change."""
    return country.use(country_of(project))


def require_country(code: str) -> str:
    """The code of a country Kipu knows. Raises KipuError naming those."""
    if code.casefold() in country.COUNTRIES:
        return code.casefold()
    known = ", ".join(country.COUNTRIES)
    raise KipuError(
        _("Kipu does not know the country “{code}”; it knows: {known}.").format(
            code=code, known=known
        )
    )


def choose_country(project: Project, code: str) -> None:
    """Settle the project's country, for all its members. Coordinators.

    Raises KipuError for a country Kipu does not know or a role that may not.
    """
    from app.models.commands import records as writing
    from app.models.ledger import RecordKey
    from app.models.queries import records as reading

    code = require_country(code)
    project.require_joined()
    common = project.roster.common
    if reading.is_here(project, KIND, ID):
        writing.edit(project, RecordKey(common, KIND, ID), {"country": code}, label="country")
    elif code != country.DEFAULT.code:
        change = Change(Verb.CREATE, KIND, ID, None, {"country": code})
        project.ledger.commit(common, [change], "country")
    follow(project)
