"""A month's return on its way: submitted, reviewed by the county, accepted by the city, or returned with words.

Drafts are outside the ledger; a submitted version is kept for good; it is a fact from its acceptance on.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portfolio import clock
from portfolio.refusals import Refusal, StaleForm
from portfolio.web.access import Act as Right
from portfolio.web.access import fetch, may, require
from projects.actions.bulk import save_fields
from projects.actions.lookup import by_code
from projects.actions.record import Batch, created, ledger_batch
from projects.actions.return_checks import check_period_open, check_reports
from projects.actions.return_doubts import check_figures, check_possible
from projects.models import Act, MonthlyReturn, Origin, Project, ReturnState, ReturnVersion
from projects.queries.returns import neighbours
from projects.queries.scope import visible_to

CHUNK = 300
Key = tuple[str, str]  # project code, period


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnFigures:
    """What a return says. Amounts are cumulative this year (自年初累计) in yuan; physical progress in percent."""

    invested: int
    statistics: int | None = None
    funds_arrived: int | None = None
    funds_paid: int | None = None
    physical_percent: int | None = None
    physical_text: str = ""
    problem_kind: str = ""
    problem_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnEntry:
    """One project's figures for one month, with a reason where a check asks for one."""

    project: str
    period: str
    figures: ReturnFigures
    reason: str = ""


FIGURES = tuple(item.name for item in fields(ReturnFigures))
STEPS = {
    Act.REVIEW: (ReturnState.SUBMITTED, ReturnState.REVIEWED),
    Act.ACCEPT: (ReturnState.REVIEWED, ReturnState.ACCEPTED),
}
Seen = Mapping[Key, int]  # the version of each return that the person's page showed


@transaction.atomic
def save_draft(*, by: Any, project: Project, period: str, version: int, values: Mapping[str, Any]) -> MonthlyReturn:
    """Keep what was typed so far, outside the ledger; `version` is the form's, 0 where there was none yet.

    Raises OutOfScope, Forbidden, StaleForm, Refusal.
    """
    fetch(visible_to(by), by, Right.ENTER_RETURN, pk=project.pk)
    check_period_open(period)
    check_reports([project], period)
    row, _new = MonthlyReturn.objects.get_or_create(project=project, period=period, defaults={"version": 0})
    if row.state not in (ReturnState.DRAFT, ReturnState.RETURNED):
        raise Refusal(_("This return was submitted; take it back before you change it."))
    draft = dict(values)
    moved = MonthlyReturn.objects.filter(pk=row.pk, version=version).update(
        draft=draft, draft_by=by.username, version=version + 1
    )
    if not moved:
        row.refresh_from_db()
        raise StaleForm(_("Somebody changed this return after you opened the page."), theirs=row.draft, yours=draft)
    row.refresh_from_db()
    return row


def submit_return(*, by: Any, project: Project, version: int, entry: ReturnEntry, origin: str = Origin.WEB) -> None:
    """Submit one return from the form that showed `version` of it (0: none yet).

    Raises OutOfScope, Forbidden, StaleForm, NeedsReason (a tenfold jump, a falling cumulative) and Refusal.
    """
    fetch(visible_to(by), by, Right.ENTER_RETURN, pk=project.pk)
    row = MonthlyReturn.objects.filter(project=project, period=entry.period).first()
    if (row.version if row else 0) != version:
        raise StaleForm(
            _("Somebody changed this return after you opened the page."),
            theirs=_figures(row) if row else {},
            yours=asdict(entry.figures),
        )
    submit_returns(by=by, entries=[entry], origin=origin)


def submit_returns(
    *, by: Any, entries: Sequence[ReturnEntry], seen: Seen | None = None, origin: str = Origin.WEB, source: str = ""
) -> None:
    """Submit returns; a second submission before acceptance is a new version. All or nothing.

    `seen` gives the versions that the person's page showed. Raises StaleForm for one that is not as it was seen.

    Raises Refusal (a locked or unknown month, figures that contradict each other, a project out of scope or one that
    reports nothing for the month) and NeedsReason.
    """
    require(by, Right.ENTER_RETURN)
    projects = _own(by, [entry.project for entry in entries])
    with ledger_batch(by=by, origin=origin, source=source) as book:
        _check_open(entry.period for entry in entries)
        _check_reports(projects, entries)
        returns = _returns(projects, {entry.period for entry in entries}, create=True)
        around = neighbours(projects.values(), {entry.period for entry in entries})
        numbers = _numbers(returns.values())
        versions, moved = [], []
        for entry in entries:
            row = returns[entry.project, entry.period]
            _check_seen(row, (entry.project, entry.period), seen, entry)
            if row.state not in (ReturnState.DRAFT, ReturnState.RETURNED):
                facts = {"project": projects[entry.project].name, "state": row.get_state_display()}
                raise Refusal(_("The return of %(project)s is already with the next desk: %(state)s.") % facts)
            check_figures(projects[entry.project], entry, around[projects[entry.project].pk])
            versions.append(_version(by, row, entry, numbers.get(row.pk, 0) + 1))
            _note(book, row, Act.SUBMIT, projects[entry.project], entry)
            moved.append(_move(row, ReturnState.SUBMITTED))
        ReturnVersion.objects.bulk_create(versions, batch_size=CHUNK)
        _save(moved)


