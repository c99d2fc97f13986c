"""Every field of every form, every word of every address, and every file with what nobody means: never a fault.

Whoever may do the thing sends it, so that it gets as far as it can. What each page then says is asked beside each page;
here, that it answers at all, and that nothing typed becomes markup.
"""

import json
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client

from tests.architecture import addresses
from tests.architecture.addresses import Line
from tests.architecture.test_every_address import ADDRESSES, path_of
from tests.world import World, code, footprint

pytestmark = pytest.mark.django_db

SCRIPT = "<script>alert(1)</script>"
DIGITS = "9" * 4400  # more than Python turns into a number
ALONE = ("", "²", DIGITS, "a\x00b")
TOGETHER = (
    "0", "-1", "1e309", "NaN", "１２３", "😀", "长" * 10_000, SCRIPT, '"><img src=x onerror=alert(1)>', "0001-01-01",
    "9999-12-31", "9999-12", "2023-13", "NOBODY",
)  # fmt: skip
ELSEWHERE = {"login", "password_change", "milestone", "return"}  # the first are slow on purpose, the others test_bad_*
LINES = [
    line
    for line in addresses.lines()
    if line.method == "POST"
    and line.whose != "other"
    and line.way not in {"-", "json"}
    and line.name not in ELSEWHERE
    and not line.name[0].isupper()
    and any(answer.endswith("+") for answer in line.answers.values())
]
WORDS = {
    "calendar": ("year",),
    "work": ("page",),
    "imports": ("kind", "page"),
    "policies": ("page",),
    "what_if": ("policy", "on", "every", "page"),
    "instructions": ("state",),
    "instruction_new": ("alert", "project"),
    "restatements": ("year",),
    "return_workbook": ("period", "division", "organisation"),
    "alerts_choose": ("do", "chosen"),
    "grid": ("division",),
    "import": ("page",),
    "import_columns": ("sheet", "header_row"),
    "project_lights": ("year",),
}
ASKED = (
    "", "abc", "-1", "0", "²²²²", DIGITS, "\x00", SCRIPT, "2023-13", "9999-12", "9999-12-31", "0001-01-01", "菏" * 900,
)  # fmt: skip


def browser(world: World, who: str) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = world.sessions[who]
    return client


def address_of(world: World, line: Line, who: str) -> str:
    address = next(one for one in ADDRESSES if one.name == line.name)
    return path_of(address, addresses.values(world, line, who))


def sent(client: Client, address: str, body: Any, **options: Any) -> tuple[int, str]:
    """What comes back, undone at once; a fault raises."""
    with transaction.atomic():
        response = client.post(address, body, **options)
        transaction.set_rollback(True)
    return response.status_code, "" if response.streaming else response.content.decode()


@pytest.mark.parametrize("line", LINES, ids=str)
def test_no_form_is_at_fault_whatever_stands_in_its_fields(line: Line, world: World) -> None:
    who = next(who for who in ("office", *addresses.READERS) if line.answers[who].endswith("+"))
    client, address = browser(world, who), address_of(world, line, who)
    make = addresses.BODIES[line.way]
    fields = list(make(world, line, who))
    bodies = [{name: typed} for name in fields for typed in ALONE]
    bodies += [dict.fromkeys((name for name in fields if name != "do"), typed) for typed in TOGETHER]

    for body in bodies:
        status, html = sent(client, address, {**make(world, line, who), **body})
        assert status < 500, body
        assert SCRIPT not in html and "<img src=x" not in html, body


@pytest.mark.parametrize("name", WORDS)
def test_a_page_reads_whatever_stands_in_its_address(name: str, world: World) -> None:
    line = next(line for line in addresses.lines() if line.name == name and line.method == "GET")
    client, address = browser(world, "office"), address_of(world, line, "office")
    usual = {"do": "see", "chosen": "1:1", "policy": "local-default/1", "on": "2024-01-05"}

    for word in WORDS[name]:
        for asked in ASKED:
            query = {other: usual[other] for other in WORDS[name] if other in usual} | {word: asked}
            response = client.get(address, query)
            assert response.status_code in {200, 302, 404}, (word, asked[:20])
            assert response.streaming or SCRIPT not in response.content.decode(), word
    assert footprint() == world.before


@pytest.mark.parametrize(
    "fields",
    [
        {"do": "choose", "row:\x00": "T-OWN-DRAFT"}, {"do": "choose", "row:台账!5": "\x00"},
        {"do": "choose", f"row:{'长' * 300}": SCRIPT}, {"do": "settle", "keep:\x00": "web"},
        {"do": "settle", "keep:x": "elsewhere"}, {"do": "commit", "digest": "\x00"}, {"do": "\x00"},
    ],
    ids=str,
)  # fmt: skip
def test_a_choice_about_a_row_that_is_none_is_no_fault(fields: dict[str, str], world: World) -> None:
    status, _html = sent(browser(world, "office"), f"/imports/{world.imports['own'].pk}/", fields)

    assert status in {302, 409}


