"""What a browser can send that nobody meant to: every page answers in its words, and no fact changes."""

from itertools import product
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse

from projects.models import MonthlyReturn
from tests.architecture.pages import markup_faults
from tests.world import World, code, footprint

pytestmark = pytest.mark.django_db

NUL, DIGITS, SCRIPT = "%00", "9" * 4400, "<script>alert(1)</script>"
# What breaks a page that reads the address itself, a statement, or a number; the others keep each other company.
ALONE = (NUL, DIGITS, "'", "²", "all-²", "all-" + "9" * 30)
TOGETHER = ("", "abc", "-1", "9" * 30, '";--', "%ED%A0%80%FF", "0000-00", "9999-12-31", SCRIPT, quote("菏" * 900))
LISTS = {
    "register": ("programme", "project_class", "division", "chain", "stage", "light", "leader", "q"),
    "returns": ("period", "state", "division", "q"),
    "alerts": ("state", "level", "rule", "division", "leader", "q"),
    "outbox": ("state", "kind", "on", "q"),
    "reports": ("kind", "state", "period", "sha256"),
    "ledger": ("kind", "act", "who", "project", "since", "until", "q"),
    "access_log": ("kind", "who", "since", "until", "q"),
    "downloads": (),
    "cockpit": ("programme",),
}
TYPED = {"project": "year"}


def browser(world: World, who: str, **options: Any) -> Client:
    client = Client(**options)
    client.cookies[settings.SESSION_COOKIE_NAME] = world.sessions[who]
    return client


# ---- addresses


@pytest.mark.parametrize("name", LISTS)
def test_a_list_reads_whatever_stands_in_its_address(name: str, world: World) -> None:
    names = ("page", "per_page", "sort", *LISTS[name])
    queries = [f"{one}={value}" for one, value in product(names, ALONE)]
    queries += ["&".join(f"{one}={value}" for one in names) for value in TOGETHER]
    client = browser(world, "auditor" if name == "access_log" else "office")

    for query in queries:
        response = client.get(f"{reverse(name)}?{query}")
        assert response.status_code == 200, query[:80]
        assert SCRIPT not in response.content.decode(), query[:80]
    assert footprint() == world.before


@pytest.mark.parametrize("value", [*ALONE, *TOGETHER])
def test_a_project_s_page_reads_any_year(value: str, world: World) -> None:
    assert browser(world, "office").get(f"/projects/{code('own')}/?year={value}").status_code == 200


PLACES = (
    "/projects/{}/",
    "/projects/{}/milestones/D04/",
    "/projects/{}/returns/2023-12/",
    f"/projects/{code('own')}/milestones/{{}}/",
    f"/projects/{code('own')}/returns/{{}}/",
    "/alerts/{}/",
    "/alerts/panel/{}/",
    "/ledger/{}/",
    "/reports/{}/",
    "/reports/build/{}/",
    "/outbox/{}/",
    "/outbox/{}/html/",
    "/archive/{}/download/",
    "/{}/",
)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_thing_that_cannot_be_is_not_there(place: str, method: str, world: World) -> None:
    client = browser(world, "office")
    codes = (NUL, DIGITS, "9" * 30, "'", "²", "%ED%A0%80", "..%2F..%2Fetc", "%0d%0aX:1", quote("菏" * 900), "-1")

    answers = {one[:20]: getattr(client, method)(place.format(one)).status_code for one in codes}

    assert set(answers.values()) <= {404, 405}, answers
    assert footprint() == world.before


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
def test_a_method_that_a_page_does_not_know_is_refused(name: str, method: str, world: World) -> None:
    response = getattr(browser(world, "office"), method)(reverse(name))

    assert response.status_code == (403 if name == "access_log" else 405)
    assert footprint() == world.before


# ---- languages


@pytest.mark.parametrize(
    "asked", ["", "*", "xx", "zh-TW,zh;q=0.9", "en;q=abc", "zh_CN.UTF-8", "en\t;;;=", "x" * 3000, "de-CH", "\x00en"]
)
def test_any_wish_for_a_language_is_answered_in_one_of_the_two(asked: str, world: World) -> None:
    response = browser(world, "office").get("/projects/", headers={"Accept-Language": asked})

    assert response.status_code == 200
    assert '<html lang="zh-hans">' in response.content.decode() or '<html lang="en">' in response.content.decode()


@pytest.mark.parametrize("chosen", ["xx", "", "../en", "zh-hant", "e" * 3000, "\x00"])
def test_a_language_that_there_is_not_changes_nothing(chosen: str, world: World) -> None:
    client = browser(world, "office")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = chosen.replace("\x00", "")

    response = client.post(reverse("set_language"), {"language": chosen, "next": "https://elsewhere.example/"})

    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.get("/projects/").status_code == 200
    assert footprint() == world.before


# ---- forms


def milestone(**fields: str) -> dict[str, str]:
    return {"version": "1", "actual_on": "", "forecast_on": "", "planned_on": "2023-12-29", "reason": "", **fields}


def a_return(**fields: str) -> dict[str, str]:
    return {"do": "submit", "version": "0", "invested": "950", **fields}


MILESTONE = f"/projects/{code('own')}/milestones/D04/"
RETURN = f"/projects/{code('own')}/returns/2023-12/"
LONG = "长" * 5000
TEXTS = [
    (MILESTONE, milestone(planned_on="2024-02-01"), "reason"),
    (MILESTONE, milestone(actual_on="2024-01-04"), "document"),
    (RETURN, a_return(), "physical_text"),
    (RETURN, a_return(problem_kind="land"), "problem_text"),
    (RETURN, a_return(invested="90000"), "reason"),
]


