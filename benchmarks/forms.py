"""`python -m benchmarks.forms [XLSFORM]`: the survey engine against its goals.

The form is the WHO verbal autopsy, looked for where the tests look (KIPU_SHARED, or a folder ``shared``
beside the project). JavaRosa, inside the validator that comes with pyxform, reads the same form in
the same run where Java is installed: started anew, so that its figure includes the virtual machine.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from app.forms import Definition, Session, from_file
from benchmarks.measure import Report, median, timed

WHO = "who-verbal-autopsy.xlsx"
ROWS = 1_000
LIST = 50_000
NAMES = (
    'xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
    'xmlns:jr="http://openrosa.org/javarosa"'
)


def xform(instance: str, model: str, body: str) -> Definition:
    """Return a form of this instance below ``/d``."""
    return Definition.from_xform(
        f"<h:html {NAMES}><h:head><h:title>B</h:title><model><instance><d id='b'>{instance}</d>"
        f"</instance>{model}</model></h:head><h:body>{body}</h:body></h:html>"
    )


def who_form(report: Report, file: Path) -> None:
    """Opening, evaluating and answering the largest form people use."""
    definition = from_file(file.read_bytes(), file.name)
    seconds, _read = timed(lambda: Definition.from_xform(definition.xform).graph)
    report.add("WHO form read from its XForm", f"{seconds * 1e3:.0f} ms")
    Session(definition)
    opened = median(lambda: Session(definition))
    report.add("WHO form opened from its definition", f"{opened * 1e3:.1f} ms", goal="≤ 150 ms")
    session = Session(definition)
    every = median(session._instance.settle_all)
    count = len(definition.graph.rules)
    report.add(f"all {count:,} expressions evaluated", f"{every * 1e3:.1f} ms", goal="≤ 10 ms")
    slowest = 0.0
    for path in list(session.walk()):
        state = session.state(path)
        if state.choices and not state.readonly:
            value = state.choices[0][0]
            slowest = max(
                slowest, timed(lambda path=path, value=value: session.set(path, value))[0]
            )  # type: ignore[misc]
    report.add("slowest answer with its consequences", f"{slowest * 1e3:.2f} ms", goal="≤ 5 ms")
    java_rosa(report, definition.xform)


def java_rosa(report: Report, text: str) -> None:
    """The same form read by JavaRosa, from a cold start."""
    import pyxform.validators.odk_validate as validate

    jar = Path(validate.__file__).parent / "bin" / "ODK_Validate.jar"
    java = shutil.which("java")
    if java is None or not jar.exists():
        report.add("WHO form validated by JavaRosa, cold", "Java is not installed")
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "form.xml"
        file.write_text(text)
        command = [java, "-Djava.awt.headless=true", "-jar", str(jar), str(file)]
        seconds, _done = timed(lambda: subprocess.run(command, capture_output=True, check=False))
    report.add("WHO form validated by JavaRosa, cold", f"{seconds * 1e3:.0f} ms")


def repeats(report: Report) -> None:
    """A thousand rows of twenty questions, each with rules of its own, and a sum over all."""
    fields = "".join(f"<f{at}/>" for at in range(20))
    rules = "".join(
        f'<bind nodeset="/d/m/f{at}" calculate="../f{at - 1} + 1"/>' for at in range(1, 20)
    )
    rules += '<bind nodeset="/d/all" calculate="sum(/d/m/f1)"/>'
    rules += '<bind nodeset="/d/m/at" calculate="position(..)"/>'
    inputs = "".join(f'<input ref="/d/m/f{at}"/>' for at in range(20))
    body = f'<repeat nodeset="/d/m">{inputs}</repeat>'
    session = Session(xform(f"<all/><m jr:template=''>{fields}<at/></m>", rules, body))
    for _row in range(ROWS - 1):
        session.add_repeat("/m")
    added, _outcome = timed(lambda: session.add_repeat("/m"))
    report.add(f"row {ROWS:,} added", f"{added * 1e3:.1f} ms", goal="≤ 10 ms")
    answered, _outcome = timed(lambda: session.set("/m[500]/f0", 1))
    report.add(f"an answer among {ROWS:,} rows", f"{answered * 1e3:.1f} ms", goal="≤ 5 ms")
    removed, _outcome = timed(lambda: session.remove_repeat(f"/m[{ROWS}]"))
    report.add(f"row {ROWS:,} deleted", f"{removed * 1e3:.1f} ms", goal="≤ 20 ms")
    removed, _outcome = timed(lambda: session.remove_repeat("/m[1]"))
    report.add("row 1 deleted, all others moving up", f"{removed * 1e3:.1f} ms")


def long_list(report: Report) -> None:
    """A list of 50,000 choices, filtered by an answer."""
    rows = "".join(f"c{at},Choice {at},p{at % 500}\n" for at in range(LIST))
    body = (
        "<input ref='/d/p'/><select1 ref='/d/c'>"
        "<itemset nodeset=\"instance('l')/root/item[province = /d/p]\">"
        "<value ref='name'/><label ref='label'/></itemset></select1>"
    )
    model = "<instance id='l' src='jr://file-csv/l.csv'/>"
    media = {"l.csv": f"name,label,province\n{rows}".encode()}
    session = Session(xform("<p/><c/>", model, body), media=media)

    def filtered(province: str) -> int:
        session.set("/p", province)
        return len(session.state("/c").choices)

    first, _count = timed(lambda: filtered("p1"))
    report.add(f"{LIST:,} choices read, indexed, filtered", f"{first * 1e3:.0f} ms")
    later, _count = timed(lambda: filtered("p2"))
    report.add(f"{LIST:,} choices filtered again", f"{later * 1e3:.2f} ms", goal="≤ 20 ms")


def growth(report: Report) -> None:
    """The cost of an answer as the form grows."""
    figures = []
    for count in (100, 1_000, 4_000):
        fields = "".join(f"<a{at}/><b{at}/>" for at in range(count))
        rules = "".join(
            f'<bind nodeset="/d/b{at}" calculate="/d/a{at} + 1"/>' for at in range(count)
        )
        inputs = "".join(f'<input ref="/d/a{at}"/>' for at in range(count))
        session = Session(xform(fields, rules, inputs))
        answers = iter(range(10_000))
        seconds = median(lambda session=session, answers=answers: session.set("/a7", next(answers)))  # type: ignore[misc]
        figures.append(f"{seconds * 1e6:.0f}")
    report.add("an answer in 200, 2,000, 8,000 questions", " / ".join(figures) + " µs", goal="flat")


def main() -> None:
    named = os.environ.get("KIPU_SHARED")
    shared = Path(named) if named else Path(__file__).resolve().parents[2] / "shared"
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else shared / "forms" / WHO
    report = Report()
    if file.exists():
        who_form(report, file)
    else:
        report.add(f"{file.name} is not on this machine", "")
    repeats(report)
    long_list(report)
    growth(report)
    print(report.text())


if __name__ == "__main__":
    main()
