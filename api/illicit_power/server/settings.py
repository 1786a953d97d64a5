"""The settings of a server: each is one row, with its option, environment variable, default and help."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from illicit_power.engine.embedded import Limits


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
    Setting("timeout", 30.0, "seconds until a query is ended"),
    Setting("queue_timeout", 10.0, "seconds that a query waits for a free worker"),
    Setting("memory_mib", 1024, "memory that one query may use beyond the dataset, in MiB"),
    Setting("result_mib", 256, "size of one answer, in MiB"),
)


@dataclass(frozen=True)
class ServerSettings:
    """The values of all settings, and the RDF files to serve."""

    data: tuple[Path, ...]
    version: str
    host: str
    port: int
    root_path: str
    workers: int
    timeout: float
    queue_timeout: float
    memory_mib: int
    result_mib: int

    def __post_init__(self) -> None:
        if self.root_path and not re.fullmatch(r"(/[\w.~-]+)+", self.root_path):
            raise ValueError(f"--root-path {self.root_path}: write it as /ip, with a slash before and none after it")

    @classmethod
    def of(cls, data: tuple[Path, ...], version: str, values: Mapping[str, Any]) -> ServerSettings:
        """The settings for some files, from values by name; what is missing has its default.

        :param version: names the dataset that is served
        """
        return cls(data, version, **{row.name: values.get(row.name, row.default) for row in SETTINGS})

    @property
    def limits(self) -> Limits:
        return Limits(self.workers, self.timeout, self.queue_timeout, self.memory_mib << 20, self.result_mib << 20)
