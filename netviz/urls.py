"""Addresses of the site."""

from django.urls import path, re_path

from netviz import analysis_api, api, find_api, refusal, sharing, views

handler400 = refusal.bad_request
handler403 = refusal.forbidden
handler404 = refusal.not_found
handler500 = refusal.server_error

_WORKSPACE = r"^api/v1/workspaces/(?P<slug>[\w-]{1,64})"

urlpatterns = [
    path("", views.home, name="home"),
    path("w/<slug:slug>/", views.workspace, name="workspace"),
    path("e/<slug:slug>/", sharing.embed, name="embed"),
    path("api/v1/qr.svg", sharing.code, name="code"),
    path("examples/<slug:name>/", views.example, name="example"),
    path("fidelity/", views.fidelity, name="fidelity"),
    path("robots.txt", views.robots),
    re_path(r"^api/v1/workspaces/?$", api.workspaces),
    re_path(_WORKSPACE + r"/?$", api.workspace, name="api-workspace"),
    re_path(_WORKSPACE + r"/graph/?$", api.graph, name="api-graph"),
    re_path(_WORKSPACE + r"/objects/?$", api.objects),
    re_path(_WORKSPACE + r"/find/?$", find_api.find),
    re_path(_WORKSPACE + r"/problems/?$", api.problems, name="api-problems"),
    re_path(_WORKSPACE + r"/trace/?$", api.trace, name="api-trace"),
    re_path(_WORKSPACE + r"/connectivity/?$", analysis_api.connectivity),
    re_path(_WORKSPACE + r"/fixes/?$", analysis_api.fixes),
    re_path(_WORKSPACE + r"/diff/?$", analysis_api.diff),
    re_path(_WORKSPACE + r"/files/(?P<path>.+)$", api.file),
]
