"""The kinds of files that can be imported: who may, how one is read into a plan, and how a plan is written.

The application registers each kind once, when it starts; pages, commands and batches know nothing more of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from portfolio.refusals import Refusal
from portfolio.web.access import Act, may
from projects.intake.plan import ImportPlan
from projects.models import ImportBatch

Options = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """How a field of a difference is written for a reader.

    `form`: text, money (yuan), percent, day, whole, or names: then `names()` gives the names of codes and choices.
    """

    label: Any
    form: str = "text"
    names: Callable[[], Mapping[str, Any]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Importer:
    """One kind. All callables take keywords.

    `read(data, name, by, options)` gives the plan and writes nothing; raises Unreadable and other refusals.
    `write(plan, by, batch)` writes `plan.changes` through actions, inside a transaction that is open and locked.
    `target(options)` tells apart what one file may be committed for more than once.
    `asks` are the fields of the upload form that it wants: programme, year, effective_on, document, period.
    `speaks` says which of the plan's fields a row of the change log came from, by kind of row; without it the fields
    are called alike. `mapped`: its columns can be corrected on the mapping page. `settled`: its conflicts can be
    settled row by row, `options["conflicts"]` being {key of the difference: file or web}.
    """

    kind: str
    title: Any
    purpose: Any
    act: Act
    read: Callable[..., ImportPlan]
    write: Callable[..., None]
    fields: Mapping[str, Shown] = field(default_factory=dict)
    target: Callable[[Options], str] = lambda options: ""
    speaks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    asks: tuple[str, ...] = ()
    mapped: bool = False
    settled: bool = False
    place: int = 0


_kinds: dict[str, Importer] = {}


def register(importer: Importer) -> None:
    """Make a kind of import known. Raises ValueError for a second one of the same name."""
    if importer.kind in _kinds and _kinds[importer.kind] is not importer:
        raise ValueError(f"two importers are called {importer.kind}")
    _kinds[importer.kind] = importer


def find(kind: str) -> Importer:
    """The importer of a kind. Raises Refusal for one that there is not."""
    if kind not in _kinds:
        raise Refusal(_("There is no import of this kind: %(kind)s") % {"kind": kind[:40]}, field="kind")
    return _kinds[kind]


def importers() -> list[Importer]:
    """Every kind, in the order of lists."""
    return sorted(_kinds.values(), key=lambda importer: importer.place)


def importers_for(user: Any) -> list[Importer]:
    """The kinds that a person may import."""
    return [importer for importer in importers() if may(user, importer.act)]


def title_of(batch: ImportBatch) -> Any:
    """What kind of file a batch is, in words."""
    return _kinds[batch.kind].title if batch.kind in _kinds else batch.kind
