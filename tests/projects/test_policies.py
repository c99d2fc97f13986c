"""Policies by hand: editions are added and never overwritten, files are read field by field, adoption is for days to
come, and the pages say all of it in plain sentences.
"""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from portfolio.refusals import Forbidden, Refusal
from projects.actions.policies import (
    PolicyRefused,
    adopt_policy,
    import_policy,
    new_edition,
    read_policy_text,
)
from projects.core.handling import HandlingRule
from projects.core.policies import LightPolicy
from projects.core.reasons import Light
from projects.forms.policies import PolicyForm
from projects.models import Change, Policy
from projects.policy_wording import clauses, problem_words
from projects.queries.policies import policy_in_force, read_policy
from projects.queries.what_if import what_if
from tests import factories as make
from tests.core.builders import BUILT_IN, IMPORTABLE, policy

pytestmark = pytest.mark.django_db
FILES = (*BUILT_IN, *IMPORTABLE)


def text_of(of: str, **changes: Any) -> str:
    return json.dumps(policy(of).to_json() | changes, ensure_ascii=False)


@pytest.fixture
def local(db: None) -> Policy:
    """The local default, in force."""
    kept = policy("local-default")
    return Policy.objects.create(
        code=kept.code, name_zh=kept.name, name_en=kept.name_en, edition=1, effective_from=date(2020, 1, 1),
        definition=kept.to_json(), source=kept.source, is_local=True, known_from=0,
    )  # fmt: skip


def stricter(row: Policy) -> LightPolicy:
    data: dict[str, Any] = read_policy(row).to_json()
    return LightPolicy.from_json(data | {"pace": data["pace"] | {"yellow_limit": 5}})


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_is_kept_as_it_is_and_judges_nothing_until_adopted(path: Any, office: Any, on_5_january: None) -> None:
    row, is_new = import_policy(by=office, text=path.read_text(encoding="utf-8"))

    assert (is_new, row.effective_from, read_policy(row).code) == (True, None, path.stem)
    assert import_policy(by=office, text=path.read_text(encoding="utf-8")) == (row, False)
    assert [(change.model, change.key) for change in Change.objects.all()] == [("policy", f"{path.stem}/1")]


def test_an_edition_is_never_overwritten_by_a_file(office: Any, on_5_january: None) -> None:
    import_policy(by=office, text=text_of("wuhan-2022"))

    with pytest.raises(Refusal, match="wuhan-2022"):
        import_policy(by=office, text=text_of("wuhan-2022", source="别处"))
    assert import_policy(by=office, text=text_of("wuhan-2022", source="别处", version=2))[1]


@pytest.mark.parametrize("text", ["", "{", "[]", "5", "[" * 100_000, '{"code": "\ud800"}'])
def test_what_is_no_policy_file_is_refused_in_a_sentence(text: str, office: Any) -> None:
    with pytest.raises(Refusal):
        import_policy(by=office, text=text)
    assert not Policy.objects.exists()


def test_every_field_that_is_wrong_is_named() -> None:
    wrong = text_of("wuhan-2022", version="1", surprise=1)

    with pytest.raises(PolicyRefused) as refused:
        read_policy_text(wrong)

    assert {path for path, _ in refused.value.problems} == {"surprise", "version"}
    with pytest.raises(PolicyRefused) as refused:
        read_policy_text(text_of("wuhan-2022", code="x/../y", source="长" * 301))
    assert {path for path, _ in refused.value.problems} == {"code", "source"}


def test_an_edit_is_the_next_edition_and_the_former_stays(local: Policy, office: Any, on_5_january: None) -> None:
    row = new_edition(by=office, policy=stricter(local), on=date(2024, 2, 1))

    assert (row.edition, row.effective_from) == (2, date(2024, 2, 1))
    assert Policy.objects.known().get(edition=1).definition == local.definition
    assert [policy_in_force(day).version for day in (date(2024, 1, 31), date(2024, 2, 1))] == [1, 2]


def test_an_edit_that_changes_nothing_is_refused(local: Policy, office: Any, on_5_january: None) -> None:
    with pytest.raises(Refusal):
        new_edition(by=office, policy=read_policy(local))


@pytest.mark.parametrize("on", [date(2024, 1, 5), date(2023, 1, 1), date(2020, 1, 1)])
def test_no_policy_begins_today_or_earlier(local: Policy, office: Any, on_5_january: None, on: date) -> None:
    row, _is_new = import_policy(by=office, text=text_of("wuhan-2022"))

    with pytest.raises(Refusal):
        adopt_policy(by=office, row=row, on=on)
    with pytest.raises(Refusal):
        new_edition(by=office, policy=stricter(local), on=on)


