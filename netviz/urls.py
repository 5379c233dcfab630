"""Addresses of the site."""

from django.urls import include, path, re_path
from django.views.i18n import set_language

from netviz import (
    analysis_api,
    api,
    comparison,
    editing_api,
    faults_api,
    find_api,
    labs_api,
    labs_pages,
    learners_api,
    refusal,
    sharing,
    views,
)

handler400 = refusal.bad_request
handler403 = refusal.forbidden
handler404 = refusal.not_found
handler500 = refusal.server_error

_LAB = r"^api/v1/labs/(?P<slug>[\w-]{1,64})"
_DRILL = r"^api/v1/drills/(?P<seed>\d{1,15})"
_WORKSPACE = r"^api/v1/workspaces/(?P<slug>[\w-]{1,64})"

urlpatterns = [
    path("", views.home, name="home"),
    path("w/<slug:slug>/", views.workspace, name="workspace"),
    path("w/<slug:slug>/compare/", comparison.comparison, name="compare"),
    path("w/<slug:slug>/compare/<slug:other>/", comparison.comparison, name="compare-with"),
    path("e/<slug:slug>/", sharing.embed, name="embed"),
    path("api/v1/qr.svg", sharing.code, name="code"),
    path("examples/<slug:name>/", views.example, name="example"),
    path("fidelity/", views.fidelity, name="fidelity"),
    path("problems/", views.problems, name="problems"),
    path("problems/<slug:name>/", views.problem, name="problem"),
    path("", include("netviz.classroom.urls")),
    path("language/", set_language, name="set_language"),
    path("labs/", labs_pages.labs, name="labs"),
    path("drills/", labs_pages.drills, name="drills"),
    path("labs/<slug:slug>/", labs_pages.lab, name="lab"),
    path("robots.txt", views.robots),
    re_path(r"^api/v1/workspaces/?$", api.workspaces),
    re_path(_WORKSPACE + r"/?$", api.workspace, name="api-workspace"),
    re_path(_WORKSPACE + r"/graph/?$", api.graph, name="api-graph"),
    re_path(_WORKSPACE + r"/objects/?$", api.objects),
    re_path(_WORKSPACE + r"/faults/?$", faults_api.breakable),
    re_path(_WORKSPACE + r"/find/?$", find_api.find),
    re_path(_WORKSPACE + r"/problems/?$", api.problems, name="api-problems"),
    re_path(_WORKSPACE + r"/trace/?$", api.trace, name="api-trace"),
    re_path(_WORKSPACE + r"/connectivity/?$", analysis_api.connectivity),
    re_path(_WORKSPACE + r"/fixes/?$", analysis_api.fixes),
    re_path(_WORKSPACE + r"/diff/?$", analysis_api.diff),
    re_path(r"^api/v1/schema/?$", editing_api.schema, name="api-schema"),
    re_path(_WORKSPACE + r"/texts/?$", editing_api.texts),
    re_path(_WORKSPACE + r"/drafts/?$", editing_api.held),
    re_path(_WORKSPACE + r"/drafts/(?P<key>[\w-]{1,64})/?$", editing_api.dropped),
    re_path(_WORKSPACE + r"/compare/?$", editing_api.compare),
    re_path(_WORKSPACE + r"/versions/?$", editing_api.listed),
    re_path(_WORKSPACE + r"/versions/(?P<number>\d{1,9})/restore/?$", editing_api.restored),
    re_path(_WORKSPACE + r"/undo/?$", editing_api.undo),
    re_path(_WORKSPACE + r"/redo/?$", editing_api.redo),
    re_path(_WORKSPACE + r"/files/(?P<path>.+)$", api.file),
    re_path(r"^api/v1/labs/?$", labs_api.labs),
    re_path(r"^api/v1/own-labs/?$", learners_api.own_labs),
    re_path(r"^api/v1/own-labs/(?P<slug>[\w-]{1,64})/?$", learners_api.own_lab),
    re_path(r"^api/v1/progress/?$", learners_api.progress),
    re_path(_DRILL + r"/?$", learners_api.drill),
    re_path(_DRILL + r"/trace/?$", learners_api.drill_trace),
    re_path(_DRILL + r"/answer/?$", learners_api.drill_answer),
    re_path(_LAB + r"/?$", labs_api.lab, name="api-lab"),
    re_path(_LAB + r"/scene/?$", labs_api.scene),
    re_path(_LAB + r"/hint/?$", labs_api.hint),
    re_path(_LAB + r"/end/?$", labs_api.end),
    re_path(_LAB + r"/files/?$", labs_api.files),
    re_path(_LAB + r"/answer/?$", labs_api.answer),
    re_path(_LAB + r"/checks/?$", labs_api.checks),
    re_path(_LAB + r"/show/?$", labs_api.show),
]
