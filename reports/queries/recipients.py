"""Who receives mail: leaders with their projects and liaison officers, the office's accounts, and their addresses."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.db.models import Q

from portfolio.models import Role, User
from projects.models import Assignment, Person

ACCOUNT_MARK = "@"
"""Stands before an account's number where an account without a person's code is the recipient."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person who is told. `key` is the person's code, `projects` those that a leader answers for."""

    key: str
    row: int
    name: str
    address: str
    language: str
    projects: frozenset[int] = frozenset()
    copies: tuple[tuple[str, str], ...] = field(default=())
    is_office: bool = False

    @property
    def is_leader(self) -> bool:
        """Whether the person answers for projects; the office is told of all."""
        return bool(self.projects)


def leaders(on: date) -> list[Recipient]:
    """Everybody who answers for a project as its city leader on a day, once each, in the order of their codes."""
    led: defaultdict[int, set[int]] = defaultdict(set)
    rows = Assignment.objects.known().filter(kind=Assignment.Kind.LEADER, person__isnull=False, valid_from__lte=on)
    for person, project in rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on)).values_list("person", "project"):
        led[person].add(project)
    people = list(Person.objects.filter(pk__in=led).order_by("code"))
    liaisons: defaultdict[int, list[Person]] = defaultdict(list)
    for officer in Person.objects.filter(serves__in=led, kind=Person.Kind.LIAISON).order_by("code"):
        liaisons[officer.serves_id or 0].append(officer)
    accounts = _accounts({person.code for person in people} | {one.code for some in liaisons.values() for one in some})
    return [
        Recipient(
            key=person.code,
            row=person.pk,
            name=person.name,
            address=_address(person, accounts),
            language=_language(accounts.get(person.code)),
            projects=frozenset(led[person.pk]),
            copies=_copies(liaisons[person.pk], accounts, _address(person, accounts)),
        )
        for person in people
    ]


def office() -> list[Recipient]:
    """The accounts of the city office that have an address."""
    users = User.objects.filter(role=Role.CITY_OFFICE, is_active=True).exclude(email="").order_by("username")
    return [
        Recipient(
            key=key_of(user),
            row=user.pk,
            name=user.display_name,
            address=user.email,
            language=user.language,
            is_office=True,
        )
        for user in users
    ]


def overseers(keys: Collection[str]) -> list[Recipient]:
    """City leaders by their keys, whether or not they answer for projects themselves; in the order of their keys."""
    users = [one for one in User.objects.filter(role=Role.LEADER, is_active=True) if key_of(one) in keys]
    people = {one.code: one for one in Person.objects.filter(code__in=[user.person for user in users if user.person])}
    liaisons: defaultdict[int, list[Person]] = defaultdict(list)
    for officer in Person.objects.filter(serves__in=people.values(), kind=Person.Kind.LIAISON).order_by("code"):
        liaisons[officer.serves_id or 0].append(officer)
    accounts = _accounts([officer.code for some in liaisons.values() for officer in some])
    found = []
    for user in sorted(users, key=key_of):
        person = people.get(user.person)
        address = (person.email if person else "") or user.email
        copies = _copies(liaisons[person.pk], accounts, address) if person else ()
        name = person.name if person else user.display_name
        row = person.pk if person else user.pk
        found.append(Recipient(key_of(user), row, name, address, user.language, copies=copies))
    return found


def key_of(user: User) -> str:
    """By what mail knows an account: the person's code, or the account's own number."""
    return user.person or f"{ACCOUNT_MARK}{user.pk}"


def known_address(key: str) -> str:
    """The address that is recorded now for a recipient's key; "" when there is none."""
    if key.startswith(ACCOUNT_MARK):
        user = User.objects.filter(pk=key.removeprefix(ACCOUNT_MARK), is_active=True).first()
        return user.email if user else ""
    person = Person.objects.filter(code=key).first() if key else None
    account = _accounts({key}).get(key) if key else None
    return (person.email if person else "") or (account.email if account else "")


def served_by(person: str) -> list[str]:
    """The leader whom a liaison officer serves, by code."""
    leader = Person.objects.filter(code=person, serves__isnull=False).values_list("serves__code", flat=True)
    return [code for code in leader if code] if person else []


def _accounts(codes: Collection[str]) -> dict[str, User]:
    return {user.person: user for user in User.objects.filter(person__in=codes, is_active=True).order_by("pk")}


def _address(person: Person, accounts: dict[str, User]) -> str:
    account = accounts.get(person.code)
    return person.email or (account.email if account else "")


def _language(account: User | None) -> str:
    return account.language if account else settings.LANGUAGE_CODE


def _copies(officers: list[Person], accounts: dict[str, User], own: str) -> tuple[tuple[str, str], ...]:
    """Each liaison officer with an address other than the leader's own, once."""
    found = {address: officer.name for officer in officers if (address := _address(officer, accounts))}
    return tuple((name, address) for address, name in found.items() if address != own)
