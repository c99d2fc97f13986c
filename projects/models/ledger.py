"""The change log (变更日志): every change of facts as one chained row, append-only, gapless, without foreign keys.

History outlives its subject: rows name models and natural keys, never ids. Only projects.actions.record writes here.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portfolio.appendonly import AppendOnly

PAYLOAD = (
    "at", "business_date", "actor", "actor_name", "origin", "batch", "model", "key", "project", "act", "changes",
    "reason", "source",
)  # fmt: skip


class Origin(models.TextChoices):
    """By which door a change came in."""

    WEB = "web", _("Web page")
    EXCEL = "excel", _("Excel file")
    COMMAND = "command", _("Command")
    TASK = "task", _("Scheduled job")
    REPLAY = "replay", _("Demonstration replay")


class Act(models.TextChoices):
    """What was done to the row."""

    CREATE = "create", _("Created")
    UPDATE = "update", _("Changed")
    SUBMIT = "submit", pgettext_lazy("act", "Submitted")
    REVIEW = "review", _("Reviewed")
    ACCEPT = "accept", _("Accepted")
    GIVE_BACK = "give_back", _("Returned")
    CORRECT = "correct", _("Corrected after the lock")
    APPROVE = "approve", _("Approved")
    LOCK = "lock", pgettext_lazy("act", "Locked")
    JOIN = "join", _("Joined a list")
    LEAVE = "leave", _("Left a list")
    ASSIGN = "assign", _("Assigned")
    ADOPT = "adopt", _("Adopted")


class Change(AppendOnly):
    """One change of facts. `changes` is canonical JSON text: {field: [old, new]}, amounts in yuan, dates ISO."""

    seq = models.BigIntegerField(_("position"), primary_key=True)
    at = models.CharField(_("at"), max_length=32)
    business_date = models.CharField(_("business date"), max_length=10)
    actor = models.CharField(_("account"), max_length=64)
    actor_name = models.CharField(_("who"), max_length=100)
    origin = models.CharField(_("origin"), max_length=10, choices=Origin.choices)
    batch = models.CharField(_("batch"), max_length=40)
    model = models.CharField(_("kind of row"), max_length=40)
    key = models.CharField(_("row"), max_length=200)
    project = models.CharField(_("project code"), max_length=40, blank=True)
    act = models.CharField(_("act"), max_length=12, choices=Act.choices)
    changes = models.TextField(_("changes"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    hash_version = models.PositiveSmallIntegerField(_("hash version"))
    previous = models.CharField(_("hash before"), max_length=64)
    leaf = models.CharField(_("hash of the content"), max_length=64)
    hash = models.CharField(_("hash"), max_length=64)

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("change log")
        ordering = ["seq"]
        indexes = [
            models.Index(fields=["project", "seq"], name="change_by_project"),
            models.Index(fields=["at"], name="change_by_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.model} {self.key}"

    def payload(self) -> dict[str, str]:
        """What the leaf hash covers: every column but position and hashes."""
        return {name: getattr(self, name) for name in PAYLOAD}


class LedgerHead(models.Model):
    """The one row that writers lock: the last position and its hash."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(_("position"), default=0)
    hash = models.CharField(_("hash"), max_length=64)
    at = models.CharField(_("at"), max_length=32, blank=True)

    class Meta:
        verbose_name = _("head of the change log")
        verbose_name_plural = _("head of the change log")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="ledger_one_head")]

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"
