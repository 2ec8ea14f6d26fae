"""The runner and the hub of this process, and when they start and stop."""

from __future__ import annotations

from typing import Any

from dashboard.hub import Hub
from dashboard.rendering import render_frame
from dashboard.runner.room import Room
from dashboard.runner.service import Runner
from dashboard.runner.wall import wall
from dashboard.runner.world import make_simulation

room = Room(wall, make_simulation)
runner = Runner(room, wall)
hub = Hub(render_frame, lambda: wall.sleep(Hub.FRAME_S), runner.watch)
runner.announce = hub.announce


async def lifespan(scope: Any, receive: Any, send: Any) -> None:
    """ASGI's lifespan protocol: the runner lives as long as the process serves."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            runner.start()
        else:
            await runner.stop()
            await hub.close()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
