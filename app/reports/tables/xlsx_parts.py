"""What every workbook holds beside its tables (ECMA-376, part 1): styles, names and relations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from app.reports.tables.xlsx_cells import element

HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"

SHEET_OPENS: Final = f'{HEAD}<worksheet xmlns="{_MAIN}">'

_FORMATS: Final = ((164, "yyyy-mm-dd hh:mm:ss"), (165, "yyyy-mm-dd"), (166, "hh:mm"))
# Plain, bold, text, moment, day, clock, text that is no formula; numbered from 0 in xlsx_cells.
_STYLES: Final = (
    'numFmtId="0" fontId="0"',
    'numFmtId="0" fontId="1" applyFont="1"',
    'numFmtId="49" fontId="0" applyNumberFormat="1"',
    'numFmtId="164" fontId="0" applyNumberFormat="1"',
    'numFmtId="165" fontId="0" applyNumberFormat="1"',
    'numFmtId="166" fontId="0" applyNumberFormat="1"',
    'numFmtId="49" fontId="0" applyNumberFormat="1" quotePrefix="1"',
)


@dataclass(frozen=True)
class Page:
    """A worksheet that was written: its name and the area of its table, such as A1:K20."""

    name: str
    area: str


def content_types(count: int) -> str:
    sheets = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        for n in range(1, count + 1)
    )
    others = "".join(
        f'<Override PartName="/xl/{part}.xml" ContentType="{_TYPE}.{kind}+xml"/>'
        for part, kind in (
            ("workbook", "sheet.main"),
            ("styles", "styles"),
            ("sharedStrings", "sharedStrings"),
        )
    )
    return (
        f'{HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{others}{sheets}</Types>'
    )


def package_relations() -> str:
    return _relations([("officeDocument", "xl/workbook.xml")])


def workbook_relations(count: int) -> str:
    sheets = [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, count + 1)]
    return _relations([*sheets, ("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")])


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    found = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{found}</Relationships>'


def workbook(pages: Sequence[Page]) -> str:
    sheets = "".join(
        f'<sheet name={quoteattr(page.name)} sheetId="{n}" r:id="rId{n}"/>'
        for n, page in enumerate(pages, 1)
    )
    filters = "".join(
        f'<definedName name="_xlnm._FilterDatabase" localSheetId="{n}" hidden="1">'
        f"{escape(_absolute(page))}</definedName>"
        for n, page in enumerate(pages)
        if page.area
    )
    names = f"<definedNames>{filters}</definedNames>" if filters else ""
    return (
        f'{HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><bookViews><workbookView/></bookViews>'
        f"<sheets>{sheets}</sheets>{names}</workbook>"
    )


def _absolute(page: Page) -> str:
    """The area of a page as a formula names it: 'Notas'!$A$1:$K$20."""
    quoted = page.name.replace("'", "''")
    corners = []
    for corner in page.area.split(":"):
        column = corner.rstrip("0123456789")
        corners.append(f"${column}${corner[len(column) :]}")
    return f"'{quoted}'!{':'.join(corners)}"


def styles() -> str:
    formats = "".join(f'<numFmt numFmtId="{n}" formatCode="{code}"/>' for n, code in _FORMATS)
    cells = "".join(f'<xf {one} fillId="0" borderId="0" xfId="0"/>' for one in _STYLES)
    font = '<sz val="11"/><name val="Calibri"/><family val="2"/>'
    return (
        f'{HEAD}<styleSheet xmlns="{_MAIN}"><numFmts count="{len(_FORMATS)}">{formats}</numFmts>'
        f'<fonts count="2"><font>{font}</font><font><b/>{font}</font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
        f'</cellStyleXfs><cellXfs count="{len(_STYLES)}">{cells}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
        "</styleSheet>"
    )


def shared_strings(texts: Iterable[str]) -> Iterable[str]:
    """The shared texts, in the order of their numbers, piece by piece."""
    yield f'{HEAD}<sst xmlns="{_MAIN}">'
    for text in texts:
        yield f"<si>{element(text)}</si>"
    yield "</sst>"


def view() -> str:
    """A first row that stays in sight."""
    return (
        '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" '
        'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    )


def widths(found: Sequence[int]) -> str:
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>'
        for n, width in enumerate(found, 1)
    )
    return f"<cols>{columns}</cols>" if columns else ""


def sheet_closes(area: str) -> str:
    filtered = (
        f'<autoFilter ref="{area}"/><ignoredErrors><ignoredError sqref="{area}" '
        'numberStoredAsText="1"/></ignoredErrors>'
        if area
        else ""
    )
    return f"</sheetData>{filtered}</worksheet>"