# ---- what is sent as JSON and as files


LINE = {"code": code("own"), "version": 0, "values": {"invested": "950"}}


@pytest.mark.parametrize(
    "body",
    [
        "", "{", "null", "[]", '{"lines": 1}', "[" * 20_000, '{"lines": [null]}', '{"lines": [[]]}',
        json.dumps({"lines": [{**LINE, "code": "\ud800"}]}),
        json.dumps({"lines": [{**LINE, "code": ["x"]}]}),
        json.dumps({"lines": [{**LINE, "values": {"physical_text": "\ud800"}}]}),
        json.dumps({"lines": [{**LINE, "values": []}]}),
        json.dumps({"lines": [LINE]}).replace('"version": 0', f'"version": {DIGITS}'),
    ],
    ids=lambda body: body[:40],
)  # fmt: skip
def test_what_the_month_s_table_never_sends_is_refused_with_a_sentence(body: str, world: World) -> None:
    status, answer = sent(
        browser(world, "staff"), "/returns/grid/2023-12/lines/", body, content_type="application/json"
    )

    assert status == 409
    assert json.loads(answer)["sentence"]
    assert footprint() == world.before


@pytest.mark.parametrize("typed", [{"a": 1}, ["x"], 10**30, True, "\x00", "长" * 10_000, SCRIPT])
def test_what_is_no_text_in_a_cell_of_the_month_s_table_is_no_fault(typed: Any, world: World) -> None:
    body = json.dumps({"lines": [{**LINE, "values": {"invested": typed, "physical_text": typed}}]})

    assert (
        sent(browser(world, "staff"), "/returns/grid/2023-12/lines/", body, content_type="application/json")[0] == 200
    )


def _policy(**fields: Any) -> str:
    return json.dumps(json.loads(addresses._policy_file("haikou-2020")) | fields)


POLICIES = {
    "no json": "{",
    "deep": "[" * 20_000,
    "half a character": _policy(name="\ud800"),
    "half a character in a name": _policy(**{"\ud800": 1}),
    "a control character": _policy(name="海口\x00三色"),
    "a control character in a note": _policy(notes=["\x00"]),
    "endless": _policy(version="@").replace('"@"', DIGITS),
    "worked out for hours": _policy(
        pace={"measure": "points_below_pace", "yellow_limit": "1e999999999", "yellow_inclusive": True,
              "red_limit": "30", "red_inclusive": False}
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", POLICIES)
def test_a_policy_file_that_cannot_be_kept_is_refused_with_a_sentence(kind: str, world: World) -> None:
    file = ContentFile(POLICIES[kind].encode(), "policy.json")
    with transaction.atomic():
        response = browser(world, "office").post("/policies/import/", {"file": file})
        transaction.set_rollback(True)

    assert response.status_code == 200
    assert response.context["form"].errors
    assert footprint() == world.before


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\x00" * 50, b"\xff\xfe\x00", "2024-01-01,0,元旦\x00".encode(), b"2024-01-01,0," + b"x" * 150_000,
        b"PK\x03\x04" + bytes(range(256)) * 20, "一、元旦：0001年1月1日至9999年12月31日放假，共1天。".encode(),
    ],
    ids=["empty", "zeros", "utf-16", "a control character", "a cell without end", "a workbook", "all days"],
)  # fmt: skip
@pytest.mark.parametrize("commit", [False, True])
def test_a_holiday_notice_that_is_none_is_refused_and_loads_nothing(content: bytes, commit: bool, world: World) -> None:
    fields = {"year": "2027", "source": "通知（示例）", "file": ContentFile(content, "notice.txt")}
    with transaction.atomic():
        response = browser(world, "office").post("/calendar/notice/", {**fields, **({"commit": "1"} if commit else {})})
        transaction.set_rollback(True)

    assert response.status_code == 200
    assert response.context["form"].errors or response.context["notice"].findings
    assert footprint() == world.before


def test_a_notice_with_findings_can_be_mended_where_it_was_pasted(world: World) -> None:
    """The refusal stands at the text, and the text is still there."""
    fields = {"year": "2024", "source": "通知（示例）", "text": "一、元旦：13月45日放假。", "commit": "1"}
    with transaction.atomic():
        response = browser(world, "office").post("/calendar/notice/", fields)
        transaction.set_rollback(True)

    assert response.status_code == 200
    assert "13月45日" in response.context["form"]["text"].value()
    assert footprint() == world.before
