"""Workbooks as they were built: their bytes on disk, their checksums here, and every download of them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portfolio.appendonly import AppendOnly


class ArchivedWorkbook(models.Model):
    """One building of a workbook. Its bytes are in place when its state is ready, never before.

    `period` is empty where everything up to the position is covered; `scope` is "" for every project,
    "division/CODE" or "organisation/CODE".
    """

    class State(models.TextChoices):
        QUEUED = "queued", pgettext_lazy("workbook", "Queued")
        BUILDING = "building", _("Being built")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")

    kind = models.CharField(_("kind"), max_length=30)
    title = models.CharField(_("title"), max_length=200)
    period = models.CharField(_("period"), max_length=7, blank=True)
    as_of = models.DateField(_("as of"))
    as_known = models.BigIntegerField(_("as known at ledger position"))
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    parameters = models.JSONField(_("filters"), default=dict, blank=True)
    scope = models.CharField(_("scope"), max_length=60, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.QUEUED)
    requested_by = models.CharField(_("requested by"), max_length=64)
    requested_at = models.DateTimeField(_("requested at"))
    started_at = models.DateTimeField(_("building since"), null=True, blank=True)
    built_at = models.DateTimeField(_("built at"), null=True, blank=True)
    file_name = models.CharField(_("file name"), max_length=200, blank=True)
    path = models.CharField(_("path in the archive"), max_length=200, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), null=True, blank=True)
    sha256 = models.CharField(_("sha256"), max_length=64, blank=True)
    content_sha256 = models.CharField(_("digest of the content"), max_length=64, blank=True)
    rows = models.JSONField(_("rows by sheet"), default=dict, blank=True)
    control_totals = models.JSONField(_("control totals"), default=dict, blank=True)
    ledger_head = models.CharField(_("head of the change log"), max_length=90, blank=True)
    error = models.TextField(_("error"), blank=True)

    passed_on: bool | None = None
    """Whether a worker was told of it, on the object that was just asked for; not stored."""

    class Meta:
        verbose_name = _("workbook")
        verbose_name_plural = _("archive")
        ordering = ["-requested_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="ready") | (~Q(sha256="") & ~Q(path="") & Q(size__isnull=False)),
                name="archive_ready_has_bytes",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def asker(self) -> str:
        """The account that asked for it, or the product itself."""
        return str(_("the system")) if self.requested_by == "system" else self.requested_by


class DownloadEvent(AppendOnly):
    """One download of an archived workbook: who took which bytes, and when."""

    workbook = models.ForeignKey(ArchivedWorkbook, models.PROTECT, related_name="downloads", verbose_name=_("workbook"))
    account = models.CharField(_("account"), max_length=64)
    name = models.CharField(_("who"), max_length=100)
    at = models.DateTimeField(_("at"))
    sha256 = models.CharField(_("sha256"), max_length=64)

    class Meta:
        verbose_name = _("download")
        verbose_name_plural = _("downloads")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.workbook_id} {self.account}"
