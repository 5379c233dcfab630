"""The site as an ASGI application: pages and API by Django, websockets by Channels."""

import os
from typing import Any

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path, re_path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "netviz.settings")
_django: Any = get_asgi_application()

from netviz.body_limit import BodyLimit  # noqa: E402  (needs the settings)
from netviz.classroom.socket import class_socket  # noqa: E402
from netviz.consumers import WorkspaceConsumer  # noqa: E402
from netviz.languages import InTheirLanguage  # noqa: E402
from netviz.security import OwnSocketsOnly  # noqa: E402
from netviz.sockets import no_such_socket  # noqa: E402

_nothing: Any = no_such_socket
_class: Any = class_socket
_sockets = [
    path("ws/workspaces/<str:slug>/", WorkspaceConsumer.as_asgi()),
    path("ws/classes/<str:code>/", _class),
    re_path("", _nothing),
]

application = ProtocolTypeRouter(
    {"http": BodyLimit(_django), "websocket": OwnSocketsOnly(InTheirLanguage(URLRouter(_sockets)))}
)