def review_returns(*, by: Any, keys: Sequence[Key], seen: Seen | None = None, origin: str = Origin.WEB) -> None:
    """The county passes submitted returns on to the city. Raises StaleForm for one that is not as it was `seen`."""
    require(by, Right.REVIEW_RETURN)
    _pass_on(by, keys, Act.REVIEW, seen, origin)


def accept_returns(*, by: Any, keys: Sequence[Key], seen: Seen | None = None, origin: str = Origin.WEB) -> None:
    """The city accepts reviewed returns: from here on their last version is the fact that totals read.

    Raises StaleForm for one that is not as it was `seen`.
    """
    require(by, Right.ACCEPT_RETURN)
    _pass_on(by, keys, Act.ACCEPT, seen, origin)


def give_back(*, by: Any, keys: Sequence[Key], words: str, seen: Seen | None = None, origin: str = Origin.WEB) -> None:
    """Return returns to whoever submitted them, with words. The county may return what is submitted, the city also
    what is reviewed. Raises StaleForm for one that is not as it was `seen`.
    """
    if not words.strip():
        raise Refusal(_("Say what is to be put right."), field="words")
    require(by, Right.REVIEW_RETURN)
    allowed = {ReturnState.SUBMITTED} | ({ReturnState.REVIEWED} if _is_city(by) else set())
    projects = _own(by, [code for code, _period in keys])
    with ledger_batch(by=by, origin=origin, reason=words) as book:
        _check_open(period for _code, period in keys)
        returns = _returns(projects, {period for _code, period in keys}, create=False)
        moved = []
        for key in keys:
            row = _wanted(returns, key, allowed, seen)
            _note_state(book, row, Act.GIVE_BACK, ReturnState.RETURNED)
            row.returned_words = words[:500]
            moved.append(_move(row, ReturnState.RETURNED))
        _save(moved)


def correct_after_lock(
    *, by: Any, entries: Sequence[ReturnEntry], seen: Seen | None = None, origin: str = Origin.WEB
) -> None:
    """Correct a month that is locked, with a reason; it shows in every later report as a restatement.

    Raises Refusal without a reason or where the month has no accepted return, and StaleForm for one that is not as it
    was `seen`.
    """
    require(by, Right.CORRECT_AFTER_LOCK)
    if any(not entry.reason.strip() for entry in entries):
        raise Refusal(_("A correction after the lock needs a reason."), field="reason")
    projects = _own(by, [entry.project for entry in entries])
    with ledger_batch(by=by, origin=origin) as book:
        returns = _returns(projects, {entry.period for entry in entries}, create=False)
        numbers = _numbers(returns.values())
        for entry in entries:
            check_possible(entry.figures)
            row = _wanted(returns, (entry.project, entry.period), {ReturnState.ACCEPTED}, seen, entry)
            before = ReturnVersion.objects.known().get(monthly_return=row)
            version = _version(by, row, entry, numbers.get(row.pk, 0) + 1)
            new = asdict(entry.figures)
            changes = {
                name: (getattr(before, name), new[name]) for name in FIGURES if getattr(before, name) != new[name]
            }
            if not changes:
                continue
            seq = book.add(
                "monthlyreturn", Act.CORRECT, changes, key=_key(row), project=row.project, reason=entry.reason
            )
            ReturnVersion.objects.filter(pk=before.pk).update(known_to=seq)
            version.known_from, version.is_restatement = seq, True
            version.save()
            _save([_move(row, ReturnState.ACCEPTED)])


def _own(by: Any, codes: Sequence[str]) -> dict[str, Project]:
    """The projects by code, each among the person's own; one of others' is refused in the same words as none."""
    visible = set(visible_to(by).values_list("code", flat=True))
    if unseen := sorted(set(codes) - visible):
        raise Refusal(_("Not among your projects: %(codes)s") % {"codes": ", ".join(unseen[:10])[:300]})
    return by_code(Project, codes)


def _check_open(periods: Iterable[str]) -> None:
    """Asked with the head locked, so that no month is locked between the question and the writing."""
    for period in sorted(set(periods)):
        check_period_open(period)


def _check_reports(projects: Mapping[str, Project], entries: Sequence[ReturnEntry]) -> None:
    """Each project reports for its month; one statement a month."""
    months: dict[str, list[Project]] = {}
    for entry in entries:
        months.setdefault(entry.period, []).append(projects[entry.project])
    for period, asked in months.items():
        check_reports(asked, period)


def _figures(row: MonthlyReturn) -> dict[str, Any]:
    """What the last version of a return says."""
    last = row.versions.order_by("-number").first()
    return {name: getattr(last, name) for name in FIGURES} if last else {}


def _is_city(by: Any) -> bool:
    return may(by, Right.ACCEPT_RETURN)


