"""What route functions need of the application, as typed dependencies."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Depends, Request

from illicit_power.engine.query import Engine
from illicit_power.server.settings import ServerSettings


def _engine(request: Request) -> Engine:
    engine: Engine = request.app.state.engine
    return engine


def _settings(request: Request) -> ServerSettings:
    settings: ServerSettings = request.app.state.settings
    return settings


READ: Final = ["GET", "HEAD"]
"""The methods of a route that is read; HEAD is GET without the body (RFC 9110, 9.3.2)."""

EngineDependency = Annotated[Engine, Depends(_engine)]
SettingsDependency = Annotated[ServerSettings, Depends(_settings)]