def test_adopting_closes_the_row_and_can_be_taken_back_before_it_begins(
    local: Policy, office: Any, on_5_january: None
) -> None:
    row, _is_new = import_policy(by=office, text=text_of("wuhan-2022"))

    adopted = adopt_policy(by=office, row=row, on=date(2024, 2, 1))
    assert policy_in_force(date(2024, 2, 1)).code == "wuhan-2022"
    with pytest.raises(Refusal):  # a page that was drawn before it
        adopt_policy(by=office, row=row, on=date(2024, 3, 1))
    taken_back = adopt_policy(by=office, row=adopted, on=None)

    assert policy_in_force(date(2024, 2, 1)).code == "local-default"
    assert (taken_back.effective_from, Policy.objects.filter(code="wuhan-2022").count()) == (None, 3)
    with pytest.raises(Refusal):
        adopt_policy(by=office, row=local, on=None)


def test_two_policies_do_not_begin_on_one_day(local: Policy, office: Any, on_5_january: None) -> None:
    for code in ("wuhan-2022", "sanya-2022"):
        row, _is_new = import_policy(by=office, text=text_of(code))
        if code == "wuhan-2022":
            adopt_policy(by=office, row=row, on=date(2024, 2, 1))

    with pytest.raises(Refusal):
        adopt_policy(by=office, row=row, on=date(2024, 2, 1))


@pytest.mark.parametrize("role", ["county_staff", "leader", "auditor"])
def test_only_the_office_changes_policies(role: str, local: Policy, on_5_january: None) -> None:
    who = make.UserFactory(**{role: True})

    for act in (
        lambda: import_policy(by=who, text=text_of("wuhan-2022")),
        lambda: new_edition(by=who, policy=stricter(local)),
        lambda: adopt_policy(by=who, row=local, on=date(2024, 2, 1)),
    ):
        with pytest.raises(Forbidden):
            act()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_policy_is_said_in_both_languages_and_names_its_limits(path: Any) -> None:
    for language in ("zh-hans", "en"):
        with override(language):
            said = clauses(policy(path.stem))
        assert [len(clause.sentences) > 0 for clause in said] == [True] * 5
        assert all(("%" not in clause.text) or "%(" not in clause.text for clause in said)


def test_the_default_in_plain_words() -> None:
    with override("en"):
        said = {clause.indicator: clause.text for clause in clauses(policy("local-default"))}

    assert said["pace"].startswith("10 or more percentage points behind pace is yellow, more than 30 is red.")
    assert said["milestones"].startswith("1 working day late is yellow. 15 working days late is red.")
    assert said["funds"] == "Not judged by this policy."


def test_faults_are_told_in_chinese() -> None:
    with override("zh-hans"):
        assert problem_words("is missing") == "缺少"
        assert problem_words("must be one of red, yellow") == "应为其中之一：red, yellow"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_form_gives_back_the_policy_that_it_was_drawn_with(path: Any) -> None:
    one = policy(path.stem)
    drawn = PolicyForm(policy=one)
    sent = {bound.name: bound.value() for bound in drawn if bound.value() is not None and bound.value() is not False}

    form = PolicyForm(sent, policy=one)

    assert form.is_valid(), form.errors
    assert LightPolicy.from_json(form.definition()) == one


def test_what_is_set_locally_is_chosen_in_words_and_what_a_file_names_beyond_them_is_kept() -> None:
    one = replace(policy("local-default"), local_settings=("pace.slight_band", "somewhere.else"))
    with override("en"):
        offered = dict(PolicyForm(policy=one)["local_settings"].field.choices)

    assert offered["pace.slight_band"] == "Pace: Behind pace, but not yet yellow"
    assert offered["milestones.red_from"] == "Milestones: Red from how many working days late"
    assert offered["somewhere.else"] == "somewhere.else"


@pytest.mark.parametrize("typed", ["3 25\n>6 50", "3 25\n6 50 over", "3，25%\n＞6 50"])
def test_spending_steps_are_read_as_they_may_be_written(typed: str) -> None:
    one = policy("local-default")
    drawn = PolicyForm(policy=one)
    sent = {bound.name: bound.value() for bound in drawn if bound.value() is not None and bound.value() is not False}
    form = PolicyForm(sent | {"funds": "on", "funds_below": "yellow", "funds_steps": typed}, policy=one)

    assert form.is_valid(), form.errors
    rule = LightPolicy.from_json(form.definition()).funds
    assert rule is not None
    assert [(step.months, step.percent, step.over) for step in rule.steps] == [(3, 25, False), (6, 50, True)]


@pytest.mark.parametrize(("months", "words"), [(1, "from 1 month after"), (2, "from 2 months after")])
def test_a_rule_counts_its_months_as_english_does(months: int, words: str) -> None:
    default = policy("local-default")
    assert default.statistics is not None
    one = replace(default, statistics=replace(default.statistics, yellow_after_months=months, red_after_months=3))
    with override("en"):
        assert words in next(clause for clause in clauses(one) if clause.indicator == "statistics").text


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_pages_say_which_policy_holds_and_what_another_would_change(
    local: Policy, office: Any, on_5_january: None
) -> None:
    import_policy(by=office, text=text_of("wuhan-2022"))
    client = signed_in(office)

    shown = {
        address: client.get(address).content.decode()
        for address in (
            reverse("policies"),
            reverse("policy", args=["local-default", 1]),
            reverse("policy_edit", args=["local-default", 1]),
            f"{reverse('what_if')}?policy=wuhan-2022/1&on=2024-01-05",
        )
    }

    assert all("本地默认 v1" in html for html in shown.values())
    assert "施行中" in shown[reverse("policies")]
    assert client.get(reverse("policy", args=["local-default", 9])).status_code == 404


