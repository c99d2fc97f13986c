"""/archive/<id>/download/ – gives out archived bytes as they are; each time is recorded."""

from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_GET

from portfolio.web.access import Act
from portfolio.web.doors import opened_by
from reports.actions.archive import download

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@opened_by(Act.DOWNLOAD_WORKBOOK)
@require_GET
def download_workbook(request: HttpRequest, pk: int) -> FileResponse:
    """The file under its own (Chinese) name."""
    row, file = download(by=request.user, archive_id=pk, request=request)
    return FileResponse(file, as_attachment=True, filename=row.file_name, content_type=XLSX)
