"""The year by month as a picture in the weekly mail: made once, the same for the same figures, said in words, too."""

from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from hashlib import sha256
from html.parser import HTMLParser
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from portfolio import clock
from portfolio.models import User
from projects.models import Project, ReturnVersion
from reports.actions import outbox
from reports.mail.letters import letter_of
from reports.mail.trend import SIZE, draw
from reports.models import MailPicture, OutboxMessage
from tests import factories as make
from tests.reports.mailbox import FRIDAY, MONDAY, MONTHLY, SYSTEM, furnish, mail, morning, night
from tests.reports.test_digest_forms import Blocks, text_of

pytestmark = pytest.mark.django_db

BARS = tuple((month * 90, month * 100) for month in range(1, 13))
WORDS = {
    "zh-hans": "10月完成11.00，计划11.00；11月完成12.10，计划12.10；12月完成12.48，计划13.20。",
    "en": "Oct: 1,100.0 completed, 1,100.0 planned; Nov: 1,210.0 completed, 1,210.0 planned; "
    "Dec: 1,248.0 completed, 1,320.0 planned.",
}


class Pictures(HTMLParser):
    """The pictures of an HTML mail."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.found.append(dict(attrs))


@pytest.fixture(params=["zh-hans", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def _furnished(db: None, language: str) -> None:
    furnish()
    make.UserFactory(username="l01", role="leader", person="L01", language=language)
    User.objects.filter(username="office").update(language=language)


@pytest.fixture
def _with_a_year(_furnished: None) -> None:
    """Every month of 2023 was reported, on pace until November."""
    for project in Project.objects.exclude(listings=None):
        for month in range(1, 12):
            make.ReturnVersionFactory(project=project, period=f"2023-{month:02d}", invested=month * MONTHLY)
    night(FRIDAY)
    morning(FRIDAY)
    night(MONDAY)
    morning(MONDAY)


@pytest.mark.usefixtures("_with_a_year")
@pytest.mark.parametrize("person", ["L01", "S-OFFICE"])
def test_the_weekly_mail_shows_the_year_and_says_it_in_words(person: str, language: str) -> None:
    message = mail(person, MONDAY)

    (shown,) = Pictures(message.html).found
    assert shown["src"] == "cid:trend"
    assert (shown["width"], shown["height"]) == ("600", "150")
    assert shown["alt"] in message.text.splitlines()


@pytest.mark.usefixtures("_with_a_year")
def test_a_leader_s_picture_is_of_his_own_projects(language: str) -> None:
    words = Pictures(mail("L01", MONDAY).html).found[0]["alt"] or ""

    assert words.endswith(WORDS[language])


@pytest.mark.usefixtures("_with_a_year")
def test_both_forms_say_the_same_and_the_html_loads_nothing(language: str) -> None:
    message = mail("L01", MONDAY)
    words = Pictures(message.html).found[0]["alt"] or ""

    said = [line for line in text_of(message) if line != " ".join(words.split())]
    html = Blocks(message.html)
    assert html.text == [message.subject, *said]
    assert [value for _tag, some in html.tags for name, value in some.items() if name in {"src", "href"}] == [
        "cid:trend"
    ]


@pytest.mark.usefixtures("_with_a_year")
def test_the_letter_carries_the_png_that_its_html_names() -> None:
    message = mail("L01", MONDAY)

    letter = message_from_bytes(letter_of(message).to_bytes(clock.wall_now()), policy=policy.default)
    assert isinstance(letter, EmailMessage)
    (png,) = [part for part in letter.walk() if part.get_content_type() == "image/png"]
    related = next(part for part in letter.walk() if part.get_content_type() == "multipart/related")
    content = png.get_content()
    assert png["Content-ID"] == "<trend>"
    assert png.get_content_disposition() == "inline"
    assert png in list(related.iter_parts())
    assert message.picture is not None
    assert sha256(content).hexdigest() == message.picture.sha256
    assert Image.open(BytesIO(content)).size == SIZE
    assert len(content) < 20_000


@pytest.mark.usefixtures("_with_a_year")
def test_what_two_are_shown_alike_is_kept_once() -> None:
    make.UserFactory(username="office2", email="office2@demo.invalid", person="S-OFFICE2")
    morning(MONDAY)

    pair = [mail(person, MONDAY).picture_id for person in ("S-OFFICE", "S-OFFICE2")]
    assert pair[0] is not None
    assert pair[0] == pair[1]
    assert MailPicture.objects.count() == 3  # of the office, of L01, of L02


@pytest.mark.usefixtures("_with_a_year")
def test_a_daily_note_has_none() -> None:
    assert mail("L01", FRIDAY).picture is None


@pytest.mark.usefixtures("_furnished")
def test_a_single_month_is_no_trend_and_shows_nothing() -> None:
    night(MONDAY)
    morning(MONDAY)

    assert ReturnVersion.objects.values("period").distinct().count() == 1
    assert mail("L01", MONDAY).picture is None
    assert "<img" not in mail("L01", MONDAY).html
    assert not MailPicture.objects.exists()


@pytest.mark.usefixtures("_with_a_year")
def test_the_outbox_shows_the_mail_with_its_picture() -> None:
    message = mail("L01", MONDAY)
    client = Client()
    client.force_login(User.objects.get(username="office"))

    response = client.get(reverse("outbox_html", args=[message.pk]))
    (shown,) = Pictures(response.content.decode()).found
    assert (shown["src"] or "").startswith("data:image/png;base64,iVBOR")
    assert "img-src data:" in response["Content-Security-Policy"]


@pytest.mark.usefixtures("_with_a_year")
def test_a_picture_goes_with_the_text_of_the_last_mail_that_shows_it() -> None:
    OutboxMessage.objects.update(state="sent", sent_at=clock.wall_now(), next_attempt_at=None)

    outbox.thin(by=SYSTEM, on=date(2030, 1, 2))

    assert not MailPicture.objects.exists()


def test_the_same_figures_give_the_same_bytes_and_others_do_not() -> None:
    first = draw(BARS)
    draw.cache_clear()

    assert draw(BARS) == first
    assert draw(((90, 95), *BARS[1:])) != first


def test_nothing_completed_and_a_correction_downwards_are_drawn_without_complaint() -> None:
    assert draw(((0, 100), (-5, 200), (50, 300))).startswith(b"\x89PNG")
