"""The product's own user, the access log, and the runs of scheduled jobs; no domain words and no keys into it."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _

from portfolio.appendonly import AppendOnly


class Role(models.TextChoices):
    """Who a person is to the product; the last three never combine with another and see no project facts."""

    PROJECT_UNIT = "project_unit", _("Project unit")
    COUNTY_STAFF = "county_staff", _("County staff")
    COUNTY_REVIEWER = "county_reviewer", _("County reviewer")
    CITY_OFFICE = "city_office", _("City project office")
    LEADER = "leader", _("Responsible city leader")
    LIAISON = "liaison", _("Liaison officer")
    AUDITOR = "auditor", _("Audit bureau")
    LOG_AUDITOR = "log_auditor", _("Log auditor")
    ACCOUNT_ADMIN = "account_admin", _("Account administrator")
    SECURITY_ADMIN = "security_admin", _("Security administrator")


class UserManager(BaseUserManager["User"]):
    """Makes accounts; there is no superuser with every right, only roles."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """One person's account. `division`, `organisation` and `person` are codes of the domain's rows."""

    username = models.CharField(_("user name"), max_length=64, unique=True)
    display_name = models.CharField(_("name"), max_length=100)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    division = models.CharField(_("unit code"), max_length=12, blank=True)
    organisation = models.CharField(_("organisation code"), max_length=40, blank=True)
    person = models.CharField(_("person code"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    is_active = models.BooleanField(_("active"), default=True)
    is_demo = models.BooleanField(_("demonstration account"), default=False)
    access_from = models.DateField(_("access from"), null=True, blank=True)
    access_until = models.DateField(_("access until"), null=True, blank=True)
    must_change_password = models.BooleanField(_("must change the password"), default=False)
    password_changed_at = models.DateTimeField(_("password changed at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    is_system = False
    acted_by: "User | None" = None
    """Who is at work in this person's name; the rights are this person's, and so is nothing else."""
    in_whose_name = ""

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["display_name", "role"]

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_known"),
            models.CheckConstraint(
                condition=~models.Q(role__in=["county_staff", "county_reviewer"]) | ~models.Q(division=""),
                name="user_county_role_has_division",
            ),
            models.CheckConstraint(
                condition=~models.Q(role="project_unit") | ~models.Q(organisation=""), name="user_unit_has_organisation"
            ),
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    def get_short_name(self) -> str:
        """How the administration's pages greet the person."""
        return str(self)

    @classmethod
    def system(cls) -> "User":
        """The product itself, for commands and scheduled jobs: never saved, never able to sign in."""
        actor = cls(username="system", display_name="系统", is_active=False)
        actor.is_system = True
        return actor

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Never in somebody else's name: the account as a stand-in carries it is a mask, not a row."""
        if self.acted_by is not None:
            raise RuntimeError("a stand-in changes no account")
        super().save(*args, **kwargs)

    @property
    def is_staff(self) -> bool:
        """The admin site shows facts and never writes them; only these roles enter it."""
        return self.role in {Role.CITY_OFFICE, Role.ACCOUNT_ADMIN, Role.SECURITY_ADMIN}


class StandIn(models.Model):
    """For a time a colleague may do a person's work (A/B岗): with that person's rights and scope, never with more."""

    person = models.ForeignKey(User, models.PROTECT, related_name="stand_ins", verbose_name=_("person"))
    deputy = models.ForeignKey(User, models.PROTECT, related_name="stands_in_for", verbose_name=_("stand-in"))
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    named_at = models.DateTimeField(_("named at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("stand-in")
        verbose_name_plural = _("stand-ins")
        ordering = ["-valid_from", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__gte=models.F("valid_from")), name="stand_in_ends_after_start"
            ),
            models.CheckConstraint(condition=~models.Q(person=models.F("deputy")), name="stand_in_is_another"),
        ]

    def __str__(self) -> str:
        return f"{self.deputy_id} for {self.person_id}"


class AccessEvent(AppendOnly):
    """Who signed in, saw or took what: append-only, in a hash chain of its own, apart from the change log."""

    class Kind(models.TextChoices):
        SIGN_IN = "sign_in", _("Signed in")
        SIGN_OUT = "sign_out", _("Signed out")
        REFUSED = "refused", _("Sign-in refused")
        LOCKED_OUT = "locked_out", _("Locked out")
        EXPORT = "export", _("Exported")
        DOWNLOAD = "download", _("Downloaded")
        READ_MAIL = "read_mail", _("Read a sent mail")
        FORBIDDEN = "forbidden", _("Refused access")
        PASSWORD = "password", _("Changed the password")
        ACCOUNT = "account", _("Changed an account")
        UNLOCKED = "unlocked", _("Lifted a lock-out")
        VERIFIED = "verified", _("Walked the access log")
        STAND_IN = "stand_in", _("Stood in")

    seq = models.BigIntegerField(_("position"), primary_key=True)
    at = models.CharField(_("at"), max_length=32)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    account = models.CharField(_("account"), max_length=64)
    name = models.CharField(_("who"), max_length=100, blank=True)
    address = models.CharField(_("network address"), max_length=45, blank=True)
    subject = models.CharField(_("what"), max_length=300, blank=True)
    detail = models.TextField(_("detail"), blank=True)
    hash_version = models.PositiveSmallIntegerField(_("hash version"))
    previous = models.CharField(_("hash before"), max_length=64)
    leaf = models.CharField(_("hash of the content"), max_length=64)
    hash = models.CharField(_("hash"), max_length=64)

    class Meta:
        verbose_name = _("access event")
        verbose_name_plural = _("access log")
        ordering = ["seq"]
        indexes = [models.Index(fields=["account", "seq"], name="access_by_account")]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind} {self.account}"

    def payload(self) -> dict[str, str]:
        """What the leaf hash covers."""
        return {name: getattr(self, name) for name in ("at", "kind", "account", "name", "address", "subject", "detail")}


class AccessHead(models.Model):
    """The one row that writers of access events lock."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("head of the access log")
        verbose_name_plural = _("head of the access log")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="access_one_head")]

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


class JobRun(models.Model):
    """One run of a scheduled job for one slot (a day, a month, a minute): unique, so two schedulers run it once."""

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    job = models.CharField(_("job"), max_length=40)
    slot = models.CharField(_("slot"), max_length=40)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.RUNNING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=1)
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    result = models.JSONField(_("result"), default=dict, blank=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("run of a job")
        verbose_name_plural = _("runs of jobs")
        ordering = ["-started_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["job", "slot"], name="job_slot_once")]
        indexes = [models.Index(fields=["job", "-started_at"], name="job_by_start")]

    def __str__(self) -> str:
        return f"{self.job} {self.slot}"