def _returns(projects: Mapping[str, Project], periods: set[str], *, create: bool) -> dict[Key, MonthlyReturn]:
    def read() -> dict[Key, MonthlyReturn]:
        codes = {project.pk: code for code, project in projects.items()}
        # Held until the batch ends: a draft that is being kept meanwhile waits, and is then stale instead of lost.
        held = MonthlyReturn.objects.select_for_update(of=("self",)).order_by("pk")
        rows = held.filter(period__in=periods).select_related("project")
        if len(codes) <= CHUNK:
            rows = rows.filter(project__in=list(codes))
        return {(codes[row.project_id], row.period): row for row in rows if row.project_id in codes}

    found = read()
    if create:
        missing = [(code, period) for period in sorted(periods) for code in projects if (code, period) not in found]
        if missing:
            new = [MonthlyReturn(project=projects[code], period=period, version=0) for code, period in missing]
            MonthlyReturn.objects.bulk_create(new, batch_size=CHUNK, ignore_conflicts=True)
            found = read()
    return found


def _wanted(
    returns: Mapping[Key, MonthlyReturn], key: Key, allowed: set[Any], seen: Seen | None, entry: Any = None
) -> MonthlyReturn:
    row = returns.get(key)
    if row is not None:
        _check_seen(row, key, seen, entry)
    if row is None or row.state not in allowed:
        facts = {"project": key[0], "period": key[1], "state": row.get_state_display() if row else _("not there")}
        raise Refusal(_("The return of %(project)s for %(period)s is %(state)s; this cannot be done to it.") % facts)
    return row


def _check_seen(row: MonthlyReturn, key: Key, seen: Seen | None, entry: Any = None) -> None:
    if (seen or {}).get(key, row.version) != row.version:
        raise StaleForm(
            _("Somebody changed this return after you opened the page."),
            theirs=_figures(row) if entry else {},
            yours=asdict(entry.figures) if entry else {},
        )


def _numbers(returns: Any) -> dict[int, int]:
    """The number of the last version of each return."""
    numbers: dict[int, int] = {}
    keys = [row.pk for row in returns]
    for start in range(0, len(keys), CHUNK):
        rows = ReturnVersion.objects.filter(monthly_return__in=keys[start : start + CHUNK]).order_by("number")
        numbers |= dict(rows.values_list("monthly_return_id", "number"))
    return numbers


def _version(by: Any, row: MonthlyReturn, entry: ReturnEntry, number: int) -> ReturnVersion:
    return ReturnVersion(
        monthly_return=row, project=row.project, period=row.period, number=number, reason=entry.reason[:300],
        submitted_by=by.username, submitted_at=clock.now(), **asdict(entry.figures),
    )  # fmt: skip


def _pass_on(by: Any, keys: Sequence[Key], act: Act, seen: Seen | None, origin: str) -> None:
    before, after = STEPS[act]
    projects = _own(by, [code for code, _period in keys])
    with ledger_batch(by=by, origin=origin) as book:
        _check_open(period for _code, period in keys)
        returns = _returns(projects, {period for _code, period in keys}, create=False)
        rows = [_wanted(returns, key, {before}, seen) for key in keys]
        positions = {row.pk: _note_state(book, row, act, after) for row in rows}
        if after == ReturnState.ACCEPTED:
            _make_facts(positions)
        _save([_move(row, after) for row in rows])


def _make_facts(positions: Mapping[int, int]) -> None:
    """The last version of each return becomes a fact at its position; the one that was, ends there."""
    keys = list(positions)
    for start in range(0, len(keys), CHUNK):
        rows = ReturnVersion.objects.filter(monthly_return__in=keys[start : start + CHUNK]).order_by("number")
        last: dict[int, ReturnVersion] = {}
        ended = []
        for version in rows:
            if version.known_from is not None and version.known_to is None:
                version.known_to = positions[version.monthly_return_id]
                ended.append(version)
            last[version.monthly_return_id] = version
        for version in last.values():
            version.known_from, version.known_to = positions[version.monthly_return_id], None
        save_fields(ended, ["known_to"])
        save_fields(last.values(), ["known_from", "known_to"])


def _note(book: Batch, row: MonthlyReturn, act: Act, project: Project, entry: ReturnEntry) -> int:
    changes = created(asdict(entry.figures)) | {"state": (row.state, ReturnState.SUBMITTED)}
    return book.add("monthlyreturn", act, changes, key=_key(row), project=project, reason=entry.reason)


def _note_state(book: Batch, row: MonthlyReturn, act: Act, state: ReturnState) -> int:
    return book.add("monthlyreturn", act, {"state": (row.state, state)}, key=_key(row), project=row.project)


def _key(row: MonthlyReturn) -> str:
    return f"{row.project.code}/{row.period}"


def _move(row: MonthlyReturn, state: ReturnState) -> MonthlyReturn:
    row.state, row.state_on, row.draft = state, clock.today(), {}
    row.version += 1
    if state != ReturnState.RETURNED:
        row.returned_words = ""
    return row


def _save(rows: Sequence[MonthlyReturn]) -> None:
    names = ["state", "state_on", "draft", "returned_words", "version"]
    save_fields(rows, names)
