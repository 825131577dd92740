"""Documents say everything in order, in their own language, with every letter, and safely."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from app.reports import documents
from app.reports.documents import content, fonts, stamp
from app.reports.documents.content import (
    Acta,
    AgendaItem,
    AttendanceSheet,
    Attendee,
    CallNotice,
    FieldNote,
    Participant,
    Receipt,
    RecoveryPaper,
    Resolution,
    Signature,
    Turn,
)
from app.reports.documents.words import Words
from tests.reports import papers

LETTERS = "ñ á ü ʉ ā a̱ e̱ i̱ u̱ A̱ ʉ̃ ɨ̃ ✓ ✗ № « » — ≥"

CALL = CallNotice(
    setting=papers.setting(),
    committee="Consejo Cantonal",
    number="003-2026",
    date=date(2026, 11, 20),
    starts=time(14, 5),
    place="Salón",
    second_call_after=30,
    agenda=("Report", "Alarms"),
    signatures=(Signature(name="Zoila Cerda", role="Secretary"),),
)
SHEET = AttendanceSheet(
    setting=papers.setting(),
    committee="Consejo Cantonal",
    expected=(Attendee(name="María Tentets", institution="Municipality"),),
    blank_lines=3,
)
NOTE = FieldNote(
    setting=papers.setting(),
    topic="The market at night",
    participants=(
        Participant(alias="M1", chair=1, takes_part=True, recording=False),
        Participant(alias="H1", chair=2, takes_part=True, quotes=True),
    ),
    turns=(Turn(text="We shut at six.", speaker="M1", second=3723, quotable=True),),
    summary="They avoid the street.",
)
RECEIPT = Receipt(
    setting=papers.setting(),
    device="ARAJUNO-03",
    at=datetime(2026, 11, 21, 16, 40),
    facts=(("Waiting to be sent", "nothing"),),
)
RECOVERY = RecoveryPaper(
    setting=papers.setting(),
    person="Ana",
    codes=("L-7K2QX-93MPD-HW4TZ-0Y8BN-5GJ6R-VC1EA-S9F2K",),
    meanings=("Opens this laptop",),
)
EVERY: dict[str, Callable[[], bytes]] = {
    "acta.pdf": lambda: documents.acta_pdf(papers.acta()),
    "acta.docx": lambda: documents.acta_docx(papers.acta()),
    "call.pdf": lambda: documents.call_pdf(CALL),
    "call.docx": lambda: documents.call_docx(CALL),
    "sheet.pdf": lambda: documents.attendance_sheet_pdf(SHEET),
    "sheet.docx": lambda: documents.attendance_sheet_docx(SHEET),
    "note.pdf": lambda: documents.field_note_pdf(NOTE),
    "note.docx": lambda: documents.field_note_docx(NOTE),
    "receipt.pdf": lambda: documents.receipt_pdf(RECEIPT),
    "recovery.pdf": lambda: documents.recovery_paper_pdf(RECOVERY),
}


def said(raw: bytes) -> str:
    """Return a file's text as somebody copies it, each run of blanks as one."""
    if raw.startswith(b"%PDF"):
        text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(raw)).pages)
    else:
        import docx

        file = docx.Document(io.BytesIO(raw))
        text = "\n".join(one.text or "" for one in file.element.body.iter("{*}t"))
    return " ".join(text.split())


def both(acta: Acta) -> tuple[str, str]:
    return said(documents.acta_pdf(acta)), said(documents.acta_docx(acta))


def in_order(text: str, *parts: str) -> None:
    """Assert that all of these stand in ``text``, one after the other."""
    at = 0
    for part in parts:
        found = text.find(part, at)
        assert found >= 0, f"{part!r} is not in its place: …{text[at : at + 300]}"
        at = found + len(part)


