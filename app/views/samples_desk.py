"""A desk with made-up answers: what the pages of fieldwork look like without any project."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from app.i18n import _, lazy, ngettext
from app.jobs import Handler, Job, Jobs
from app.models.faults import sentence
from app.models.ledger import RecordKey
from app.models.ledger.registers import Standing
from app.models.own_forms import OWN
from app.models.queries import duplicates
from app.models.queries.conflicts import Conflict, Withheld
from app.models.queries.duplicates import Pair
from app.models.queries.surveys import Form
from app.models.records import kind
from app.models.text_merge import merge
from app.models.unsent import Unsent
from app.models.vocabulary import Note, Report, Tally
from app.views import samples
from app.views.desk import Desk
from app.views.pages import interviews_reads, review_reads, sync_reads
from app.views.pages.forms_answers import Given
from app.views.pages.interviews_reads import Asked, Ended, Going, Overview, Ready, Response
from app.views.pages.review_reads import Aside, Dispute, Side, Twins, Waiting
from app.views.pages.sync_reads import Laptop, Share, SyncState
from app.views.widgets.table import Column, Row, Sort

NOON_MS: Final = 1_795_633_320_000
_DAY_MS: Final = 86_400_000
KEY: Final = RecordKey(bytes(16), "response", bytes(16))
_FORM: Final = Form(RecordKey(bytes(16), "survey", bytes(16)), "percepcion", "2026-11",
                    "Percepción de seguridad", 11)  # fmt: skip
_BEFORE_MS: Final = NOON_MS - _DAY_MS
_NOTES: Final = (
    "Vive con su abuela en Curaray. Conoce a la presidenta del barrio y quiere ayudar.",
    "Vive con su abuela en Curaray desde enero. Conoce a la presidenta y quiere ayudar.",
    "Vive con su tía en Curaray. Conoce a la presidenta del barrio y quiere ayudar los sábados.",
)
"""What two versions of a note began with, and the two."""


class SampleDesk(Desk):
    """Answers the few questions it knows, by the function that is asked."""

    def __init__(self, jobs: Jobs, answers: Mapping[Callable[..., Any], Any]) -> None:
        super().__init__(jobs)
        self._answers = dict(answers)

    def answer(self, question: Callable[..., Any]) -> Any:
        """Return what is answered to a question."""
        return self._answers[question]

    def also(self, answers: Mapping[Callable[..., Any], Any]) -> None:
        """Know these answers as well."""
        self._answers.update(answers)

    def ask(
        self,
        question: Callable[..., Any],
        *args: Any,
        on_done: Handler,
        on_error: Handler | None = None,
    ) -> Job:
        del args
        found = self._answers[question]
        return self.jobs.run(_give, found, on_done=on_done, on_error=on_error)


def _give(answer: Any) -> Any:
    return answer


def interviewing(
    jobs: Jobs, empty: bool = False, own: bool = False, ready: Ready | None = None
) -> SampleDesk:
    """A desk with a form, two drafts and interviews ended today; or with nothing but the form; or
    with nothing but Kipu's own forms. ``ready`` is the interview that opens."""
    drafts = [
        Going(b"1", "ARJ-L2-014", _FORM.title, "Arajuno", NOON_MS, 9, 9, 11),
        Going(b"2", "ARJ-L2-011", _FORM.title, "Arajuno", NOON_MS - 2 * _DAY_MS, 3, None, 0),
    ]
    done = [
        Ended(KEY, "ARJ-L2-013", _FORM.title, "Completa", NOON_MS, False),
        Ended(KEY, "ARJ-L2-012", _FORM.title, "Rechazada", NOON_MS - 3_600_000, True),
    ]
    found = Overview([_FORM], [(b"a", "Arajuno")], [] if empty else drafts, [] if empty else done)
    if own:
        found = Overview([], [(b"a", "Arajuno")], [], (), OWN)
    asked = [
        Asked("/sexo", "sexo", "Sexo", (("mujer", "Mujer"), ("hombre", "Hombre")), False),
        Asked("/edad", "edad", "Edad en años cumplidos", (), True, True),
        Asked("/barrio", "barrio", "Barrio o comunidad", (), False),
    ]
    return SampleDesk(
        jobs,
        {
            interviews_reads.overview: found,
            interviews_reads.resume: ready,
            interviews_reads.responses: (_Responses(0 if empty else 61), asked),
            interviews_reads.response: _response(),
        },
    )


class _Responses:
    """Finished interviews, every third by somebody else."""

    def __init__(self, count: int) -> None:
        self._people = samples.People(count)
        self.columns: Sequence[Column] = (
            Column("folio", lazy("Folio"), width=130),
            Column("status", lazy("Status"), width=120),
            Column("started", lazy("Started"), "date", 170),
            Column("/sexo", "Sexo", width=120),
            Column("/edad", "Edad en años cumplidos", "number", 190),
        )

    def count(self, filter: str) -> int:
        return self._people.count(filter)

    def page(self, offset: int, limit: int, sort: Sort | None, filter: str) -> list[Row]:
        del sort
        found = self._people.page(offset, limit, None, filter)
        return [_interviewed(row) for row in found]


def _interviewed(row: Row) -> Row:
    _name, _place, born, household, folio = row.cells
    sex = "Mujer" if household % 3 else "Hombre"
    return Row(row.key, (folio, "Completa", "2026-11-19T10:24:00", sex, 2026 - int(born[:4])))


