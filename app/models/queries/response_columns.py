"""What a table of responses has columns for.

A table has the responses to every version of a form. Its columns are the questions of the version
that is chosen, then those which only others ask and somebody answered: no answer is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.errors import KipuError
from app.models.project import Project
from app.models.queries import surveys
from app.models.queries.answer_labels import Labels, labels_of
from app.models.queries.surveys import Form

if TYPE_CHECKING:
    from app.forms import Column, Definition

_OTHER_VERSIONS = "form_id=? AND survey IS NOT ?"
_ANSWERS = "j.key>='/' AND j.key<'0' AND j.type<>'null'"


@dataclass(frozen=True)
class Asked:
    """The questions of a table and what they are called, one for one."""

    columns: Sequence[Column]
    labels: Sequence[Labels]


class Columns:
    """The columns of tables of the responses to a form, and of the rows of its repeats."""

    def __init__(self, project: Project, form: Form) -> None:
        self._definition = surveys.definition(project, form.key)
        self._answered = _answered(project, form)
        self._others = list(other_versions(project, form)) if self._answered else []

    @property
    def repeats(self) -> list[str]:
        """The repeats of the form, then those that only other versions have, with rows."""
        own = list(self._definition.repeats)
        return own + sorted(one for one in self._answered if one and one not in own)

    def asked(self, repeat: str = "") -> Asked:
        """The questions of a table: of the responses, or of the rows of a repeat."""
        from app.forms import columns

        found = [*columns(self._definition, repeat)]
        labels = labels_of(self._definition, found)
        missing = self._answered[repeat] - {one.path for one in found}
        taken = {one.header for one in found}
        for definition in self._others:
            news = [
                _named_apart(one, taken)
                for one in columns(definition, repeat)
                if one.path in missing
            ]
            missing -= {one.path for one in news}
            taken |= {one.header for one in news}
            labels += labels_of(definition, news)
            found += news
        unknown = [_unknown(path) for path in sorted(missing)]
        labels += [Labels(one.header, {}, several=False) for one in unknown]
        return Asked([*found, *unknown], labels)


def other_versions(project: Project, form: Form) -> Iterator[Definition]:
    """The other versions that are here and can be read, the newest first."""
    for one in reversed(surveys.forms(project, form.form_id)):
        if one.key != form.key:
            # What only a newer Kipu can read has its answers told all the same, by their paths.
            with suppress(KipuError):
                yield surveys.definition(project, one.key)


def _answered(project: Project, form: Form) -> defaultdict[str, set[str]]:
    """What those interviewed with other versions answered: by repeat, outside of any under ""."""
    other = form.form_id, form.key.id.hex()
    rows = [
        *project.store.rows(
            "SELECT DISTINCT '', j.key FROM \"kind_response\" f JOIN records r USING(rid), "
            f"json_each(r.data) j WHERE {_OTHER_VERSIONS} AND {_ANSWERS}",
            other,
        ),
        *project.store.rows(
            'SELECT DISTINCT f.repeat, j.key FROM "kind_response_row" f JOIN records r USING(rid), '
            f'json_each(r.data) j WHERE f.survey IN (SELECT survey FROM "kind_response" '
            f"WHERE {_OTHER_VERSIONS}) AND {_ANSWERS}",
            other,
        ),
    ]
    found: defaultdict[str, set[str]] = defaultdict(set)
    for repeat, path in rows:
        found[str(repeat or "")].add(str(path))
    return found


def _named_apart(column: Column, taken: Collection[str]) -> Column:
    from app.forms import Column

    header = column.path.removeprefix("/") if column.header in taken else column.header
    return Column(column.path, header, column.question)


def _unknown(path: str) -> Column:
    """An answer to a version that is not here, under its path."""
    from app.forms import Column, Question

    name = path.rpartition("/")[2]
    return Column(path, path.removeprefix("/"), Question(path, name, "hidden", "string"))
