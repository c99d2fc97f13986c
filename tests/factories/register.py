"""Units, organisations, people, projects and the lists that they are on."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from projects import models as projects


class DivisionFactory(DjangoModelFactory):
    class Meta:
        model = projects.Division
        django_get_or_create = ["code"]

    class Params:
        caoxian = factory.Trait(code="371721", name_zh="曹县", name_en="Cao County")
        shanxian = factory.Trait(code="371722", name_zh="单县", name_en="Shan County")

    code = factory.Sequence(lambda n: f"3799{n:02d}")
    name_zh = factory.Sequence(lambda n: f"试验县{n}")
    name_en = factory.Sequence(lambda n: f"Test County {n}")
    kind = projects.Division.Kind.COUNTY
    rank_group = "county"


class IndustryFactory(DjangoModelFactory):
    class Meta:
        model = projects.Industry
        django_get_or_create = ["code"]

    code = factory.Sequence(lambda n: f"chain-{n}")
    name_zh = factory.Sequence(lambda n: f"产业链{n}")
    name_en = factory.Sequence(lambda n: f"Chain {n}")


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = projects.Organisation
        django_get_or_create = ["code"]

    code = factory.Sequence(lambda n: f"ORG-{n + 1}")
    name = factory.Sequence(lambda n: f"试验公司{n}（示例）")
    kind = projects.Organisation.Kind.OWNER
    provenance = projects.Provenance.DEMO


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = projects.Person
        django_get_or_create = ["code"]

    class Params:
        leader = factory.Trait(kind=projects.Person.Kind.LEADER, name="市领导01", code="LEADER-1")

    code = factory.Sequence(lambda n: f"PERSON-{n + 1}")
    name = factory.Sequence(lambda n: f"联系人{n}（示例）")
    kind = projects.Person.Kind.CONTACT
    email = factory.LazyAttribute(lambda person: f"{person.code.lower()}@demo.invalid")
    provenance = projects.Provenance.DEMO


class ProjectFactory(DjangoModelFactory):
    """A demonstration project of 曹县 worth one 亿元."""

    class Meta:
        model = projects.Project

    class Params:
        published = factory.Trait(provenance=projects.Provenance.PUBLISHED, total_investment=None, owner=None)

    code = factory.Sequence(lambda n: f"T23-{n + 1:04d}")
    name = factory.Sequence(lambda n: f"试验项目{n + 1}（示例）")
    provenance = projects.Provenance.DEMO
    project_type = projects.Project.Type.INDUSTRY
    funding = projects.Project.Funding.PRIVATE
    total_investment = 100_000_000
    division = factory.SubFactory(DivisionFactory, caoxian=True)
    owner = factory.SubFactory(OrganisationFactory)


class ProjectAliasFactory(DjangoModelFactory):
    class Meta:
        model = projects.ProjectAlias

    project = factory.SubFactory(ProjectFactory)
    name = factory.Sequence(lambda n: f"别名{n}")
    kind = projects.ProjectAlias.Kind.ALIAS


class ProjectFactFactory(DjangoModelFactory):
    class Meta:
        model = projects.ProjectFact

    project = factory.SubFactory(ProjectFactory, published=True)
    measure = "stage"
    value = "建成投产"
    source = "菏泽市政府工作报告"


class ProjectShareFactory(DjangoModelFactory):
    class Meta:
        model = projects.ProjectShare

    project = factory.SubFactory(ProjectFactory)
    division = factory.SubFactory(DivisionFactory)
    year = 2023
    basis_points = 10_000
    known_from = 0


class AssignmentFactory(DjangoModelFactory):
    class Meta:
        model = projects.Assignment

    project = factory.SubFactory(ProjectFactory)
    kind = projects.Assignment.Kind.LEADER
    person = factory.SubFactory(PersonFactory, leader=True)
    valid_from = date(2023, 1, 1)
    known_from = 0


class ProgrammeFactory(DjangoModelFactory):
    class Meta:
        model = projects.Programme
        django_get_or_create = ["code"]

    code = "P2023-PROV"
    name_zh = "省级重点项目"
    name_en = "Provincial key projects"
    year = 2023
    level = projects.Programme.Level.PROVINCE
    provenance = projects.Provenance.PUBLISHED
    is_tracked = True


class TargetFactory(DjangoModelFactory):
    class Meta:
        model = projects.Target

    programme = factory.SubFactory(ProgrammeFactory)
    measure = "project_count"
    unit = "个"
    outcome = "151"
    source = "菏泽市政府工作报告"


class ListingFactory(DjangoModelFactory):
    """A project on P2023-PROV, class implementation, from the start of 2023."""

    class Meta:
        model = projects.Listing

    project = factory.SubFactory(ProjectFactory)
    programme = factory.SubFactory(ProgrammeFactory)
    project_class = projects.ProjectClass.IMPLEMENTATION
    joined_on = date(2023, 1, 1)
    joined_as = "initial"
    known_from = 0
