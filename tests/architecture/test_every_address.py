"""The walk: every address of the product, for every role, own and another county's, asked and written to.

What each answers stands in addresses.py. An address that is not there fails the walk.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from portfolio.models import Role
from portfolio.web.doors import acts_of, is_open
from tests.architecture import addresses, pages
from tests.architecture.addresses import READERS, Line
from tests.factories import UserFactory
from tests.world import World, Writes, code, footprint, registered

pytestmark = pytest.mark.django_db

WRITES = {"milestone", "return", "returns", "grid"}  # the addresses that write facts of projects
VERSIONED = WRITES | {"alert_acknowledge"}  # and those whose forms say which version of the row they were drawn with
OF_A_PROJECT = {"project", "milestone", "return"}  # those that name one
PORTFOLIO = OF_A_PROJECT | {
    "cockpit",
    "register",
    "returns",
    "grid",
    "ledger",
    "outbox",
    "report",
    "reports",
    "archive",
}
OPEN = {"login", "healthz", "set_language", "admin:login"}
EVERYTHING = {"office", "leader", "liaison", "auditor"}
SCOPED = ("unit", "staff", "review")
POWERS = ("logs", "accounts", "security")
NAMES = {side: [f"{side}-{state}-项目" for state in ("draft", "submitted", "reviewed")] for side in ("own", "other")}


@dataclass(frozen=True)
class Address:
    """One pattern of the resolver: its name as the table has it, its route, its view, the model it administers."""

    name: str
    route: str
    view: Any
    model: str = ""

    @property
    def entry(self) -> str:
        """The name under which the table answers for it: the administration's models by their group."""
        if not self.model:
            return self.name
        group = addresses.GROUPS.get(self.model, "FACT")
        return f"{group}_{self.name.removeprefix(f'admin:{self.model}_')}"


def every_address() -> list[Address]:
    return list(_walk(get_resolver().url_patterns, "", ""))


def _walk(patterns: list[Any], prefix: str, namespace: str) -> Iterator[Address]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, route, inner)
        elif isinstance(pattern, URLPattern):
            model = _model_of(route)
            own = str(pattern.pattern)
            name = pattern.name or (f"{model}_shortcut" if model else own)
            yield Address(namespace + name, route, pattern.callback, model)


def _model_of(route: str) -> str:
    """`app_model` below the administration site."""
    names = {f"admin/{model._meta.app_label}/{model._meta.model_name}/": model._meta for model in registered()}
    return next((f"{meta.app_label}_{meta.model_name}" for path, meta in names.items() if route.startswith(path)), "")


ADDRESSES = every_address()
LINES = list(addresses.lines())
BROWSER = Client()  # one for all, because each would build the whole chain of middleware anew


def path_of(address: Address, values: dict[str, Any]) -> str:
    """The route with its variable parts filled in."""
    filled = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda part: str(values[part[1]]), address.route)
    filled = re.sub(r"<(?:\w+:)?(\w+)>", lambda part: str(values[part[1]]), filled)
    return "/" + filled.replace("^", "").replace("$", "")


def browser_of(world: World, who: str) -> Client:
    """A browser in which this reader has signed in, and done nothing else."""
    BROWSER.cookies.clear()
    if who != "nobody":
        BROWSER.cookies[settings.SESSION_COOKIE_NAME] = world.sessions[who]
    return BROWSER


def ask(world: World, address: Address, line: Line, who: str) -> HttpResponse:
    values = addresses.values(world, line, who)
    if address.model and "pk" not in values:
        values["object_id"] = world.rows[address.model]
    path = path_of(address, values)
    if line.method == "GET":
        return browser_of(world, who).get(path)
    as_json = {"content_type": "application/json"} if line.way == "json" else {}
    return browser_of(world, who).post(path, addresses.BODIES[line.way](world, line, who), **as_json)


def answer(response: HttpResponse) -> str:
    """The response in the table's words."""
    if response.status_code == 302 and response["Location"].startswith("/login/"):
        return "login"
    names = {template.name for template in response.templates}
    return "away" if "portfolio/turned_away.html" in names else str(response.status_code)


GROUPS = sorted({address.model or address.name for address in ADDRESSES})


@pytest.mark.parametrize("group", GROUPS)
def test_every_address_answers_everybody_as_the_table_says(group: str, world: World) -> None:
    wrong = [
        f"{line} {who}: {fault}"
        for address in ADDRESSES
        if group in (address.model, address.name)
        for line in LINES
        if line.name == address.entry
        for who in READERS
        for fault in faults_of(world, address, line, who)
    ]

    assert not wrong, "\n".join(wrong)


def faults_of(world: World, address: Address, line: Line, who: str) -> Iterator[str]:
    """Ask, look, and undo it."""
    writes = Writes()
    with transaction.atomic():
        with connection.execute_wrapper(writes):
            response = ask(world, address, line, who)
        changed = bool(writes.found) and footprint() != world.before
        transaction.set_rollback(True)
    yield from seen_by(who, response, line)
    may_change = line.answers[who].endswith("+")
    if changed and not may_change:
        yield f"changed something: {writes.found[0][:120]}"
    if may_change and not changed:
        yield "changed nothing, so that its refusals prove nothing"


@pytest.mark.parametrize(
    "line", [line for line in LINES if line.name in VERSIONED and "+" in line.answers["office"]], ids=str
)
def test_no_form_writes_over_what_somebody_wrote_meanwhile(line: Line, world: World) -> None:
    address = next(one for one in ADDRESSES if one.name == line.name)
    body = addresses.BODIES[line.way](world, line, "office")
    stale = {
        name: re.sub(r"(^|:)\d+$", r"\g<1>77", value) if name == "key" or name.endswith("version") else value
        for name, value in body.items()
    }
    assert stale != body
    with transaction.atomic():
        response = browser_of(world, "office").post(path_of(address, addresses.values(world, line, "office")), stale)
        unchanged = footprint() == world.before
        transaction.set_rollback(True)

    assert response.status_code in {200, 302}
    assert unchanged


