"""Short ways to ask for workbooks, build and take them, and a disk that is full."""

import resource
from contextlib import contextmanager
from pathlib import Path

from django.test import RequestFactory

from projects.core.periods import Period
from reports.actions import archive

DECEMBER = Period(2023, 12)


@contextmanager
def full_disk(bytes_left=8192):
    """The system lets no file of this process grow beyond so many bytes, as a full disk would."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_left, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def ask(by, kind="summary", **facts):
    return archive.request_workbook(by=by, kind=kind, **({"period": DECEMBER} | facts))


def build(by, kind="summary", **facts):
    return archive.build(archive_id=ask(by, kind, **facts).pk)


def files(folder):
    return sorted(path.name for path in Path(folder).rglob("*") if path.is_file())


def take(by, row):
    request = RequestFactory().get(f"/archive/{row.pk}/download/")
    request.user = by
    return archive.download(by=by, archive_id=row.pk, request=request)
