"""Return workbooks on the pages: sent in by county and unit, settled row by row, given back with their faults."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portfolio.models import AccessEvent
from projects.actions.returns import save_draft
from projects.models import Change, ImportBatch, MonthlyReturn, ReturnVersion
from tests import factories as make
from tests.projects.return_books import SHEET, changed, downloaded, filled, opened

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_5_january", "calendars")]
KEY = "T23-0001/2023-12"


def send(client, user, data, name="曹县2023年12月填报表.xlsx"):
    """Upload a file; gives the page on which it ends."""
    client.force_login(user)
    file = SimpleUploadedFile(name, data)
    return client.post(reverse("imports"), {"kind": "returns", "file": file}, follow=True)


def press(client, do, **more):
    """A button of the last import's page."""
    batch = ImportBatch.objects.latest("pk")
    shown = client.get(reverse("import", args=[batch.pk])).context
    more = {"digest": shown["digest"], **more}
    return client.post(reverse("import", args=[batch.pk]), {"do": do, **more}, follow=True)


def text(response):
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def book(client, caoxian, project):
    return downloaded(client, caoxian)


def test_a_county_sends_its_month_and_commits_it(client, caoxian, book):
    page = text(send(client, caoxian, filled(book, month=100)))
    answer = text(press(client, "commit"))

    assert "本月完成" in page or "自年初累计" in page
    assert "1" in answer
    version = ReturnVersion.objects.get(period="2023-12")
    assert (version.invested, version.submitted_by) == (10_000_000, "caoxian")
    batch = ImportBatch.objects.get()
    assert (batch.state, batch.uploaded_by, len(batch.sha256)) == ("committed", "caoxian", 64)


def test_a_project_unit_sends_its_own(client, project):
    unit = make.UserFactory(unit=True, organisation=project.owner.code, username="unit")

    send(client, unit, filled(downloaded(client, unit), month=100))
    press(client, "commit")

    assert ReturnVersion.objects.get(period="2023-12").submitted_by == "unit"


def test_the_same_file_again_says_that_there_is_nothing_to_change(client, caoxian, book):
    data = filled(book, month=100)
    send(client, caoxian, data)
    press(client, "commit")
    before = Change.objects.count()

    again = send(client, caoxian, data)

    assert [str(message) for message in again.context["messages"]]
    assert Change.objects.count() == before


def test_unchanged_it_says_that_there_is_nothing_to_change(client, caoxian, book):
    page = send(client, caoxian, book)

    assert page.context["counts"]["unchanged"] == 1
    assert not page.context["plan"].changes


def test_another_county_s_is_refused_with_a_sentence(client, book):
    stranger = make.UserFactory(county_staff=True, division=make.DivisionFactory(shanxian=True).code)

    page = text(send(client, stranger, filled(book, month=100)))

    assert "没有您的项目" in page
    assert ImportBatch.objects.get().state == "refused"
    assert not ReturnVersion.objects.filter(period="2023-12").exists()


def test_a_forged_stamp_is_refused_with_a_sentence(client, caoxian, book):
    def forge(workbook):
        sheet = workbook["_versions"]
        sheet["A2"] = sheet["A2"].value[:-1] + "!"

    assert "改动" in text(send(client, caoxian, changed(book, forge)))


def test_faults_come_back_marked_in_the_sender_s_own_file(client, caoxian, book):
    page = send(client, caoxian, filled(book, month="abc", physical_percent=120))
    batch = ImportBatch.objects.get()

    assert reverse("import_marked", args=[batch.pk]) in text(page)
    marked = client.get(reverse("import_marked", args=[batch.pk]))
    sheet = opened(marked.content)[SHEET]
    assert sheet["G5"].comment and sheet["L5"].comment
    assert AccessEvent.objects.filter(kind="download", subject__startswith=f"imports/{batch.pk} ").exists()

    send(client, caoxian, filled(marked.content, month=100, physical_percent=60), "改好.xlsx")
    press(client, "commit")
    assert ReturnVersion.objects.get(period="2023-12").invested == 10_000_000


class TestConflict:
    @pytest.fixture
    def page(self, client, caoxian, project, book):
        """The page of a file whose row was drafted otherwise on the web meanwhile."""
        save_draft(by=caoxian, project=project, period="2023-12", version=0, values={"month": "77"})
        return send(client, caoxian, filled(book, month=100))

    def test_both_values_and_a_choice_are_shown(self, page):
        said = text(page)

        assert "977" in said and "1000" in said.replace(",", "")
        assert f'name="keep:{KEY}"' in said

    def test_it_cannot_be_committed_whole(self, client, page):
        press(client, "commit")

        assert not ReturnVersion.objects.filter(period="2023-12").exists()

    def test_the_file_s_is_taken_when_it_is_chosen(self, client, page):
        press(client, "settle", **{f"keep:{KEY}": "file"})
        press(client, "commit")

        assert ReturnVersion.objects.get(period="2023-12").invested == 10_000_000

    def test_the_web_s_is_kept_when_it_is_chosen(self, client, page):
        answer = press(client, "settle", **{f"keep:{KEY}": "web"})

        assert answer.context["counts"]["conflict"] == 0 and not answer.context["plan"].changes
        assert MonthlyReturn.objects.get(period="2023-12").draft == {"month": "77"}

    def test_a_choice_can_be_taken_back(self, client, page):
        press(client, "settle", **{f"keep:{KEY}": "file"})

        assert press(client, "settle", anew="1").context["counts"]["conflict"] == 1

    def test_no_choice_leaves_it_a_conflict(self, client, page):
        assert press(client, "settle", **{f"keep:{KEY}": "x"}).context["counts"]["conflict"] == 1


def test_a_draft_after_the_difference_was_shown_shows_the_new_one(client, caoxian, project, book):
    send(client, caoxian, filled(book, month=100))
    save_draft(by=caoxian, project=project, period="2023-12", version=0, values={"month": "77"})

    answer = press(client, "commit")

    assert answer.context["counts"]["conflict"] == 1
    assert not ReturnVersion.objects.filter(period="2023-12").exists()
