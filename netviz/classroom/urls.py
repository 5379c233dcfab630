"""Addresses of classes."""

from django.urls import path, re_path

from netviz.classroom import api, views

_CLASS = r"^api/v1/classes/(?P<code>[^/]+)"

urlpatterns = [
    path("join/", views.join, name="class-join"),
    path("join", views.join),
    path("c/<str:code>/", views.follow, name="class-follow"),
    path("class/<str:code>/present", views.present, name="class-present"),
    path("class/<str:code>/audience", views.audience, name="class-audience"),
    path("class/<str:code>/board", views.board, name="class-board"),
    re_path(r"^api/v1/classes/?$", api.classes),
    re_path(_CLASS + r"/?$", api.class_, name="api-class"),
    re_path(_CLASS + r"/graph/?$", api.graph),
    re_path(_CLASS + r"/trace/?$", api.trace),
    re_path(_CLASS + r"/links/?$", api.links),
    re_path(_CLASS + r"/members/?$", api.members),
    re_path(_CLASS + r"/questions/?$", api.questions),
    re_path(_CLASS + r"/results/?$", api.results),
    re_path(_CLASS + r"/notes/?$", api.notes),
    re_path(_CLASS + r"/progress/?$", api.progress),
    re_path(_CLASS + r"/board/?$", api.board_),
]