def _by(at: int) -> str:
    """Who wrote one of two versions, where and when."""
    person, laptop, when = (
        ("Elena Grefa", "L1", "20 nov 2026, 14:02"),
        ("María Andi", "L2", "20 nov 2026, 16:40"),
    )[at]
    return _("{person} on {laptop}, {when}").format(person=person, laptop=laptop, when=when)


def _response() -> Response:
    by = f"20 nov 2026, 14:02 · {_by(1).partition(',')[0]}"
    return Response(
        KEY, "ARJ-L2-013",
        [(_("Form"), "percepcion"), (_("Started"), "20 nov 2026, 13:31")],
        [Given("Sexo", "Mujer"), Given("Edad en años cumplidos", "41"),
         Given("Barrio o comunidad", "Curaray")],
        [(by, "Sexo: Mujer"), (by, "Edad en años cumplidos: 41")], False, True, True, may_erase=True,
    )  # fmt: skip


def syncing(jobs: Jobs) -> SampleDesk:
    """A desk with three laptops, one of them behind."""
    laptops = [
        Laptop("L1", _("coordinator"), True, True, "Elena Grefa", NOON_MS, 1204),
        Laptop(
            "L2",
            _("facilitator") + " (Arajuno)",
            False,
            True,
            "María Andi",
            NOON_MS - _DAY_MS,
            812,
            2,
        ),
        Laptop("L3", _("secretary") + " (Consejo)", False, True, "Rosa Tapuy", NOON_MS, 96, 0, 1, [
            ngettext(
                "{count} change came after its act was closed; Review says which.",
                "{count} changes came after their act was closed; Review says which.",
                1,
            ).format(count=1)
        ]),
    ]  # fmt: skip
    last = NOON_MS - 9 * _DAY_MS
    state = SyncState(
        "/media/kipu/share", last, Unsent(12), True, laptops,
        [(str(kind(name).plural), n) for name, n in (("response", 7), ("turn", 4), ("person", 1))],
        [Share("/media/kipu/share", True, last, 31_200, 0, 1, _("stick")),
         Share("webdav+https://eva@nube.puyo.ec/dav/kipu", None, last - _DAY_MS, 48_900, 2_400_000,
               2, _("office"), failed=sentence("remote-timeout", {"place": "nube.puyo.ec"}),
               failed_ms=NOON_MS, rate=20),
         Share("sftp://kipu@10.0.0.5/home/kipu", None, last - 3 * _DAY_MS, 48_900, 0, 3,
               _("municipality"), is_paused=True, essentials=True)],
    )  # fmt: skip
    return SampleDesk(jobs, {sync_reads.state: state})


def report() -> Report:
    """What one sync did, with a file that was set aside."""
    return Report(
        Tally(2, 12, 3_120),
        Tally(5, 240, 41_800),
        [Note("batch-stranger", {"path": "spaces/a/b/00000004"})],
        [Note("batch-missing", {"path": "spaces/a/c/00000007"})],
    )


def reviewing(jobs: Jobs, only_late: bool = False) -> SampleDesk:
    """A desk with one of each thing that waits, or only with something that came too late."""
    conflict = Conflict("1", KEY, "/edad", ())
    value = Dispute(
        conflict, "ARJ-L2-013", "Respuesta", "Edad en años cumplidos",
        [Side("44", _by(0), False), Side("47", _by(1), False)],
        [("Sexo", "Mujer"), ("Barrio o comunidad", "Curaray")], "44", 0,
    )  # fmt: skip
    other = replace(
        value, record="ARJ-L2-020", field="Barrio o comunidad",
        sides=[Side("Centro", _by(0), False), Side("Santa Rosa", _by(1), False)],
    )  # fmt: skip
    deletion = replace(
        value, field="",
        sides=[
            Side(_("kept, with what was changed"), _by(0), False),
            Side(_("deleted"), _by(1), True),
        ],
    )  # fmt: skip
    note = replace(
        value, record="Nayra Shiguango", kind=_("Person"), field=_("Notes"),
        sides=[Side(_NOTES[1], _by(0), False), Side(_NOTES[2], _by(1), False)],
        around=[], proposal=merge(*_NOTES),
    )  # fmt: skip
    withheld = Withheld(Standing.LATE, "edit", "Rosa Tapuy", "L3", NOON_MS, (), ())
    said = _("{field}: {value}").format(field=_("Title"), value="Alarmas comunitarias")
    aside = Aside(
        withheld, ["Alarmas comunitarias"], [said], _by(1), True, KEY,
        "Acta 003-2026", True,
    )  # fmt: skip
    waiting = Waiting([note, value, other, deletion], [_twins()], [aside])
    if only_late:
        waiting = Waiting([], [], [aside])
    return SampleDesk(jobs, {review_reads.everything: waiting})


def _twins() -> Twins:
    """Two people who may be one."""
    keys = [RecordKey(bytes(16), "person", bytes([at] * 16)) for at in (1, 2)]
    pair = Pair(keys[0], keys[1], ("Nayra Shiguango", "Nayra Chiguango"), 0.9, ("similar", "year"))
    return Twins(
        pair, _("Person"), duplicates.reason(pair.why), ("Arajuno", "Consejo Cantonal"),
        [
            (_("Name"), "Nayra Shiguango", "Nayra Chiguango"),
            (_("Born"), "1987", "1987"),
            (_("Telephone"), "", "099 123 4567"),
        ],
    )  # fmt: skip
