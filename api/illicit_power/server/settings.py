"""The settings of a server: each is one row, with its option, environment variable, default and help."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from illicit_power.engine.pool.pool import Limits
from illicit_power.server.connections import ConnectionLimits


@dataclass(frozen=True)
class Setting:
    """One setting.

    :ivar name: its name; the option is ``--name-with-dashes``, the environment variable ``ILLICIT_POWER_NAME``
    """

    name: str
    default: int | float | str
    help: str

    @property
    def option(self) -> str:
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        return "ILLICIT_POWER_" + self.name.upper()

    def value(self, environment: Mapping[str, str]) -> int | float | str:
        """Its value from an environment, else the default.

        :raises ValueError: when the environment has something that is not of the default's type
        """
        given = environment.get(self.variable)
        if given is None:
            return self.default
        try:
            return type(self.default)(given)
        except ValueError:
            raise ValueError(f"{self.variable}={given}: expected {type(self.default).__name__}") from None


SETTINGS = (
    Setting("host", "127.0.0.1", "address to listen on"),
    Setting("port", 8000, "port to listen on; 0 takes a free one"),
    Setting("root_path", "", "path prefix that a proxy takes off before it passes a request on, such as /ip"),
    Setting("workers", 2, "queries answered at the same time"),
    Setting("timeout", 30.0, "seconds until a query is ended that asks for no other deadline"),
    Setting("max_timeout", 60.0, "seconds that a query may ask for with timeout="),
    Setting("queue", 64, "queries that may wait for a free worker"),
    Setting("queue_timeout", 10.0, "seconds that a query waits for a free worker"),
    Setting("memory_mib", 1024, "memory that one query may use beyond the dataset, in MiB"),
    Setting("result_rows", 1_000_000, "rows of one answer, which is cut after them"),
    Setting("result_mib", 64, "size of one answer in MiB, which is cut after the row that reaches it"),
    Setting("cache_mib", 64, "memory for answers that are given again, in MiB"),
    Setting("endpoints", "", "SPARQL endpoints that SERVICE may reach, separated by spaces"),
    Setting("kept_queries", "kept-queries", "folder of the queries that are kept to be cited; made with the first"),
    Setting("kept_queries_count", 10_000, "queries that are kept; further ones are refused, 0 refuses all"),
    Setting("kept_queries_mib", 1024, "size of the folder of kept queries in MiB; what would exceed it is refused"),
    Setting(
        "published_at",
        "",
        "persistent address that leads here, named in citations and in JSON; none means this host",
    ),
    Setting("watch", 2.0, "seconds between two looks for new data"),
    Setting("trusted_proxies", "", "addresses or networks of proxies whose X-Forwarded headers are believed"),
    Setting("client_queries", 1, "queries of one client that are answered at the same time; 0 for no limit"),
    Setting("client_seconds", 60.0, "seconds per minute that the queries of one client may run; 0 for no limit"),
    Setting("client_errors", 60, "error answers per minute that one client may get; 0 for no limit"),
    Setting("client_connections", 32, "connections at the same time of one client; 0 for no limit"),
    Setting("connections", 512, "connections at the same time"),
    Setting("head_kib", 64, "size of the address and headers of a request, in KiB"),
    Setting("head_timeout", 10.0, "seconds for the address and headers of a request to arrive"),
    Setting("body_timeout", 30.0, "seconds for the body of a request to arrive"),
    Setting("send_timeout", 30.0, "seconds that a client may read nothing of its answer"),
    Setting("answer_timeout", 900.0, "seconds that a client may take to read its answer"),
    Setting("shutdown_timeout", 30, "seconds that running requests may take to end when the server is stopped"),
    Setting("log_format", "text", "text for people, json for machines"),
    Setting("log_level", "info", "what is logged: debug, info, warning or error"),
    Setting("log_queries", 0, "1 logs the text of queries; else only their digest is"),
)


@dataclass(frozen=True)
class ServerSettings:
    """The values of all settings."""

    host: str
    port: int
    root_path: str
    workers: int
    timeout: float
    max_timeout: float
    queue: int
    queue_timeout: float
    memory_mib: int
    result_rows: int
    result_mib: int
    cache_mib: int
    endpoints: str
    kept_queries: str
    kept_queries_count: int
    kept_queries_mib: int
    published_at: str
    watch: float
    trusted_proxies: str
    client_queries: int
    client_seconds: float
    client_errors: int
    client_connections: int
    connections: int
    head_kib: int
    head_timeout: float
    body_timeout: float
    send_timeout: float
    answer_timeout: float
    shutdown_timeout: int
    log_format: str
    log_level: str
    log_queries: int

    def __post_init__(self) -> None:
        if self.root_path and not re.fullmatch(r"(/[\w.~-]+)+", self.root_path):
            raise ValueError(f"--root-path {self.root_path}: write it as /ip, with a slash before and none after it")

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> ServerSettings:
        """The settings from values by name; what is missing has its default."""
        return cls(**{row.name: values.get(row.name, row.default) for row in SETTINGS})

    @property
    def limits(self) -> Limits:
        return Limits(
            workers=self.workers,
            timeout=self.timeout,
            max_timeout=max(self.timeout, self.max_timeout),
            queue=self.queue,
            queue_timeout=self.queue_timeout,
            share=self.client_queries,
            memory_bytes=self.memory_mib << 20,
            result_rows=self.result_rows,
            result_bytes=self.result_mib << 20,
        )

    @property
    def connection_limits(self) -> ConnectionLimits:
        return ConnectionLimits(
            connections=self.connections,
            client_connections=self.client_connections,
            head_bytes=self.head_kib << 10,
            head_seconds=self.head_timeout,
            body_seconds=self.body_timeout,
            send_seconds=self.send_timeout,
            answer_seconds=self.answer_timeout,
        )