def test_unasked_what_if_compares_with_a_policy_that_is_not_in_force(
    local: Policy, office: Any, on_5_january: None
) -> None:
    import_policy(by=office, text=text_of("wuhan-2022"))

    html = signed_in(office).get(reverse("what_if")).content.decode()

    assert '<option value="wuhan-2022/1" selected>' in html


def test_thresholds_are_edited_on_the_page_and_faults_stand_at_their_fields(
    local: Policy, office: Any, on_5_january: None
) -> None:
    client, address = signed_in(office), reverse("policy_edit", args=["local-default", 1])
    drawn = PolicyForm(policy=read_policy(local))
    sent = {bound.name: bound.value() for bound in drawn if bound.value() is not None and bound.value() is not False}

    wrong = client.post(address, sent | {"pace_yellow_limit": "40"})
    right = client.post(address, sent | {"pace_yellow_limit": "12.5", "on": "2024-02-01"})

    assert "pace_red_limit" in wrong.context["form"].errors
    assert right.status_code == 302
    assert Policy.objects.known().get(edition=2).definition["pace"]["yellow_limit"] == "25/2"


def sent_as_drawn(row: Policy) -> dict[str, Any]:
    drawn = PolicyForm(policy=read_policy(row))
    return {bound.name: bound.value() for bound in drawn if bound.value() is not None and bound.value() is not False}


def test_the_days_of_handling_are_edited_on_the_page(local: Policy, office: Any, on_5_january: None) -> None:
    client, address = signed_in(office), reverse("policy_edit", args=["local-default", 1])

    client.post(address, sent_as_drawn(local) | {"handling_county_after": "3", "handling_lock_window": "0"})

    kept = read_policy(Policy.objects.known().get(edition=2))
    assert kept == replace(
        read_policy(local), version=2, handling=HandlingRule(county_after=3, lock_window=0), effective_from=None
    )
    html = client.get(reverse("policy", args=["local-default", 2])).content.decode()
    assert "预警满3个工作日未解决升级至县区，满15个工作日升级至市重点项目办。" in html
    assert "改期无须批准。" in html


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"handling_county_after": "0"}, "handling_county_after", "至少为1"),
        ({"handling_county_after": "16"}, "handling_city_after", "不得早于升级至县区的时间"),
        ({"handling_city_after": "36"}, "handling_leader_after", "不得早于升级至市重点项目办的时间"),
        ({"handling_longest_snooze": "251"}, "handling_longest_snooze", "不得超过250个工作日"),
        ({"handling_lock_window": ""}, "handling_lock_window", "应为整数"),
        ({"handling_exempt_months": "37"}, "handling_exempt_months", "应为1至36个月"),
    ],
)
def test_days_that_cannot_be_are_refused_at_their_field(
    typed: dict[str, str], field: str, sentence: str, local: Policy, office: Any, on_5_january: None
) -> None:
    answer = signed_in(office).post(reverse("policy_edit", args=["local-default", 1]), sent_as_drawn(local) | typed)

    assert list(answer.context["form"].errors) == [field]
    assert answer.context["form"].errors[field] == [sentence]
    assert Policy.objects.known().count() == 1


def test_other_days_change_no_colour(local: Policy, overdue_milestone: Any, calendars: None) -> None:
    now = read_policy(local)

    found = what_if(now, replace(now, handling=HandlingRule(county_after=1, lock_window=0)), date(2024, 1, 5), None)

    assert [one.before.overall for one in found] == [Light.YELLOW]
    assert not any(one.changes for one in found)


def test_a_file_with_faults_lists_them_by_field(office: Any, on_5_january: None) -> None:
    broken = text_of("wuhan-2022", name=5, pace={"measure": "feeling"})
    upload = SimpleUploadedFile("w.json", broken.encode(), "application/json")

    html = signed_in(office).post(reverse("policy_import"), {"file": upload}).content.decode()

    assert "pace.measure" in html
    assert "pace.yellow_limit" in html
    assert not Policy.objects.exists()


def test_adopting_on_the_page_needs_a_day_to_come(local: Policy, office: Any, on_5_january: None) -> None:
    import_policy(by=office, text=text_of("wuhan-2022"))
    client, address = signed_in(office), reverse("policy_adopt", args=["wuhan-2022", 1])

    for day, holds in (("", None), ("2024-01-05", None), ("2024-02-01", date(2024, 2, 1))):
        assert client.post(address, {"on": day}).status_code == 302
        assert Policy.objects.known().get(code="wuhan-2022").effective_from == holds
    client.post(address, {"do": "withdraw"})
    assert Policy.objects.known().get(code="wuhan-2022").effective_from is None
