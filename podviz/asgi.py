"""What the server runs: pages, sockets, and the runner that starts and stops with the process."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "podviz.settings")

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.conf import settings
from django.core.asgi import get_asgi_application

pages = get_asgi_application()  # sets Django up: what follows imports models

from dashboard.routing import websocket_urlpatterns  # noqa: E402
from dashboard.runner.process import lifespan  # noqa: E402
from podviz.garbage import look_less_often  # noqa: E402
from podviz.limits import LimitBody  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": LimitBody(pages, settings.MAX_BODY_BYTES, {"/clusters/": settings.MAX_HISTORY_BYTES}),
        "websocket": AllowedHostsOriginValidator(URLRouter(websocket_urlpatterns)),
        "lifespan": lifespan,
    }
)
look_less_often()
