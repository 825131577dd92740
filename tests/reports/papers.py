"""Contents that the tests of documents share."""

from __future__ import annotations

import io
from datetime import date, datetime, time

from app.reports.documents.content import (
    Acta,
    AgendaItem,
    Annex,
    Attendee,
    Call,
    Commitment,
    Dissent,
    Letterhead,
    Motion,
    PreviousAct,
    QuorumCheck,
    Resolution,
    Setting,
    Signature,
    Tally,
    Vote,
)


def logo() -> bytes:
    """A small sound picture."""
    from PIL import Image

    stream = io.BytesIO()
    Image.new("RGB", (60, 40), "#1F5E4B").save(stream, "PNG")
    return stream.getvalue()


def setting(**more: object) -> Setting:
    head = Letterhead(project="Pastaza segura", lines=("GAD Municipal de Pastaza",), logo=logo())
    return Setting(letterhead=head, **{"language": "en", **more})  # type: ignore[arg-type]


COMMITMENT = Commitment(
    what="Repair the lights",
    responsible="Municipality",
    due=date(2026, 12, 4),
    deliverable="Report with photos",
)
MOTION = Motion(
    text="Install twelve alarms",
    mover="Jorge Andi",
    kind="nominal",
    votes_for=7,
    votes_against=1,
    abstentions=0,
    at=time(15, 2),
    quorum=QuorumCheck(present=9, seats=16, needed=9, reached=True, at=time(15, 1)),
    result="carried",
    nominal=(Vote(name="Rosa Alvarado", vote="against", reason="no money"),),
    dissents=(Dissent(name="Rosa Alvarado", text="Nobody maintains them."),),
)


def acta(**more: object) -> Acta:
    """An acta that has everything."""
    content: dict[str, object] = {
        "setting": setting(),
        "committee": "Consejo Cantonal",
        "number": "003-2026",
        "hash": "9f3a 21c0",
        "previous": (PreviousAct(number="002-2026", hash="4be1 0c9d"),),
        "town": "Puyo",
        "place": "Salón de la Ciudad",
        "date": date(2026, 11, 20),
        "starts": time(14, 5),
        "ends": time(16, 42),
        "chair": "María Tentets",
        "secretary": "Zoila Cerda",
        "call": Call(sent=datetime(2026, 11, 17, 9, 30), channel="letter", notice="48 h, art. 11"),
        "attendance": (
            Attendee(name="María Tentets", institution="Municipality", arrived=time(14, 1)),
            Attendee(name="Luis Ankuash", capacity="alternate", presence="absent"),
        ),
        "tallies": (Tally(title="Sex", rows=(("Women", 5), ("Men", 4))),),
        "quorum": (QuorumCheck(present=9, seats=16, needed=9, reached=True, at=time(14, 5)),),
        "previous_minutes": "Read and approved.",
        "follow_up": (COMMITMENT,),
        "agenda": (
            AgendaItem(title="Report of the month", text="Seven robberies.\nFour at night."),
            AgendaItem(
                title="Alarms",
                motions=(MOTION,),
                resolutions=(Resolution(number="012-2026", text="Twelve alarms it is."),),
                commitments=(COMMITMENT,),
            ),
        ),
        "closing": "Nothing else to deal with.",
        "signatures": (
            Signature(name="María Tentets", role="President", document="C. I. 1600123456"),
            Signature(name="Zoila Cerda", role="Secretary"),
        ),
        "annexes": (Annex(title="Signed list", hash="ab12"),),
    }
    return Acta(**{**content, **more})  # type: ignore[arg-type]
