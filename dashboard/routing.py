"""Addresses of the sockets."""

from __future__ import annotations

from typing import Any

from django.urls import path

from dashboard.consumers import PageConsumer

consumer: Any = PageConsumer.as_asgi()

websocket_urlpatterns = [
    path("ws/clusters/<slug:slug>/", consumer),
    path("ws/clusters/<slug:slug>/<str:view>/", consumer),
    path("ws/clusters/<slug:slug>/pods/<str:namespace>/<str:name>/", consumer),
    path("ws/clusters/<slug:slug>/pods/<str:namespace>/<str:name>/<str:view>/", consumer),
]
