"""What route functions need of the application, as typed dependencies."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Depends, Request

from illicit_power.archive.kept_queries import KeptQueries
from illicit_power.engine.query import Engine
from illicit_power.server.http.answer_cache import AnswerCache
from illicit_power.server.serving.served_dataset import ServedDataset
from illicit_power.server.settings import ServerSettings


def _served(request: Request) -> ServedDataset:
    served: ServedDataset = request.state.served
    return served


def _engine(request: Request) -> Engine:
    return _served(request).engine


def _settings(request: Request) -> ServerSettings:
    settings: ServerSettings = request.app.state.settings
    return settings


def _cache(request: Request) -> AnswerCache:
    cache: AnswerCache = request.app.state.cache
    return cache


def _kept_queries(request: Request) -> KeptQueries:
    kept_queries: KeptQueries = request.app.state.kept_queries
    return kept_queries


READ: Final = ["GET", "HEAD"]
"""The methods of a route that is read; HEAD is GET without the body (RFC 9110, 9.3.2)."""

ServedDependency = Annotated[ServedDataset, Depends(_served)]
EngineDependency = Annotated[Engine, Depends(_engine)]
SettingsDependency = Annotated[ServerSettings, Depends(_settings)]
CacheDependency = Annotated[AnswerCache, Depends(_cache)]
KeptQueriesDependency = Annotated[KeptQueries, Depends(_kept_queries)]
