"""Who may do what, and which projects a person sees: roles, dates of access, units, shares, firms."""

from datetime import date

import pytest

from portfolio import clock
from portfolio.models import Role, User
from portfolio.refusals import Forbidden, OutOfScope
from portfolio.web.access import GRANTS, Act, fetch, has_access, may, require
from projects.models import Project
from projects.queries.scope import visible_to
from tests import factories as make

pytestmark = pytest.mark.django_db

WRITES_FACTS = {
    Act.EDIT_PROJECT, Act.UPDATE_MILESTONE, Act.REPLAN_MILESTONE, Act.ENTER_RETURN, Act.REVIEW_RETURN,
    Act.ACCEPT_RETURN, Act.CORRECT_AFTER_LOCK, Act.APPROVE_PLAN, Act.MANAGE_LISTS, Act.MANAGE_REFERENCE,
    Act.LOCK_PERIOD, Act.IMPORT_REGISTER,
}  # fmt: skip
SHOWS_FACTS = {
    Act.VIEW_PROJECTS, Act.VIEW_ALERTS, Act.VIEW_OUTBOX, Act.VIEW_REPORTS, Act.DOWNLOAD_WORKBOOK, Act.VIEW_LEDGER,
    Act.VIEW_DOWNLOADS,
}  # fmt: skip
POWERS = (Role.LOG_AUDITOR, Role.ACCOUNT_ADMIN, Role.SECURITY_ADMIN)


def account(role, **scope):
    """One that need not be stored."""
    return User(username=role, display_name=role, role=role, **scope)


def seen_by(user):
    return set(visible_to(user).values_list("code", flat=True))


@pytest.fixture
def projects():
    caoxian = make.DivisionFactory(caoxian=True)
    shanxian = make.DivisionFactory(shanxian=True)
    firm, other = make.OrganisationFactory(code="ORG-1"), make.OrganisationFactory(code="ORG-2")
    make.ProjectFactory(code="OWN", division=caoxian, owner=firm)
    make.ProjectFactory(code="OTHER", division=shanxian, owner=other)
    shared = make.ProjectFactory(code="SHARED", division=shanxian, owner=other)
    make.ProjectShareFactory(project=shared, division=caoxian, basis_points=4_000)
    make.ProjectShareFactory(project=shared, division=shanxian, basis_points=6_000)
    former = make.ProjectFactory(code="FORMER", division=shanxian, owner=other)
    make.ProjectShareFactory(project=former, division=caoxian, known_from=1, known_to=2)
    make.ProjectFactory(code="ABROAD", division=shanxian, owner=firm)
    make.ProjectFactory(code="MENTION", published=True, division=None)


EVERYTHING = {"OWN", "OTHER", "SHARED", "FORMER", "ABROAD", "MENTION"}


class TestScope:
    @pytest.mark.parametrize(
        ("role", "scope", "expected"),
        [
            (Role.COUNTY_STAFF, {"division": "371721"}, {"OWN", "SHARED"}),
            (Role.COUNTY_REVIEWER, {"division": "371721"}, {"OWN", "SHARED"}),
            (Role.COUNTY_STAFF, {"division": "371722"}, {"OTHER", "SHARED", "FORMER", "ABROAD"}),
            (Role.COUNTY_STAFF, {"division": "371799"}, set()),
            (Role.COUNTY_STAFF, {"division": ""}, set()),
            (Role.PROJECT_UNIT, {"organisation": "ORG-1"}, {"OWN", "ABROAD"}),
            (Role.PROJECT_UNIT, {"organisation": "ORG-9"}, set()),
            (Role.PROJECT_UNIT, {"organisation": ""}, set()),
            (Role.PROJECT_UNIT, {"organisation": "ORG-1", "division": "371722"}, {"OWN", "ABROAD"}),
            (Role.CITY_OFFICE, {}, EVERYTHING),
            (Role.LEADER, {"person": "LEADER-1"}, EVERYTHING),
            (Role.LIAISON, {"person": "LIAISON-1"}, EVERYTHING),
            (Role.AUDITOR, {}, EVERYTHING),
            (Role.LOG_AUDITOR, {}, set()),
            (Role.ACCOUNT_ADMIN, {}, set()),
            (Role.SECURITY_ADMIN, {"division": "371721"}, set()),
        ],
    )
    def test_each_role_sees_its_own_projects(self, role, scope, expected, projects):
        assert seen_by(account(role, **scope)) == expected

    def test_the_product_itself_sees_all(self, projects):
        assert seen_by(User.system()) == EVERYTHING

    @pytest.mark.parametrize("day", [date(2023, 12, 31), date(2025, 1, 1)])
    def test_nobody_sees_anything_outside_the_dates_of_their_access(self, day, projects):
        auditor = account(Role.AUDITOR, access_from=date(2024, 1, 1), access_until=date(2024, 12, 31))
        with clock.set_to(day):
            assert seen_by(auditor) == set()

    def test_a_closed_account_sees_nothing(self, projects):
        assert seen_by(account(Role.CITY_OFFICE, is_active=False)) == set()


