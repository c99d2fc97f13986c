"""The domain's tables. Constraints hold what a database can hold; what depends on today is the actions'."""

from projects.models.base import Provenance
from projects.models.cycle import LockedFigure, ReportingPeriod, ReportingRule
from projects.models.imports import ColumnMemory, ImportBatch
from projects.models.investment import (
    MONTHS,
    BondIssue,
    FundingSource,
    MonthlyReturn,
    OpeningFigure,
    PlanRevision,
    ProblemKind,
    ReturnState,
    ReturnVersion,
)
from projects.models.ledger import Act, Change, LedgerHead, Origin
from projects.models.measures import FactMeasure, TargetMeasure
from projects.models.milestones import (
    Milestone,
    MilestoneRevision,
    MilestoneStep,
    MilestoneTemplate,
    ReplanRequest,
    TemplateStep,
)
from projects.models.policies import Exemption, ExemptionRequest, IndicatorChoice, Policy
from projects.models.programmes import Listing, Programme, ProjectClass, Target
from projects.models.registry import (
    Assignment,
    Division,
    Industry,
    Organisation,
    Person,
    Project,
    ProjectAlias,
    ProjectFact,
    ProjectShare,
)
from projects.models.standing import LightChoice, ProjectStanding, Stage, StandingHead
from projects.models.workdays import CalendarDay, CalendarYear

__all__ = [
    "MONTHS",
    "Act",
    "Assignment",
    "BondIssue",
    "CalendarDay",
    "CalendarYear",
    "Change",
    "ColumnMemory",
    "Division",
    "Exemption",
    "ExemptionRequest",
    "FactMeasure",
    "FundingSource",
    "ImportBatch",
    "IndicatorChoice",
    "Industry",
    "LedgerHead",
    "LightChoice",
    "Listing",
    "LockedFigure",
    "Milestone",
    "MilestoneRevision",
    "MilestoneStep",
    "MilestoneTemplate",
    "MonthlyReturn",
    "OpeningFigure",
    "Organisation",
    "Origin",
    "Person",
    "PlanRevision",
    "Policy",
    "ProblemKind",
    "Programme",
    "Project",
    "ProjectAlias",
    "ProjectClass",
    "ProjectFact",
    "ProjectShare",
    "ProjectStanding",
    "Provenance",
    "ReplanRequest",
    "ReportingPeriod",
    "ReportingRule",
    "ReturnState",
    "ReturnVersion",
    "Stage",
    "StandingHead",
    "Target",
    "TargetMeasure",
    "TemplateStep",
]
