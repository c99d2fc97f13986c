"""The lists with their members, and the notices by which they were adjusted. A handful of statements."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q, QuerySet

from projects.models import Listing, Programme, ProjectClass


@dataclass(slots=True)
class ListState:
    """A list on a day: how many projects stand on it in which class, and how many notices adjusted it."""

    programme: Programme
    implementation: int = 0
    preparatory: int = 0
    notices: int = 0


@dataclass(slots=True)
class NoticeOf:
    """One notice that adjusted a list: its document, its day, and the projects of each kind: (code, name)."""

    document: str
    on: date
    kinds: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))

    @property
    def rows(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """The kinds in the order of a notice's annexes, in words."""
        words = dict(Listing.Joined.choices) | dict(Listing.Left.choices)
        return [(str(words[kind]), self.kinds[kind]) for kind in ORDER if kind in self.kinds]


ORDER = ("added_implementation", "added_preparatory", "promoted", "demoted", "withdrawn")


def lists(as_of: date) -> list[ListState]:
    """The lists whose projects are tracked here, the newest year first."""
    on = Q(listings__known_from__isnull=False, listings__known_to__isnull=True, listings__joined_on__lte=as_of)
    on &= Q(listings__left_on__isnull=True) | Q(listings__left_on__gt=as_of)
    rows = (
        Programme.objects.filter(is_tracked=True)
        .annotate(
            building=Count("listings", filter=on & Q(listings__project_class=ProjectClass.IMPLEMENTATION)),
            preparing=Count("listings", filter=on & Q(listings__project_class=ProjectClass.PREPARATORY)),
        )
        .order_by("-year", "code")
    )
    adjusted: dict[int, set[tuple[str, date]]] = defaultdict(set)
    for programme, document, day, _kind, _code, _name in _events(Programme.objects.filter(is_tracked=True)):
        adjusted[programme].add((document, day))
    return [ListState(row, row.building, row.preparing, len(adjusted[row.pk])) for row in rows]


def quoted() -> list[Programme]:
    """Lists of which only what is published is kept, with the number of their targets; the newest year first."""
    rows = Programme.objects.filter(is_tracked=False).annotate(told=Count("targets"))
    return list(rows.order_by("-year", "code"))


def notices(programme: Programme) -> list[NoticeOf]:
    """The notices that adjusted one list, the newest first."""
    found: dict[tuple[str, date], NoticeOf] = {}
    for _list, document, day, kind, code, name in _events(Programme.objects.filter(pk=programme.pk)):
        found.setdefault((document, day), NoticeOf(document, day)).kinds[kind].append((code, name))
    return sorted(found.values(), key=lambda one: (one.on, one.document), reverse=True)


def _events(programmes: "QuerySet[Programme]") -> list[tuple[int, str, date, str, str, str]]:
    """Adjustments as dated events: what joined after the issue, and what was withdrawn."""
    known = Listing.objects.known().filter(programme__in=programmes)
    joined = known.exclude(joined_as=Listing.Joined.INITIAL).values_list(
        "programme_id", "joined_document", "joined_on", "joined_as", "project__code", "project__name"
    )
    left = known.filter(left_as=Listing.Left.WITHDRAWN).values_list(
        "programme_id", "left_document", "left_on", "left_as", "project__code", "project__name"
    )
    events = [(*one[:2], one[2], *one[3:]) for one in (*joined, *left) if one[2] is not None]
    return sorted(events, key=lambda one: (one[2], one[4]))
