"""Lists of projects (programmes), what was promised for them, and which projects were on them when."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from projects.models.base import Bilingual, Provenance, Versioned, current, known_order, yuan
from projects.models.measures import TargetMeasure
from projects.models.registry import Project


class Programme(Bilingual):
    """A list of one year or a span of years: its level, theme and source."""

    class Level(models.TextChoices):
        PROVINCE = "province", _("Province")
        CITY = "city", _("City")
        CITY_COUNTY = "city_county", _("City and county")
        COUNTY = "county", _("County")
        NATION = "nation", _("Nation")
        OTHER = "other", _("Other")

    code = models.CharField(_("code"), max_length=40, unique=True)
    year = models.PositiveSmallIntegerField(_("year"))
    year_to = models.PositiveSmallIntegerField(_("last year"), null=True, blank=True)
    level = models.CharField(_("level"), max_length=12, choices=Level.choices)
    theme = models.CharField(_("theme"), max_length=100, blank=True)
    provenance = models.CharField(_("provenance"), max_length=10, choices=Provenance.choices)
    source = models.CharField(_("source"), max_length=300, blank=True)
    source_date = models.DateField(_("date of the source"), null=True, blank=True)
    is_tracked = models.BooleanField(_("its projects are tracked here"), default=False)
    version = models.PositiveIntegerField(_("version"), default=1)  # of the list with its targets

    class Meta:
        verbose_name = _("list")
        verbose_name_plural = _("lists")
        ordering = ["year", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(year_to__isnull=True) | Q(year_to__gte=F("year")), name="programme_years_in_order"
            )
        ]


class Target(models.Model):
    """What a source promised or reported for a list: quoted as text, and in yuan where it is money."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="targets", verbose_name=_("list"))
    measure = models.CharField(_("measure"), max_length=40, choices=TargetMeasure.choices)
    unit = models.CharField(_("unit of measure"), max_length=20)
    promised = models.CharField(_("promised"), max_length=40, blank=True)
    promised_yuan = yuan(_("promised, in yuan"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=40, blank=True)
    outcome_yuan = yuan(_("outcome, in yuan"), null=True, blank=True)
    rate = models.CharField(_("completion rate"), max_length=20, blank=True)
    qualifier = models.CharField(_("qualifier"), max_length=20, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    source = models.CharField(_("source"), max_length=300)
    section = models.CharField(_("section"), max_length=200, blank=True)
    known_on = models.DateField(_("public since"), null=True, blank=True)

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["programme_id", "measure"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "measure", "source"], name="target_once_per_source")
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.measure}"


class ProjectClass(models.TextChoices):
    """Projects that are being built count; preparatory ones stand on the list beside them."""

    IMPLEMENTATION = "implementation", _("Implementation")
    PREPARATORY = "preparatory", _("Preparatory")


class Listing(Versioned):
    """One spell of a project on a list in one class. The five kinds of adjustment end a spell, begin one, or both.

    On the list on day d: joined_on ≤ d and (left_on is empty or left_on > d).
    """

    class Joined(models.TextChoices):
        INITIAL = "initial", _("On the list as issued")
        ADDED_IMPLEMENTATION = "added_implementation", _("Added, implementation")
        ADDED_PREPARATORY = "added_preparatory", _("Added, preparatory")
        PROMOTED = "promoted", _("Preparatory to implementation")
        DEMOTED = "demoted", _("Implementation to preparatory")

    class Left(models.TextChoices):
        PROMOTED = "promoted", _("Preparatory to implementation")
        DEMOTED = "demoted", _("Implementation to preparatory")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    project = models.ForeignKey(Project, models.PROTECT, related_name="listings", verbose_name=_("project"))
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="listings", verbose_name=_("list"))
    project_class = models.CharField(_("class"), max_length=14, choices=ProjectClass.choices)
    joined_on = models.DateField(_("joined on"))
    joined_as = models.CharField(_("joined as"), max_length=20, choices=Joined.choices)
    joined_document = models.CharField(_("document of joining"), max_length=100, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    left_as = models.CharField(_("left as"), max_length=10, choices=Left.choices, blank=True)
    left_document = models.CharField(_("document of leaving"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("place on a list")
        verbose_name_plural = _("places on lists")
        ordering = ["programme_id", "project_id", "joined_on"]
        constraints = [
            known_order("listing_known_order"),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True, left_as="") | (Q(left_on__gt=F("joined_on")) & ~Q(left_as="")),
                name="listing_left_after_joined",
            ),
            models.CheckConstraint(condition=Q(project_class__in=ProjectClass.values), name="listing_class_known"),
            models.UniqueConstraint(
                fields=["project", "programme"],
                condition=current() & Q(left_on__isnull=True),
                name="listing_one_open_spell",
            ),
        ]
        indexes = [models.Index(fields=["programme", "project_class"], condition=current(), name="listing_current")]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.project_id} {self.project_class}"