def seen_by(who: str, response: HttpResponse, line: Line) -> Iterator[str]:
    """What is wrong with a response: its status, its headers, its markup, or what it lets this reader see."""
    expected, found = line.answers[who].rstrip("+"), answer(response)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    response.close()
    if found != expected:
        yield f"expected {expected}, answered {found}"
    yield from pages.header_faults(response, letter=line.name == "outbox_html")
    if response.get("Content-Type", "").startswith("text/html") and line.name != "outbox_html":
        yield from pages.markup_faults(body.decode())
    yield from (f"shows {name}" for name in hidden_from(who) if name.encode() in body)


def hidden_from(who: str) -> list[str]:
    """Names of projects that must stand nowhere in what this reader gets."""
    if who in EVERYTHING:
        return []
    return NAMES["other"] if who in SCOPED else NAMES["own"] + NAMES["other"]


# ---- the table itself


def test_every_address_has_its_answers() -> None:
    known = {line.name for line in LINES}

    assert not [address.name for address in ADDRESSES if address.entry not in known]


def test_the_table_names_no_address_that_is_gone() -> None:
    assert not {line.name for line in LINES} - {address.entry for address in ADDRESSES}


def test_every_line_stands_once() -> None:
    assert not [line for line, count in Counter(map(str, LINES)).items() if count > 1]


def test_every_address_of_the_product_is_asked_and_written_to() -> None:
    asked = {(line.name, line.method) for line in LINES}
    product = {address.name for address in ADDRESSES if not address.route.startswith("admin/")}

    assert not {(name, method) for name in product for method in ("GET", "POST")} - asked


def test_every_address_of_a_row_is_asked_for_another_s_row() -> None:
    rows = {address.name for address in ADDRESSES if "<" in address.route and not address.route.startswith("admin/")}
    others = {line.name for line in LINES if line.whose == "other"}

    # Their variable part is a kind of workbook, or a policy, which is everybody's to read.
    assert rows - others <= {"report_build", "policy", "policy_adopt", "policy_edit"}


def test_another_county_s_project_is_not_there() -> None:
    lines = [line for line in LINES if line.whose == "other" and line.name in OF_A_PROJECT]

    assert lines
    assert not [str(line) for line in lines for who in SCOPED if line.answers[who] != "404"]


def test_leaders_and_auditors_write_no_facts() -> None:
    lines = [line for line in LINES if line.name in WRITES and line.whose != "none"]

    assert lines
    assert not [str(line) for line in lines for who in ("leader", "liaison", "auditor") if line.answers[who] != "403"]


def test_the_three_powers_open_nothing_of_the_portfolio() -> None:
    portfolio = [line for line in LINES if line.name.split("_")[0] in PORTFOLIO]
    opened = [f"{line} {who}" for line in portfolio for who in POWERS if line.answers[who] not in {"403", "404"}]

    sent_on = {f"cockpit {method} - - {who}" for method in ("GET", "POST") for who in POWERS}
    assert set(opened) == sent_on


# ---- doors


def test_every_view_names_the_acts_that_open_it() -> None:
    silent = [address.route for address in ADDRESSES if not is_open(address.view) and acts_of(address.view) is None]

    assert not silent


def test_only_these_addresses_are_open_to_everybody() -> None:
    assert {address.name for address in ADDRESSES if is_open(address.view)} == OPEN


@pytest.mark.parametrize(
    "scope",
    [
        {"role": Role.COUNTY_STAFF, "division": "379999"},
        {"role": Role.COUNTY_REVIEWER, "division": "379999"},
        {"role": Role.PROJECT_UNIT, "organisation": "NOBODY"},
    ],
    ids=lambda scope: scope["role"],
)
def test_a_person_without_scope_sees_empty_pages_and_no_fault(scope: dict[str, str], world: World) -> None:
    with transaction.atomic():
        client = Client()
        client.force_login(UserFactory(**scope))
        pages_seen = {
            address: client.get(address) for address in ("/", "/projects/", "/returns/", "/alerts/", "/reports/")
        }
        inside = client.get(f"/projects/{code('own')}/").status_code
        transaction.set_rollback(True)

    assert {address: page.status_code for address, page in pages_seen.items()} == dict.fromkeys(pages_seen, 200)
    assert not [name for page in pages_seen.values() for name in NAMES["own"] if name in page.content.decode()]
    assert inside == 404


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
def test_nothing_is_asked_in_any_other_way(method: str, world: World) -> None:
    client = browser_of(world, "office")
    lines = {line.name: line for line in LINES}
    answered = {}
    for address in ADDRESSES:
        if not address.route.startswith("admin/"):
            path = path_of(address, addresses.values(world, lines[address.name], "office"))
            with transaction.atomic():
                answered[address.name] = getattr(client, method)(path).status_code
                transaction.set_rollback(True)

    assert answered.pop("login") == 302  # whoever has signed in is sent on
    assert {name: status for name, status in answered.items() if status not in {403, 405}} == {}


def test_an_address_that_is_nowhere_has_the_same_headers(world: World) -> None:
    response = browser_of(world, "nobody").get("/nowhere/")

    assert response.status_code == 404
    assert not [*pages.header_faults(response), *pages.markup_faults(response.content.decode())]
