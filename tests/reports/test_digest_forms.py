"""The two forms of a mail say the same, HTML holds nothing that mail readers refuse, and the words are as they were.

Run with UPDATE_GOLDEN=1 to write tests/golden/mail anew after a deliberate change; then read what changed.
"""

import os
from datetime import date, time
from html.parser import HTMLParser
from pathlib import Path

import pytest

from portfolio import clock
from portfolio.models import User
from projects.models import Milestone
from reports.actions.alerts import sweep
from reports.models import OutboxMessage
from tests import factories as make
from tests.reports.mailbox import FRIDAY, MONDAY, SYSTEM, THURSDAY, furnish, late, mail, morning, night, project

pytestmark = pytest.mark.django_db

GOLDEN = Path(__file__).resolve().parent.parent / "golden" / "mail"
BLOCKS = {"div", "td", "th", "tr", "table", "title", "body", "p"}
UNIT = {True: "县区", False: "Unit"}
MAILS = [("L01", FRIDAY), ("L01", MONDAY), ("S-OFFICE", MONDAY)]


class Blocks(HTMLParser):
    """The text of an HTML mail, block by block; rows of the one table of figures are kept apart."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.lines: list[str] = [""]
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in BLOCKS:
            self.lines.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        self.lines[-1] += data

    @property
    def text(self) -> list[str]:
        return [line for line in (" ".join(line.split()) for line in self.lines) if line]


def text_of(message: OutboxMessage) -> list[str]:
    lines = (" ".join(line.split()) for line in message.text.splitlines())
    return [line for line in lines if line and not line.startswith("-----")]


def cell_by_cell(text: str) -> list[str]:
    """The plain text with its table of lights as HTML draws it: a header row, then the cells of each row."""
    lines: list[str] = []
    for line in text.splitlines():
        cells = line.split("  ")
        if len(cells) == 5 and all(cell[-1].isdigit() for cell in cells[1:]):
            names = [cell.rpartition(" ")[0] for cell in cells[1:]]
            if names[0] not in lines:
                lines += [UNIT["红灯" in names], *names]
            lines += [cells[0], *(cell.rpartition(" ")[2] for cell in cells[1:])]
        elif line.strip() and not line.startswith("-----"):
            lines.append(" ".join(line.split()))
    return lines


@pytest.fixture(params=["zh-hans", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def _written(language: str) -> None:
    furnish()
    make.UserFactory(username="l01", role="leader", person="L01", language=language)
    User.objects.filter(username="office").update(language=language)
    for day in (date(2024, 1, 8), date(2024, 1, 10), THURSDAY, FRIDAY):
        night(day)
    morning(FRIDAY)
    with clock.set_to(FRIDAY, time(15, 0)):
        done = Milestone.objects.get(project__code="T23-0003")
        done.actual_on = FRIDAY
        done.save()
        sweep(by=SYSTEM, as_of=FRIDAY, projects=[done.project_id])
    late(project("T23-0040", "壬新材料（示例）", make.PersonFactory(code="L01")), "D04", date(2024, 1, 11))
    night(MONDAY)
    morning(MONDAY)


@pytest.mark.usefixtures("_written")
@pytest.mark.parametrize(("person", "day"), MAILS)
def test_both_forms_say_the_same_in_the_same_order(person: str, day: date) -> None:
    message = mail(person, day)

    plain, html = text_of(message), Blocks(message.html).text
    if person == "S-OFFICE":
        plain = cell_by_cell(message.text)
    assert html == [message.subject, *plain]


@pytest.mark.usefixtures("_written")
@pytest.mark.parametrize(("person", "day"), MAILS)
def test_the_html_is_what_outlook_wps_and_qq_mail_show(person: str, day: date) -> None:
    blocks = Blocks(mail(person, day).html)

    used = {tag for tag, _attributes in blocks.tags}
    assert used <= {"html", "head", "meta", "title", "body", "table", "tr", "td", "th", "div", "span"}
    for tag, attributes in blocks.tags:
        assert not {"class", "id", "src", "href", "background"} & attributes.keys(), tag
        assert "url(" not in (attributes.get("style") or "")


@pytest.mark.usefixtures("_written")
@pytest.mark.parametrize(("person", "day"), MAILS)
def test_the_words_are_as_they_were(person: str, day: date, language: str) -> None:
    message = mail(person, day)
    said = f"{message.subject}\n\n{message.text}".replace(message.ledger_head, "SEQ:HASH")
    golden = GOLDEN / f"{person}-{day}-{language}.txt"

    if os.environ.get("UPDATE_GOLDEN") == "1":
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(said, encoding="utf-8")
    assert said == golden.read_text(encoding="utf-8")