def test_the_acta_says_everything_in_the_order_of_the_sections() -> None:
    for text in both(papers.acta()):
        in_order(
            text, "Pastaza segura", "Consejo Cantonal", "Minutes No. 003-2026", "20 November 2026",
            "Salón de la Ciudad, Puyo", "14:05", "Call", "17 November 2026, 09:30", "Letter",
            "48 h, art. 11", "Attendance", "María Tentets", "14:01", "Luis Ankuash", "Alternate",
            "Absent", "Women: 5; Men: 4", "Quorum", "9 of 16 seats present, 9 needed", "Agenda",
            "Report of the month", "Alarms", "Read and approved.", "Follow-up", "Repair the lights",
            "4 Dec 2026", "Development", "1. Report of the month", "Seven robberies.",
            "Four at night.", "2. Alarms", "Motion: Install twelve alarms", "Jorge Andi",
            "Carried", "in favour 7, against 1, abstentions 0", "Rosa Alvarado", "Against",
            "Dissenting vote of Rosa Alvarado: Nobody maintains them.",
            "Resolution 012-2026: Twelve alarms it is.", "Commitments", "Municipality",
            "Repair the lights", "Report with photos", "closed at 16:42", "Nothing else",
            "Signatures", "María Tentets", "President", "C. I. 1600123456", "Annexes",
            "Signed list", "ab12", "Minutes No. 002-2026", "4be1 0c9d",
        )  # fmt: skip


def test_every_page_of_the_pdf_has_its_number_the_acts_and_the_hash() -> None:
    items = tuple(AgendaItem(title=f"Point {at}", text="Words. " * 300) for at in range(6))
    pages = PdfReader(io.BytesIO(documents.acta_pdf(papers.acta(agenda=items)))).pages
    assert len(pages) > 3
    for at, page in enumerate(pages, 1):
        text = page.extract_text()
        assert f"Page {at} of {len(pages)}" in text
        assert "Minutes No. 003-2026" in text
        assert "9f3a 21c0" in text


@pytest.mark.parametrize(
    ("status", "stamped"), [("draft", True), ("approved", False), ("closed", False)]
)
def test_a_draft_says_so_on_every_page(status: content.Status, stamped: bool) -> None:
    acta = papers.acta(status=status)
    for page in PdfReader(io.BytesIO(documents.acta_pdf(acta))).pages:
        assert ("DRAFT" in page.extract_text()) is stamped
    heads = headers(documents.acta_docx(acta))
    assert all(
        (head.count("DRAFT") >= 2) is stamped for head in heads
    )  # the word, and the drawn one


