"""What route functions need of the application, as typed dependencies."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from illicit_power.engine.query import Engine
from illicit_power.server.settings import ServerSettings


def _engine(request: Request) -> Engine:
    engine: Engine = request.app.state.engine
    return engine


def _settings(request: Request) -> ServerSettings:
    settings: ServerSettings = request.app.state.settings
    return settings


EngineDependency = Annotated[Engine, Depends(_engine)]
SettingsDependency = Annotated[ServerSettings, Depends(_settings)]
