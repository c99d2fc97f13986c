"""The addresses of projects: register, project page, milestones, returns, change log."""

from django.urls import path

from projects.views import exemptions, policies, replans
from projects.views.change import change_page
from projects.views.forecasts import forecast_hits, forecast_page, project_forecast
from projects.views.grid import grid_lines, grid_page
from projects.views.import_columns import columns_page
from projects.views.imports import Imports, import_file, import_marked, import_page
from projects.views.ledger import ChangeLog
from projects.views.light_history import light_history_part
from projects.views.lists import list_edit, list_new, list_page, lists_page
from projects.views.milestone import milestone_page
from projects.views.monthly_return import return_page
from projects.views.project import project_page
from projects.views.register import Register
from projects.views.return_workbook import slip, workbook
from projects.views.returns import Returns
from projects.views.workdays import calendar_notice, calendar_page, calendar_quiet

urlpatterns = [
    path("replans/", replans.replans, name="replans"),
    path("replans/<int:pk>/", replans.replan, name="replan"),
    path("exemptions/", exemptions.Exemptions.as_view(), name="exemptions"),
    path("exemptions/<int:pk>/", exemptions.exemption, name="exemption"),
    path("lists/", lists_page, name="lists"),
    path("lists/new/", list_new, name="list_new"),
    path("lists/<str:code>/edit/", list_edit, name="list_edit"),
    path("lists/<str:code>/", list_page, name="list"),
    path("projects/", Register.as_view(), name="register"),
    path("projects/<str:code>/", project_page, name="project"),
    path("projects/<str:code>/exemption/", exemptions.new_exemption, name="exemption_new"),
    path("projects/<str:code>/forecast/", project_forecast, name="project_forecast"),
    path("projects/<str:code>/lights/", light_history_part, name="project_lights"),
    path("projects/<str:code>/milestones/<str:step>/", milestone_page, name="milestone"),
    path("projects/<str:code>/returns/<str:period>/", return_page, name="return"),
    path("projects/<str:code>/returns/<str:period>/workbook/", slip, name="return_slip"),
    path("forecast/", forecast_page, name="forecast"),
    path("forecast/hits/", forecast_hits, name="forecast_hits"),
    path("returns/", Returns.as_view(), name="returns"),
    path("returns/grid/<str:period>/", grid_page, name="grid"),
    path("returns/grid/<str:period>/lines/", grid_lines, name="grid_lines"),
    path("returns/workbook/", workbook, name="return_workbook"),
    path("imports/", Imports.as_view(), name="imports"),
    path("imports/<int:pk>/", import_page, name="import"),
    path("imports/<int:pk>/mapping/", columns_page, name="import_columns"),
    path("imports/<int:pk>/file/", import_file, name="import_file"),
    path("imports/<int:pk>/marked/", import_marked, name="import_marked"),
    path("calendar/", calendar_page, name="calendar"),
    path("calendar/notice/", calendar_notice, name="calendar_notice"),
    path("calendar/quiet/", calendar_quiet, name="calendar_quiet"),
    path("policies/", policies.policies, name="policies"),
    path("policies/import/", policies.policy_import, name="policy_import"),
    path("policies/what-if/", policies.what_if_page, name="what_if"),
    path("policies/<str:code>/<int:edition>/", policies.policy_page, name="policy"),
    path("policies/<str:code>/<int:edition>/edit/", policies.policy_edit, name="policy_edit"),
    path("policies/<str:code>/<int:edition>/adopt/", policies.policy_adopt, name="policy_adopt"),
    path("ledger/", ChangeLog.as_view(), name="ledger"),
    path("ledger/<int:seq>/", change_page, name="change"),
]
