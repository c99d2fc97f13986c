"""Money by month: annual plans in numbered revisions, monthly returns in append-only versions. Amounts are yuan."""

from functools import reduce
from operator import add

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from projects.models.base import Provenance, Versioned, current, known_order, yuan
from projects.models.registry import Project

MONTHS = [f"m{month:02d}" for month in range(1, 13)]


class PlanRevision(Versioned):
    """An annual plan (年度计划投资) with its twelve months in one row, so that the database checks the sum.

    In force on a day is the revision approved last on or before it; nothing is overwritten.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="plans", verbose_name=_("project"))
    year = models.PositiveSmallIntegerField(_("year"))
    revision = models.PositiveSmallIntegerField(_("revision"), default=1)
    amount = yuan(_("annual plan"))
    m01 = yuan(_("plan for January"), default=0)
    m02 = yuan(_("plan for February"), default=0)
    m03 = yuan(_("plan for March"), default=0)
    m04 = yuan(_("plan for April"), default=0)
    m05 = yuan(_("plan for May"), default=0)
    m06 = yuan(_("plan for June"), default=0)
    m07 = yuan(_("plan for July"), default=0)
    m08 = yuan(_("plan for August"), default=0)
    m09 = yuan(_("plan for September"), default=0)
    m10 = yuan(_("plan for October"), default=0)
    m11 = yuan(_("plan for November"), default=0)
    m12 = yuan(_("plan for December"), default=0)
    document = models.CharField(_("approval document"), max_length=100, blank=True)
    approved_on = models.DateField(_("approved on"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("annual plan")
        verbose_name_plural = _("annual plans")
        ordering = ["project_id", "year", "revision"]
        constraints = [
            known_order("plan_known_order"),
            models.CheckConstraint(condition=Q(amount=reduce(add, map(F, MONTHS))), name="plan_months_sum_to_year"),
            models.CheckConstraint(
                condition=reduce(lambda left, right: left & right, (Q(**{f"{m}__gte": 0}) for m in MONTHS)),
                name="plan_months_not_negative",
            ),
            models.UniqueConstraint(
                fields=["project", "year", "revision"], condition=current(), name="plan_revision_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["year", "project"],
                include=["amount", "approved_on", "revision"],
                condition=current(),
                name="plan_current_amounts",
            )
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.year}/{self.revision}"

    @property
    def months(self) -> tuple[int, ...]:
        """The twelve monthly amounts in yuan."""
        return tuple(getattr(self, month) for month in MONTHS)


class OpeningFigure(Versioned):
    """What a project had completed since its start at the end of the year before, in yuan."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="openings", verbose_name=_("project"))
    year = models.PositiveSmallIntegerField(_("year"))
    amount = yuan(_("completed before this year"))

    class Meta:
        verbose_name = _("opening figure")
        verbose_name_plural = _("opening figures")
        ordering = ["project_id", "year"]
        constraints = [
            known_order("opening_known_order"),
            models.UniqueConstraint(fields=["project", "year"], condition=current(), name="opening_once_per_year"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.year}"


class ReturnState(models.TextChoices):
    """Where a month's return stands on its way from the project unit to the city."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    REVIEWED = "reviewed", _("Reviewed by the county")
    ACCEPTED = "accepted", _("Accepted by the city")
    RETURNED = "returned", _("Returned with words")


class MonthlyReturn(models.Model):
    """One project's return for one month: its state, and a draft that is outside the ledger until it is submitted.

    `period` is `YYYY-MM`. `draft` holds typed values by field name; `version` refuses stale forms.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="returns", verbose_name=_("project"))
    period = models.CharField(_("period"), max_length=7)
    state = models.CharField(_("state"), max_length=10, choices=ReturnState.choices, default=ReturnState.DRAFT)
    state_on = models.DateField(_("in this state since"), null=True, blank=True)
    returned_words = models.CharField(_("why it was returned"), max_length=500, blank=True)
    draft = models.JSONField(_("draft"), default=dict, blank=True)
    draft_by = models.CharField(_("drafted by"), max_length=64, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("monthly return")
        verbose_name_plural = _("monthly returns")
        ordering = ["period", "project_id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "period"], name="return_once_per_period"),
            models.CheckConstraint(condition=Q(state__in=ReturnState.values), name="return_state_known"),
            models.CheckConstraint(condition=~Q(state="returned") | ~Q(returned_words=""), name="return_with_words"),
        ]
        indexes = [models.Index(fields=["period", "state"], name="return_by_state")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.period}"


class ProblemKind(models.TextChoices):
    """What holds a project up."""

    LAND = "land", _("Land")
    FIRM = "firm", _("The firm itself")
    MONEY = "money", _("Money")
    CLEARANCE = "clearance", _("Clearance")
    APPROVAL = "approval", _("Approval")
    OTHER = "other", _("Other matters")


class ReturnVersion(Versioned):
    """One submitted version of a return. A fact from its acceptance (`known_from`) until a later version replaces it.

    All amounts are cumulative this year (自年初累计) in yuan; the month is the difference from the month before.
    `project` and `period` repeat the return's, so that totals read one table.
    """

    monthly_return = models.ForeignKey(
        MonthlyReturn, models.PROTECT, related_name="versions", verbose_name=_("monthly return")
    )
    project = models.ForeignKey(Project, models.PROTECT, related_name="+", verbose_name=_("project"))
    period = models.CharField(_("period"), max_length=7)
    number = models.PositiveSmallIntegerField(_("version"))
    invested = yuan(_("completed this year"))
    statistics = yuan(_("entered into statistics this year"), null=True, blank=True)
    funds_arrived = yuan(_("funds arrived this year"), null=True, blank=True)
    funds_paid = yuan(_("funds paid this year"), null=True, blank=True)
    physical_percent = models.PositiveSmallIntegerField(
        _("physical progress, percent"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    physical_text = models.CharField(_("physical progress"), max_length=500, blank=True)
    problem_kind = models.CharField(_("kind of problem"), max_length=10, choices=ProblemKind.choices, blank=True)
    problem_text = models.CharField(_("problems"), max_length=500, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    submitted_by = models.CharField(_("submitted by"), max_length=64)
    submitted_at = models.DateTimeField(_("submitted at"))
    is_restatement = models.BooleanField(_("corrects a locked month"), default=False)

    class Meta:
        verbose_name = _("version of a return")
        verbose_name_plural = _("versions of returns")
        ordering = ["project_id", "period", "number"]
        constraints = [
            known_order("return_version_known_order"),
            models.UniqueConstraint(fields=["monthly_return", "number"], name="return_version_number_once"),
            models.UniqueConstraint(
                fields=["project", "period"], condition=current(), name="return_one_accepted_version"
            ),
            models.CheckConstraint(condition=Q(invested__gte=0), name="return_invested_not_negative"),
            models.CheckConstraint(
                condition=Q(physical_percent__isnull=True) | Q(physical_percent__lte=100), name="return_percent_to_100"
            ),
        ]
        indexes = [
            models.Index(
                fields=["period", "project"], include=["invested"], condition=current(), name="return_accepted_figures"
            )
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.period} v{self.number}"


class FundingSource(Versioned):
    """Where a project's money comes from, by kind, in yuan."""

    class Kind(models.TextChoices):
        CENTRAL = "central_budget", _("Central budget")
        PROVINCE = "province_budget", _("Provincial budget")
        CITY = "city_budget", _("City budget")
        BOND = "special_bond", _("Special bond")
        LOAN = "loan", _("Bank loan")
        OWN = "own_funds", _("Own funds")
        OTHER = "other", _("Other")

    project = models.ForeignKey(Project, models.PROTECT, related_name="funding_sources", verbose_name=_("project"))
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    amount = yuan(_("amount"))
    provenance = models.CharField(_("provenance"), max_length=10, choices=Provenance.choices)

    class Meta:
        verbose_name = _("source of money")
        verbose_name_plural = _("sources of money")
        ordering = ["project_id", "kind"]
        constraints = [
            known_order("funding_known_order"),
            models.UniqueConstraint(fields=["project", "kind"], condition=current(), name="funding_once_per_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.kind}"


class BondIssue(Versioned):
    """One batch of a special bond for a project: issued on a day, so much of it spent by the end of a month."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="bond_issues", verbose_name=_("project"))
    batch = models.CharField(_("batch"), max_length=60)
    issued_on = models.DateField(_("issued on"))
    amount = yuan(_("amount"))
    spent = yuan(_("spent"), default=0)
    spent_period = models.CharField(_("spent by the end of"), max_length=7, blank=True)

    class Meta:
        verbose_name = _("bond batch")
        verbose_name_plural = _("bond batches")
        ordering = ["project_id", "issued_on", "batch"]
        constraints = [
            known_order("bond_known_order"),
            models.CheckConstraint(condition=Q(spent__lte=F("amount")), name="bond_spent_within_amount"),
            models.UniqueConstraint(
                fields=["project", "batch", "spent_period"], condition=current(), name="bond_once_per_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.batch}"
