"""import_returns: one file, a folder or a zip; all of it or nothing; JSON out, 1 for what is wrong."""

import json
import zipfile
from io import StringIO

import pytest
from django.core.management import call_command

from projects.models import Change, ImportBatch, ReturnVersion
from tests import factories as make
from tests.projects.return_books import changed, downloaded, filled, slip

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_5_january", "calendars")]


def run(*arguments):
    """What the command prints, and its exit status."""
    out, err = StringIO(), StringIO()
    try:
        call_command("import_returns", *map(str, arguments), stdout=out, stderr=err)
    except SystemExit as end:
        return (json.loads(out.getvalue()) if out.getvalue() else err.getvalue()), end.code
    return json.loads(out.getvalue()), 0


@pytest.fixture
def slips(client, caoxian, project, tmp_path):
    """A folder of three firms' slips, each with 100 万元 in the month."""
    for number in (1, 2, 3):
        code = f"T23-{number:04d}"
        if number > 1:
            made = make.ProjectFactory(code=code)
            make.ListingFactory(project=made)
            make.PlanRevisionFactory(project=made)
        (tmp_path / f"{code}.xlsx").write_bytes(changed(slip(client, caoxian, code), answer))
    (tmp_path / "~$T23-0001.xlsx").write_bytes(b"left by an office program")
    (tmp_path / "readme.txt").write_text("not a workbook")
    return tmp_path


def answer(book):
    for row in book["月报"].iter_rows():
        if row[0].value == "本月完成投资":
            row[1].value = 100


def submitted():
    return ReturnVersion.objects.filter(period="2023-12").count()


def test_a_dry_run_says_what_would_change_and_changes_nothing(slips):
    said, status = run(slips)

    assert status == 0
    assert {key: said[key] for key in ("create", "update", "unchanged", "conflict", "error")} == {
        "create": 3, "update": 0, "unchanged": 0, "conflict": 0, "error": 0,
    }  # fmt: skip
    assert [one["file"] for one in said["files"]] == ["T23-0001.xlsx", "T23-0002.xlsx", "T23-0003.xlsx"]
    assert (said["committed"], submitted(), ImportBatch.objects.count()) == (False, 0, 0)


def test_commit_writes_all_and_keeps_each_file(slips):
    said, status = run(slips, "--commit")

    assert (status, said["committed"], submitted()) == (0, True, 3)
    assert sorted(ImportBatch.objects.values_list("file_name", "state")) == [
        (f"T23-000{number}.xlsx", "committed") for number in (1, 2, 3)
    ]
    assert set(Change.objects.filter(model="monthlyreturn").values_list("origin", flat=True)) == {"excel"}


def test_a_second_run_changes_nothing_and_succeeds(slips):
    run(slips, "--commit")
    before = Change.objects.count()

    said, status = run(slips, "--commit")

    assert (status, said["unchanged"], said["committed"]) == (0, 3, False)
    assert Change.objects.count() == before


def test_one_that_is_wrong_keeps_all_from_being_written(slips):
    (slips / "T23-0002.xlsx").write_bytes(b"nonsense")

    said, status = run(slips, "--commit")

    assert status == 1
    assert said["errors"][0]["file"] == "T23-0002.xlsx" and said["errors"][0]["message"]
    assert submitted() == 0


def test_a_project_in_two_files_is_named(slips):
    (slips / "copy.xlsx").write_bytes((slips / "T23-0001.xlsx").read_bytes())

    said, status = run(slips, "--commit")

    assert status == 1 and [one["file"] for one in said["files"] if "refused" in one] == ["copy.xlsx"]
    assert submitted() == 0


def test_a_zip_is_read_with_its_chinese_names(slips):
    with zipfile.ZipFile(slips / "all.zip", "w") as package:
        for path in sorted(slips.glob("T23*.xlsx")):
            package.write(path, f"曹县/{path.name}")

    said, status = run(slips / "all.zip", "--commit")

    assert (status, submitted()) == (0, 3)
    assert said["files"][0]["file"] == "曹县/T23-0001.xlsx"


def test_a_county_s_file_names_sheet_and_cell_of_each_error(client, caoxian, project, tmp_path):
    path = tmp_path / "曹县.xlsx"
    path.write_bytes(filled(downloaded(client, caoxian), month="abc", physical_percent=101))

    said, status = run(path)

    assert status == 1
    assert [(one["sheet"], one["cell"]) for one in said["errors"]] == [("月报", "G5"), ("月报", "L5")]
    assert {one["field"] for one in said["columns"]} >= {"month", "invested", "physical_text"}
    assert said["stated_totals"] == []


@pytest.mark.parametrize("name", ["nothing.xlsx", "empty", "bad.zip"])
def test_what_is_not_there_is_a_sentence(tmp_path, name):
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.zip").write_bytes(b"no zip")

    said, status = run(tmp_path / name)

    assert status == 1 and name in said