@pytest.mark.parametrize(("address", "fields", "name"), TEXTS)
@pytest.mark.parametrize("typed", [LONG, "控\x00制", "\ud800"])
def test_a_text_that_cannot_be_kept_is_refused_at_its_field_and_stays_in_it(
    typed: str, address: str, fields: dict[str, str], name: str, world: World
) -> None:
    if typed == "\ud800":  # as browsers never, but scripts may send it
        typed = b"\xed\xa0\x80".decode(errors="replace") * 600
    response = browser(world, "office").post(address, {**fields, name: typed})

    form = response.context["form"]
    assert response.status_code == 200
    assert name in form.errors
    assert form[name].value().startswith(typed[:50])
    assert footprint() == world.before


@pytest.mark.parametrize("typed", ["😀 已完成", "\u202eABC", "=1+1", "@SUM(A1)", SCRIPT, "a\r\nb\tc", "鄄㐂𠮷"])
def test_what_merely_looks_odd_is_kept_as_it_was_typed(typed: str, world: World) -> None:
    client = browser(world, "office")

    client.post(RETURN, a_return(physical_text=typed))

    row = MonthlyReturn.objects.get(project__code=code("own"), period="2023-12")
    assert row.versions.get().physical_text == typed
    for page in (RETURN, f"/projects/{code('own')}/", "/ledger/"):
        html = client.get(page).content.decode()
        assert SCRIPT not in html and not list(markup_faults(html)), page


@pytest.mark.parametrize(
    "typed",
    ["-5", "负五", "１００００００００亿元", "NaN", "Infinity", "1e5", "😀", "0x10", "1.2.3", "9" * 5000, "½", "Ⅻ"],
)
def test_what_is_no_amount_is_refused_at_its_field_and_stays_in_it(typed: str, world: World) -> None:
    response = browser(world, "office").post(RETURN, a_return(invested=typed))

    form = response.context["form"]
    assert "invested" in form.errors
    assert form["invested"].value() == typed
    assert footprint() == world.before


@pytest.mark.parametrize("typed", ["0024-01-04", "1024-01-04", "9999-12-31", "2024-02-30", "24-1-4", "二〇二四年"])
def test_a_day_that_cannot_be_meant_is_refused_at_its_field(typed: str, world: World) -> None:
    response = browser(world, "office").post(MILESTONE, milestone(forecast_on=typed))

    assert "forecast_on" in response.context["form"].errors
    assert footprint() == world.before


@pytest.mark.parametrize("version", ["", "-1", "abc", "9" * 30, DIGITS, "1.0", "²", "\x00"])
@pytest.mark.parametrize("do", ["draft", "submit", "review", "accept", "give_back", "correct", "", "nothing"])
def test_a_form_with_a_broken_version_is_never_a_fault(do: str, version: str, world: World) -> None:
    """What it does is not asked here: a version that is none is a stale one, and the walk tests stale forms."""
    fields = a_return(do=do, version=version, words="请核对", reason="审计更正")

    with transaction.atomic():
        answers = [
            browser(world, "office").post(f"/projects/{code('own', state)}/returns/{period}/", fields).status_code
            for state, period in product(("draft", "submitted", "reviewed"), ("2023-12", "2023-11"))
        ]
        transaction.set_rollback(True)

    assert set(answers) <= {200, 302}


@pytest.mark.parametrize("key", ["", ":", "T-NOWHERE:1", f"{code('own', 'submitted')}:{DIGITS}", "\x00:1", "x" * 5000])
def test_ticked_boxes_that_nobody_was_shown_are_refused(key: str, world: World) -> None:
    response = browser(world, "office").post("/returns/?period=2023-12", {"do": "review", "key": key}, follow=True)

    assert response.status_code == 200
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert footprint() == world.before


def test_a_draft_keeps_what_a_database_can_keep(world: World) -> None:
    """A draft may be unfinished, so nothing that was typed is refused; PostgreSQL cannot hold U+0000."""
    client = browser(world, "office")

    response = client.post(RETURN, a_return(do="draft", invested="约\x00九百", physical_text="三层\x00"))

    assert response.status_code == 302
    form = client.get(RETURN).context["form"]
    assert (form["invested"].value(), form["physical_text"].value()) == ("约九百", "三层")


def test_a_draft_of_a_stale_page_replaces_nobody_s(world: World) -> None:
    """Two people opened the page before there was a draft; the second to keep one sees both."""
    browser(world, "staff").post(RETURN, a_return(do="draft", invested="910"))

    response = browser(world, "office").post(RETURN, a_return(do="draft", invested="920"))

    assert response.status_code == 200
    assert [(both.theirs, both.yours) for both in response.context["form"].both_values] == [("910", "920")]
    assert MonthlyReturn.objects.get(project__code=code("own"), period="2023-12").draft["invested"] == "910"


FORMS = [
    (MILESTONE, milestone(actual_on="2024-01-04")),
    (RETURN, a_return()),
    ("/returns/?period=2023-12", {"do": "review", "key": code("own", "submitted")}),
    ("/reports/build/summary/", {"period": "2023-12", "language": "zh-hans"}),
    ("/logout/", {}),
]


@pytest.mark.parametrize(("address", "fields"), FORMS)
@pytest.mark.parametrize(("language", "words"), [("zh-hans", "表单"), ("en", "form")])
def test_a_form_of_another_site_is_refused_in_the_reader_s_language(
    address: str, fields: dict[str, str], language: str, words: str, world: World
) -> None:
    client = browser(world, "office", enforce_csrf_checks=True)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language

    response = client.post(address, fields)

    assert response.status_code == 403
    assert words in response.content.decode()
    assert footprint() == world.before
