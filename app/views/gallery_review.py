"""Review with something marked and two that may be one; sync before there is a share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from PySide6.QtWidgets import QWidget

from app.i18n import _
from app.jobs import Jobs
from app.models.text_merge import merge
from app.views import samples_desk
from app.views.frame import Frame
from app.views.pages import review_reads, sync_reads
from app.views.pages.review import ReviewPage
from app.views.pages.sync import SyncPage
from app.views.samples_desk import SampleDesk
from app.views.widgets.page import Page

_SAID: Final = (
    "Se revisa el operativo de las fiestas con las instituciones presentes. La Policía ofrece seis "
    "parejas a pie y dos patrulleros; el Centro de salud, una ambulancia hasta la medianoche. La "
    "presidencia del barrio pide que la calle de la escuela tenga luz antes del viernes. "
)
_BOTH: Final = (
    _SAID + "El Cuerpo de Bomberos ofrece una carpa de primeros auxilios.",
    "Se aclara que los turnos rigen de viernes a domingo. " + _SAID,
)


def _page(desk: SampleDesk, jobs: Jobs) -> ReviewPage:
    from app.views.screenshots import settle

    page = ReviewPage(desk)
    settle(jobs)
    return page


def _framed(page: Page, area: str) -> Frame:
    from app.views.gallery import framed

    return framed(page, area)


def _waiting(desk: SampleDesk, **changed: Any) -> SampleDesk:
    found = desk.answer(review_reads.everything)
    desk.also({review_reads.everything: replace(found, **changed)})
    return desk


def marked(jobs: Jobs) -> QWidget:
    """A conflict of one value, with the second version marked."""
    desk = samples_desk.reviewing(jobs)
    note, value, *rest = desk.answer(review_reads.everything).conflicts
    page = _page(_waiting(desk, conflicts=[value, note, *rest]), jobs)
    page.conflicts.decide(2)
    return _framed(page, "review")


def long_text(jobs: Jobs) -> QWidget:
    """A conflict of a long text in a record with many fields."""
    desk = samples_desk.reviewing(jobs)
    note, *rest = desk.answer(review_reads.everything).conflicts
    sides = [replace(one, text=said) for one, said in zip(note.sides, _BOTH, strict=True)]
    around = [(f"{_('Field')} {at}", "–") for at in range(23)]
    long = replace(note, sides=sides, around=around, proposal=merge(_SAID, *_BOTH))
    return _framed(_page(_waiting(desk, conflicts=[long, *rest]), jobs), "review")


def twins(jobs: Jobs) -> QWidget:
    """Two people who may be one, with the first decision marked."""
    page = _page(_waiting(samples_desk.reviewing(jobs), conflicts=[]), jobs)
    page.twins.decide(1)
    return _framed(page, "review")


def alone(jobs: Jobs) -> QWidget:
    """Sync in a project that has no share yet, with drafts open."""
    desk = samples_desk.syncing(jobs)
    state = desk.answer(sync_reads.state)
    found = replace(
        state, location="", last_ms=None, shares=[], laptops=state.laptops[:1], drafts=3
    )
    desk.also({sync_reads.state: found})
    return _framed(SyncPage(desk), "sync")


PAGES: Final[dict[str, Callable[[Jobs], QWidget]]] = {
    "review-marked": marked,
    "review-long": long_text,
    "review-twins": twins,
    "sync-alone": alone,
}
