"""Units, organisations and people as those choose them who set an account's scope: codes with names, nothing else."""

from projects.models import Division, Organisation, Person


def divisions() -> list[tuple[str, str]]:
    """Units that there are today; former ones have no accounts."""
    rows = Division.objects.exclude(kind=Division.Kind.HISTORICAL).order_by("code")
    return [(row.code, row.name) for row in rows]


def organisations() -> list[tuple[str, str]]:
    """Every organisation, by name."""
    return list(Organisation.objects.order_by("name", "code").values_list("code", "name"))


def people() -> list[tuple[str, str]]:
    """Leaders, liaison officers and others whom projects name."""
    return list(Person.objects.order_by("kind", "name", "code").values_list("code", "name"))
