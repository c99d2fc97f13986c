"""The register's rows: units, organisations, people, chains, projects and who is responsible for them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from projects.models.base import Bilingual, Provenance, Versioned, current, known_order, yuan
from projects.models.measures import FactMeasure


class Division(Bilingual):
    """A unit that is ranked or was (county, district, zone, city level), with the years in which its code holds."""

    class Kind(models.TextChoices):
        COUNTY = "county", _("County")
        DISTRICT = "district", _("District")
        ZONE = "zone", _("Development zone")
        CITY_LEVEL = "city_level", _("City level")
        HISTORICAL = "historical", _("Historical unit")

    code = models.CharField(_("code"), max_length=12, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    rank_group = models.CharField(_("ranked among"), max_length=10, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name=_("successor"))
    aliases = models.JSONField(_("other names"), default=list, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["code"]


class Industry(Bilingual):
    """An industry chain (产业链) of the city."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    aliases = models.JSONField(_("other names"), default=list, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("industry chain")
        verbose_name_plural = _("industry chains")
        ordering = ["position", "code"]


class Organisation(models.Model):
    """A firm that builds, a department that answers, an office that reports."""

    class Kind(models.TextChoices):
        OWNER = "owner", _("Project unit")
        DEPARTMENT = "department", _("Department")
        OFFICE = "office", _("Project office")

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200, db_index=True)
    credit_code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    division = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, verbose_name=_("unit"))
    provenance = models.CharField(_("provenance"), max_length=10, choices=Provenance.choices)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """Somebody whom projects name: a leader, a liaison officer, a contact."""

    class Kind(models.TextChoices):
        LEADER = "leader", _("Responsible city leader")
        LIAISON = "liaison", _("Liaison officer")
        RESPONSIBLE = "responsible", _("Person responsible")
        CONTACT = "contact", _("Contact")
        STAFF = "staff", _("Office staff")

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=100)
    title = models.CharField(_("title"), max_length=100, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, verbose_name=_("organisation"), related_name="people"
    )
    division = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, verbose_name=_("unit"))
    serves = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name=_("liaison officer of"), related_name="liaisons"
    )
    email = models.EmailField(_("e-mail"), blank=True)
    provenance = models.CharField(_("provenance"), max_length=10, choices=Provenance.choices)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Project(models.Model):
    """One project under its own stable code; names change, the code does not.

    Amounts are yuan. `version` grows with each change and refuses stale forms.
    """

    class Type(models.TextChoices):
        INDUSTRY = "industry", _("Industry")
        INFRASTRUCTURE = "infrastructure", _("Infrastructure")
        LIVELIHOOD = "livelihood", _("Livelihood")

    class Nature(models.TextChoices):
        NEW = "new", _("New construction")
        EXPANSION = "expansion", _("Expansion")
        RENOVATION = "technical_renovation", _("Technical renovation")
        RECONSTRUCTION = "reconstruction", _("Reconstruction")

    class Approval(models.TextChoices):
        FILING = "filing", _("Filing")
        VERIFICATION = "verification", _("Verification")
        APPROVAL = "approval", _("Approval")

    class Funding(models.TextChoices):
        PRIVATE = "private", _("Private money")
        GOVERNMENT = "government", _("Government money")
        MIXED = "mixed", _("Mixed money")

    code = models.CharField(_("project code"), max_length=40, unique=True)
    name = models.CharField(_("project name"), max_length=300, db_index=True)
    national_code = models.CharField(_("national project code"), max_length=24, blank=True, db_index=True)
    provenance = models.CharField(_("provenance"), max_length=10, choices=Provenance.choices)
    project_type = models.CharField(_("project type"), max_length=14, choices=Type.choices, blank=True)
    industry = models.ForeignKey(Industry, models.PROTECT, null=True, blank=True, verbose_name=_("industry chain"))
    nature = models.CharField(_("nature of construction"), max_length=24, choices=Nature.choices, blank=True)
    approval_kind = models.CharField(_("kind of approval"), max_length=14, choices=Approval.choices, blank=True)
    funding = models.CharField(_("funding"), max_length=12, choices=Funding.choices, blank=True)
    content = models.TextField(_("content and scale"), blank=True)
    total_investment = yuan(_("total investment"), null=True, blank=True)
    approved_estimate = yuan(_("approved estimate"), null=True, blank=True)
    start_year = models.PositiveSmallIntegerField(_("first year"), null=True, blank=True)
    end_year = models.PositiveSmallIntegerField(_("last year"), null=True, blank=True)
    carried_over = models.BooleanField(_("carried over"), null=True, blank=True)
    division = models.ForeignKey(
        Division, models.PROTECT, null=True, blank=True, verbose_name=_("unit"), related_name="projects"
    )
    owner = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, verbose_name=_("project unit"), related_name="projects"
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name=_("package"), related_name="parts"
    )
    is_package = models.BooleanField(_("is a package"), default=False)
    is_park = models.BooleanField(_("is a park or platform"), default=False)
    template = models.CharField(_("milestone template"), max_length=30, blank=True)
    stopped_on = models.DateField(_("stopped on"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(provenance__in=Provenance.values), name="project_provenance_known"),
            models.CheckConstraint(
                condition=Q(total_investment__isnull=True) | Q(total_investment__gte=0),
                name="project_total_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(end_year__isnull=True) | Q(start_year__isnull=True) | Q(end_year__gte=F("start_year")),
                name="project_years_in_order",
            ),
            models.UniqueConstraint(
                fields=["national_code"], condition=~Q(national_code=""), name="project_national_code_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProjectAlias(models.Model):
    """Another name under which the project is known, a former one included; matching reads it."""

    class Kind(models.TextChoices):
        ALIAS = "alias", _("Other name")
        FORMER = "former", _("Former name")
        SLIP = "slip", _("Slip in a source")

    project = models.ForeignKey(Project, models.PROTECT, related_name="aliases", verbose_name=_("project"))
    name = models.CharField(_("name"), max_length=300, db_index=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    until = models.DateField(_("until"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("other name")
        verbose_name_plural = _("other names")
        ordering = ["project_id", "name"]
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="alias_once_per_project")]

    def __str__(self) -> str:
        return self.name


class ProjectFact(models.Model):
    """One published figure or statement about a project, as its source has it; differing ones stand side by side."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="facts", verbose_name=_("project"))
    measure = models.CharField(_("measure"), max_length=40, choices=FactMeasure.choices)
    value = models.CharField(_("value"), max_length=500)
    unit = models.CharField(_("unit of measure"), max_length=20, blank=True)
    qualifier = models.CharField(_("qualifier"), max_length=20, blank=True)
    amount = yuan(_("amount"), null=True, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    year_to = models.PositiveSmallIntegerField(_("last year"), null=True, blank=True)
    event_date = models.CharField(_("happened or promised for, as exact as known"), max_length=10, blank=True)
    as_written = models.CharField(_("name in the source"), max_length=300, blank=True)
    source = models.CharField(_("source"), max_length=300)
    section = models.CharField(_("section"), max_length=200, blank=True)
    source_date = models.DateField(_("date of the source"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("published fact")
        verbose_name_plural = _("published facts")
        ordering = ["project_id", "measure", "id"]

    def __str__(self) -> str:
        return f"{self.measure}: {self.value}"


class ProjectShare(Versioned):
    """A unit's share of a project in one year, in basis points; the shares of a project and year sum to 10 000."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="shares", verbose_name=_("project"))
    division = models.ForeignKey(Division, models.PROTECT, related_name="shares", verbose_name=_("unit"))
    year = models.PositiveSmallIntegerField(_("year"))
    basis_points = models.PositiveSmallIntegerField(_("share in basis points"))

    class Meta:
        verbose_name = _("share")
        verbose_name_plural = _("shares")
        ordering = ["project_id", "year", "division_id"]
        constraints = [
            known_order("share_known_order"),
            models.CheckConstraint(
                condition=Q(basis_points__gt=0, basis_points__lte=10_000), name="share_within_the_whole"
            ),
            models.UniqueConstraint(
                fields=["project", "year", "division"], condition=current(), name="share_once_per_unit_and_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.year} {self.division_id} {self.basis_points}"


class Assignment(Versioned):
    """Who answers for a project, and from when to when; nobody is overwritten."""

    class Kind(models.TextChoices):
        LEADER = "leader", _("Responsible city leader")
        LIAISON = "liaison", _("Liaison officer")
        UNIT = "responsible_unit", _("Responsible unit")
        PERSON = "responsible_person", _("Person responsible")
        CONTACT = "contact", _("Contact")

    project = models.ForeignKey(Project, models.PROTECT, related_name="assignments", verbose_name=_("project"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="assignments", verbose_name=_("person")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="assignments", verbose_name=_("organisation")
    )
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["project_id", "kind", "valid_from"]
        constraints = [
            known_order("assignment_known_order"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="assignment_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False, organisation__isnull=True)
                | Q(person__isnull=True, organisation__isnull=False),
                name="assignment_names_one",
            ),
        ]
        indexes = [models.Index(fields=["person", "kind", "project"], name="assignment_by_person")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.kind}"