class TestFetching:
    def test_a_row_out_of_scope_is_not_there_whatever_the_act(self, projects):
        clerk = account(Role.COUNTY_STAFF, division="371721")
        for act in Act:
            with pytest.raises(OutOfScope):
                fetch(visible_to(clerk), clerk, act, code="OTHER")

    def test_what_is_not_there_and_what_is_another_s_cannot_be_told_apart(self, projects):
        clerk = account(Role.COUNTY_STAFF, division="371721")
        said = []
        for code in ("OTHER", "NOWHERE"):
            with pytest.raises(OutOfScope) as refused:
                fetch(visible_to(clerk), clerk, Act.VIEW_PROJECTS, code=code)
            said.append(str(refused.value))

        assert said[0] == said[1]

    def test_an_act_that_is_not_theirs_is_forbidden_on_a_row_that_is(self, projects):
        leader = account(Role.LEADER, person="LEADER-1")
        with pytest.raises(Forbidden):
            fetch(visible_to(leader), leader, Act.UPDATE_MILESTONE, code="OWN")

    def test_an_act_that_is_theirs_gives_the_row(self, projects):
        clerk = account(Role.COUNTY_STAFF, division="371721")

        assert fetch(visible_to(clerk), clerk, Act.UPDATE_MILESTONE, code="OWN") == Project.objects.get(code="OWN")


class TestRoles:
    @pytest.mark.parametrize("role", [Role.LEADER, Role.LIAISON, Role.AUDITOR])
    def test_readers_write_no_facts(self, role):
        assert not GRANTS[role] & WRITES_FACTS

    @pytest.mark.parametrize("role", POWERS)
    def test_the_three_powers_neither_read_nor_write_facts(self, role):
        assert not GRANTS[role] & (WRITES_FACTS | SHOWS_FACTS)

    def test_the_three_powers_share_nothing_but_the_door(self):
        shared = [GRANTS[one] & GRANTS[two] for one in POWERS for two in POWERS if one != two]

        assert set().union(*shared) <= {Act.ENTER_ADMIN}

    @pytest.mark.parametrize(
        ("act", "roles"),
        [
            (Act.MANAGE_ACCOUNTS, {Role.ACCOUNT_ADMIN}),
            (Act.MANAGE_SECURITY, {Role.SECURITY_ADMIN}),
            (Act.VIEW_ACCESS_LOG, {Role.LOG_AUDITOR, Role.AUDITOR}),
            (Act.VIEW_LEDGER, {Role.CITY_OFFICE, Role.AUDITOR}),
            (Act.ACCEPT_RETURN, {Role.CITY_OFFICE}),
            (Act.LOCK_PERIOD, {Role.CITY_OFFICE}),
            (Act.APPROVE_PLAN, {Role.CITY_OFFICE}),
            (Act.REVIEW_RETURN, {Role.COUNTY_REVIEWER, Role.CITY_OFFICE}),
        ],
    )
    def test_these_acts_are_theirs_alone(self, act, roles):
        assert {role for role in Role if act in GRANTS[role]} == roles

    def test_every_role_has_its_grants_and_every_act_somebody(self):
        assert set(GRANTS) == set(Role)
        assert set().union(*GRANTS.values()) == set(Act)

    def test_a_role_that_nobody_knows_may_nothing(self):
        assert not [act for act in Act if may(account("superuser"), act)]

    def test_a_superuser_of_django_s_is_nobody_here(self):
        user = account(Role.COUNTY_STAFF, division="371721", is_superuser=True)

        assert not may(user, Act.MANAGE_ACCOUNTS)

    def test_asking_for_a_right_that_is_missing_is_refused_in_a_sentence(self):
        with pytest.raises(Forbidden) as refused:
            require(account(Role.LEADER), Act.LOCK_PERIOD)

        assert "不能进行此操作" in str(refused.value)


class TestDates:
    @pytest.mark.parametrize(
        ("begins", "ends", "expected"),
        [
            (None, None, True),
            (date(2024, 1, 5), None, True),
            (date(2024, 1, 6), None, False),
            (None, date(2024, 1, 5), True),
            (None, date(2024, 1, 4), False),
            (date(2024, 1, 5), date(2024, 1, 5), True),
        ],
    )
    def test_both_days_are_included(self, begins, ends, expected):
        with clock.set_to(date(2024, 1, 5)):
            assert has_access(account(Role.AUDITOR, access_from=begins, access_until=ends)) is expected