def headers(raw: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        names = [name for name in package.namelist() if name.startswith("word/header")]
        assert len(names) == 2  # the first page's and the others'
        return [package.read(name).decode() for name in names]


def test_practice_is_on_every_page() -> None:
    acta = papers.acta(setting=papers.setting(practice=True), status="closed")
    for page in PdfReader(io.BytesIO(documents.acta_pdf(acta))).pages:
        assert "PRACTICE" in page.extract_text()
    assert all("PRACTICE" in head for head in headers(documents.acta_docx(acta)))


def test_a_document_speaks_its_own_language_not_the_screens() -> None:
    acta = papers.acta(setting=papers.setting(language="es"), type="working")
    for text in both(acta):
        in_order(text, "Presencial" if acta.mode else "Lugar", "Orden del día", "Moción")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.i18n._voice.language", "es")
        assert "Motion" in said(documents.acta_pdf(papers.acta()))


def test_the_clock_and_the_paper_are_the_countrys() -> None:
    there = Words(papers.setting(country="PA"))
    assert there.clock(time(14, 5)) == "2:05\u00a0p.\u00a0m."
    assert there.clock(time(0, 5)) == "12:05\u00a0a.\u00a0m."
    assert Words(papers.setting(country="EC")).clock(time(9, 5)) == "09:05"
    sizes = {
        country: PdfReader(
            io.BytesIO(documents.acta_pdf(papers.acta(setting=papers.setting(country=country))))
        ).pages[0].mediabox.height
        for country in ("EC", "PA")
    }  # fmt: skip
    assert round(sizes["EC"]) == 842
    assert round(sizes["PA"]) == 792


def test_a_secret_ballot_names_nobody() -> None:
    motion = replace(papers.MOTION, kind="secret", dissents=(), mover="")
    for text in both(papers.acta(agenda=(AgendaItem(title="Alarms", motions=(motion,)),))):
        assert "in favour 7" in text
        assert "Rosa Alvarado" not in text


def test_a_meeting_without_quorum_says_that_it_was_not_installed() -> None:
    for text in both(papers.acta(installed=False)):
        assert "the meeting was not installed" in text


def test_the_pdf_tells_its_title_its_language_and_its_sections() -> None:
    acta = papers.acta(setting=papers.setting(language="es", country="EC"))
    reader = PdfReader(io.BytesIO(documents.acta_pdf(acta)))
    assert reader.metadata is not None
    assert "003-2026 · Consejo Cantonal" in str(reader.metadata.title)
    assert reader.metadata.author == "Pastaza segura"
    assert reader.root_object["/Lang"] == "es-EC"
    assert reader.root_object["/PageMode"] == "/UseOutlines"
    titles = [one.title for one in flat(reader.outline)]
    assert "Asistencia" in titles
    assert "2. Alarms" in titles


def flat(outline: list) -> list:  # type: ignore[type-arg]
    found = []
    for one in outline:
        found += flat(one) if isinstance(one, list) else [one]
    return found


def test_the_docx_has_headings_language_and_fonts_of_its_own() -> None:
    import docx

    raw = documents.acta_docx(papers.acta(setting=papers.setting(language="es")))
    file = docx.Document(io.BytesIO(raw))
    assert file.core_properties.language == "es-EC"
    assert "Consejo Cantonal" in file.core_properties.title
    styles = {one.text: one.style.name for one in file.paragraphs if one.style is not None}
    assert styles["Asistencia"] == "Heading 1"
    assert styles["2. Alarms"] == "Heading 2"
    languages = file.styles.element.xpath("w:docDefaults//w:lang/@w:val")
    assert languages == ["es-EC"]
    assert all(row.xpath("w:trPr/w:tblHeader") for row in first_rows(file))
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        fonts = [name for name in package.namelist() if name.endswith(".odttf")]
        assert len(fonts) == 4
        assert "obfuscatedFont" in package.read("[Content_Types].xml").decode()


def first_rows(file: object) -> list:  # type: ignore[type-arg]
    tables = file.element.body.xpath("w:tbl[w:tr/w:trPr/w:tblHeader]")  # type: ignore[attr-defined]
    assert len(tables) >= 3
    return [table.xpath("w:tr")[0] for table in tables]


def test_every_letter_is_drawn_and_copied_as_it_was_written() -> None:
    acta = papers.acta(opening=LETTERS, committee=f"Tsere̱mp {LETTERS}")
    for text in both(acta):
        assert text.count(LETTERS) >= 2
    raw = documents.acta_pdf(acta)
    assert "\ufffd" not in said(raw)
    assert unembedded(raw) == []


def unembedded(raw: bytes) -> list[str]:
    """Return the fonts of a PDF that it only names."""
    found = {}
    for page in PdfReader(io.BytesIO(raw)).pages:
        for font in page["/Resources"].get("/Font", {}).values():  # type: ignore[union-attr]
            described = font.get_object()
            held = described.get("/FontDescriptor", {}).get("/FontFile2") is not None
            found[str(described["/BaseFont"])] = held
    return [name for name, held in found.items() if not held]


@pytest.mark.parametrize("name", [name for name in EVERY if name.endswith(".pdf")])
def test_every_pdf_holds_all_its_fonts(name: str) -> None:
    assert unembedded(EVERY[name]()) == []


def test_what_no_font_has_is_marked_and_what_cannot_be_seen_is_dropped() -> None:
    text = said(documents.acta_pdf(papers.acta(opening="a\x00b\x1b \u200bc \U00013000 \ue005 日")))
    assert "ab c \ufffd \ufffd \ufffd" in text


def test_markup_is_text() -> None:
    hostile = "<b>R&D</b> </para><a href='http://x'> &amp; {page} ]]> <script>"
    acta = papers.acta(
        setting=papers.setting(language="en"),
        committee=hostile,
        opening=hostile,
        agenda=(AgendaItem(title=hostile, text=hostile, resolutions=(Resolution(text=hostile),)),),
        signatures=(Signature(name=hostile),),
    )
    for text in both(acta):
        assert text.count(hostile) >= 5
    assert b"/URI" not in documents.acta_pdf(acta)


def test_long_words_empty_parts_and_three_hundred_resolutions_are_set() -> None:
    word = "x" * 9_000
    many = tuple(Resolution(number=str(at), text=f"Resolved {at}.") for at in range(300))
    long_cell = replace(papers.COMMITMENT, what="Words to say. " * 1_500, responsible=word)
    acta = papers.acta(
        committee=word,
        place=word,
        attendance=(Attendee(name=word, note="Note. " * 2_000), Attendee(name="")),
        agenda=(AgendaItem(title=word, text=word, resolutions=many), AgendaItem(title="")),
        commitments=(long_cell,),
        signatures=tuple(Signature(name=word, role=word) for _ in range(5)),
    )
    for text in both(acta):
        assert "Resolved 299." in text
    empty = Acta(setting=papers.setting(), committee="")
    for text in both(empty):
        assert "Nobody is recorded as attending." in text
        assert "None" not in text


@settings(max_examples=12)
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_makes_a_document(first: str, second: str) -> None:
    acta = papers.acta(
        committee=first,
        number=second,
        opening=f"{first}\n{second}",
        agenda=(AgendaItem(title=second, number=first, text=second),),
        signatures=(Signature(name=second, role=first),),
    )
    for text in both(acta):
        assert "Minutes" in text


@pytest.mark.parametrize(
    "logo", [b"", b"not a picture", papers.logo()[:60], b"\x89PNG\r\n\x1a\n" + b"\0" * 99]
)
def test_a_logo_that_is_none_is_left_out(logo: bytes) -> None:
    head = content.Letterhead(project="Pastaza segura", logo=logo)
    acta = papers.acta(setting=content.Setting(letterhead=head, language="en"))
    for text in both(acta):
        assert "Pastaza segura" in text


@pytest.mark.parametrize("count", [1, 2, 3, 12])
def test_a_place_to_sign_is_never_parted_from_its_name(count: int) -> None:
    """Wherever the text ends on the page: the lines of each place stand on one page."""
    places = tuple(
        Signature(name=f"Name{at}.", role=f"Role{at}.", document=f"Card{at}.")
        for at in range(count)
    )
    for lines in range(0, 36, 7):
        acta = papers.acta(closing="\n".join(["One more line."] * lines), signatures=places)
        pages = [
            one.extract_text() for one in PdfReader(io.BytesIO(documents.acta_pdf(acta))).pages
        ]
        for at in range(count):
            [page] = [page for page in pages if f"Name{at}." in page]
            assert f"Role{at}." in page
            assert f"Card{at}." in page


def test_the_call_the_sheet_the_note_and_the_papers_say_what_they_are_for() -> None:
    in_order(said(EVERY["call.pdf"]()), "Call to a meeting", "20 November 2026", "14:05",
             "30 minutes later", "Agenda", "Report", "Alarms", "Zoila Cerda")  # fmt: skip
    in_order(said(EVERY["sheet.docx"]()), "Attendance list", "Signature", "María Tentets", "4")
    in_order(said(EVERY["note.docx"]()), "The market at night", "1. M1 – 2. H1", "✓ Yes", "✗ No",
             "not asked", "Turns", "1:02:03", "M1", "We shut at six.", "✓")  # fmt: skip
    in_order(said(EVERY["receipt.pdf"]()), "ARAJUNO-03", "21 November 2026, 16:40", "nothing")
    in_order(said(EVERY["recovery.pdf"]()), "Ana", "Opens this laptop", "7K2QX", "S9F2K")


TRACED = """
import os, sys, tempfile
opened = []
def watch(event, arguments):
    if event in ("tempfile.mkstemp", "tempfile.mkdtemp"):
        opened.append((event, arguments))
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR):
        opened.append((event, arguments))
sys.dont_write_bytecode = True
sys.addaudithook(watch)
from tests.reports.test_documents import EVERY
for make in EVERY.values():
    make()
print(opened)
"""


def test_nothing_is_written_to_the_disk_on_the_way() -> None:
    """A fresh interpreter says of every file it opens to write, and of every temporary one."""
    run = subprocess.run(
        [sys.executable, "-c", TRACED],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == "[]"


def test_a_document_costs_nothing_until_it_is_made() -> None:
    heavy = ["docx", "lxml", "reportlab", "PIL"]
    code = f"import sys, app.reports.documents; print(*({heavy!r} & sys.modules.keys()))"
    code = code.replace(repr(heavy), repr(set(heavy)))
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == ""


def test_all_faces_hold_the_same_letters() -> None:
    """One of them is asked whether a letter can be drawn, and answers for all."""
    from reportlab.pdfbase import pdfmetrics

    fonts.register()
    held = {
        name: set(pdfmetrics.getFont(name).face.charToGlyph)
        for name in (fonts.SERIF, f"{fonts.SERIF}-Bold", fonts.SANS, f"{fonts.SANS}-Bold")
    }
    assert all(letters == held[fonts.SERIF] for letters in held.values())


def test_the_stamp_has_an_outline_for_every_letter_of_every_language() -> None:
    for word in ("DRAFT", "BORRADOR", Words(papers.setting(language="es"))("DRAFT")):
        assert set(word) <= stamp.outlines().keys()
