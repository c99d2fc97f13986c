"""Plans, returns, milestones and the months that they belong to."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from projects import models as projects
from tests.factories.moment import MOMENT
from tests.factories.register import ProjectFactory


class PlanRevisionFactory(DjangoModelFactory):
    """A plan of 1 200 万元, the same each month."""

    class Meta:
        model = projects.PlanRevision

    project = factory.SubFactory(ProjectFactory)
    year = 2023
    amount = 12_000_000
    approved_on = date(2023, 1, 1)
    known_from = 0

    @classmethod
    def _adjust_kwargs(cls, **kwargs):
        if not any(month in kwargs for month in projects.MONTHS):
            part, rest = divmod(kwargs["amount"], 12)
            kwargs |= dict.fromkeys(projects.MONTHS, part) | {"m12": part + rest}
        return kwargs


class OpeningFigureFactory(DjangoModelFactory):
    class Meta:
        model = projects.OpeningFigure

    project = factory.SubFactory(ProjectFactory)
    year = 2023
    amount = 5_000_000
    known_from = 0


class ReportingRuleFactory(DjangoModelFactory):
    """An office's own rules from March 2024: the 28th of the month, in December the 25th."""

    class Meta:
        model = projects.ReportingRule

    code = "office"
    edition = factory.Sequence(lambda n: n + 1)
    name_zh = "本办规定"
    effective_from = date(2024, 3, 1)
    known_from = 0

    @factory.lazy_attribute
    def definition(self):
        cut_off = {"anchor": "day", "number": 28, "months_after": 0, "shift": "previous_workday", "shift_days": 0}
        return {
            "code": self.code, "name": self.name_zh, "version": self.edition, "source": "本地设定",
            "effective_from": self.effective_from.isoformat(), "cut_off": cut_off,
            "december": cut_off | {"number": 25},
        }  # fmt: skip


class MonthlyReturnFactory(DjangoModelFactory):
    class Meta:
        model = projects.MonthlyReturn
        django_get_or_create = ["project", "period"]

    project = factory.SubFactory(ProjectFactory)
    period = "2023-12"


class ReturnVersionFactory(DjangoModelFactory):
    """An accepted return of 1 000 万元 for December 2023."""

    class Meta:
        model = projects.ReturnVersion

    class Params:
        under_review = factory.Trait(known_from=None)

    project = factory.SubFactory(ProjectFactory)
    period = "2023-12"
    monthly_return = factory.SubFactory(
        MonthlyReturnFactory,
        project=factory.SelfAttribute("..project"),
        period=factory.SelfAttribute("..period"),
        state=projects.ReturnState.ACCEPTED,
    )
    number = 1
    invested = 10_000_000
    submitted_by = "caoxian"
    submitted_at = MOMENT
    known_from = 0


class FundingSourceFactory(DjangoModelFactory):
    class Meta:
        model = projects.FundingSource

    project = factory.SubFactory(ProjectFactory)
    kind = "own_funds"
    amount = 50_000_000
    provenance = projects.Provenance.DEMO
    known_from = 0


class BondIssueFactory(DjangoModelFactory):
    class Meta:
        model = projects.BondIssue

    project = factory.SubFactory(ProjectFactory)
    batch = "2023-01"
    issued_on = date(2023, 3, 1)
    amount = 30_000_000
    known_from = 0


class MilestoneStepFactory(DjangoModelFactory):
    class Meta:
        model = projects.MilestoneStep
        django_get_or_create = ["code"]

    class Params:
        start = factory.Trait(code="D01", name_zh="开工", name_en="Start")

    code = "D04"
    name_zh = "主体封顶"
    name_en = "Topped out"
    phase = "D"


class MilestoneTemplateFactory(DjangoModelFactory):
    class Meta:
        model = projects.MilestoneTemplate
        django_get_or_create = ["code"]

    code = "filed_industry"
    name_zh = "备案类产业项目"


class TemplateStepFactory(DjangoModelFactory):
    class Meta:
        model = projects.TemplateStep

    template = factory.SubFactory(MilestoneTemplateFactory)
    step = factory.SubFactory(MilestoneStepFactory)
    position = factory.Sequence(lambda n: n + 1)


class MilestoneFactory(DjangoModelFactory):
    """Topping out, planned for Friday 2023-12-29 and still open."""

    class Meta:
        model = projects.Milestone

    class Params:
        done = factory.Trait(actual_on=date(2023, 12, 20))

    project = factory.SubFactory(ProjectFactory)
    step = factory.SubFactory(MilestoneStepFactory)
    position = 1
    planned_on = date(2023, 12, 29)
    baseline_on = due_on = factory.SelfAttribute("planned_on")


class MilestoneRevisionFactory(DjangoModelFactory):
    class Meta:
        model = projects.MilestoneRevision

    milestone = factory.SubFactory(MilestoneFactory)
    number = 1
    planned_on = factory.SelfAttribute("milestone.planned_on")
    known_from = 0


class ReplanRequestFactory(DjangoModelFactory):
    """A later date for a milestone, asked for on the demonstration's business date."""

    class Meta:
        model = projects.ReplanRequest

    milestone = factory.SubFactory(MilestoneFactory)
    planned_on = date(2024, 3, 1)
    reason = "用地手续未办结（示例）"
    asked_by = "caoxian"
    asked_on = date(2024, 1, 12)


class ReportingPeriodFactory(DjangoModelFactory):
    """December 2023, open, due on its fifth working day after the month's end."""

    class Meta:
        model = projects.ReportingPeriod
        django_get_or_create = ["period"]

    class Params:
        locked = factory.Trait(state="locked", locked_at=MOMENT, locked_position=0)

    period = "2023-12"
    opens_on = date(2023, 12, 1)
    due_on = date(2024, 1, 8)


class LockedFigureFactory(DjangoModelFactory):
    class Meta:
        model = projects.LockedFigure

    period = factory.SubFactory(ReportingPeriodFactory, locked=True)
    project = factory.SubFactory(ProjectFactory)
    light = "green"
