"""The settings of a server: name, default, range, form and help of each, in one place.

Each is an option of ``illicit-power serve`` and an environment variable; the option wins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, ValidationInfo, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from illicit_power.engine.pool.pool import Limits
from illicit_power.server.connections import ConnectionLimits

_VARIABLES: Final = "ILLICIT_POWER_"
_MANY: Final = 1_000_000_000
_TEBIBYTE: Final = 1 << 20
_YEAR: Final = 365 * 86_400
_HOST_NAME: Final = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?")
_ROOT_PATH: Final = re.compile(r"((/[\w.~-]+)+)?")
_HTTP_IRI: Final = re.compile(r"""https?://[^\x00-\x20\x7f<>"{}|\\^`]+""", re.IGNORECASE)


def _form(is_so: Callable[[Any], object], advice: str) -> AfterValidator:
    """A check of a value.

    :param is_so: whether the value will do; raising ValueError says that it will not
    :param advice: what would do, after the word *use*
    """

    def check(value: Any) -> Any:
        try:
            fits = is_so(value)
        except ValueError:
            fits = False
        if not fits:
            raise ValueError(advice)
        return value

    return AfterValidator(check)


def _is_host(text: str) -> bool:
    return bool(_HOST_NAME.fullmatch(text) or ip_address(text))


def _is_http_iri(text: str) -> bool:
    parts = urlsplit(text)
    return bool(_HTTP_IRI.fullmatch(text) and parts.hostname and parts.port != 0)


def _is_root_address(text: str) -> bool:
    return not text or (_is_http_iri(text) and not {"?", "#"} & set(text))


def _is_folder(path: Path) -> bool:
    return path != Path() and (path.is_dir() or not path.exists())


def _network(given: object) -> object:
    try:
        return ip_network(given) if isinstance(given, str) else given
    except ValueError:
        raise ValueError("addresses or networks such as 10.0.0.0/8, separated by spaces") from None


def _words(given: object) -> object:
    return given.split() if isinstance(given, str) else given


Host = Annotated[str, _form(_is_host, "an IP address or a host name, without brackets and port")]
RootPath = Annotated[str, _form(_ROOT_PATH.fullmatch, "the form /ip, with a slash before and none after it")]
RootAddress = Annotated[str, _form(_is_root_address, "an address such as https://example.org/ip/, without ? and #")]
Folder = Annotated[Path, _form(_is_folder, "the path of a folder, which need not be there yet")]
Endpoint = Annotated[
    str, _form(_is_http_iri, "absolute addresses such as https://example.org/sparql, separated by spaces")
]
Network = Annotated[IPv4Network | IPv6Network, BeforeValidator(_network)]

Count = Annotated[int, Field(ge=0, le=_MANY)]
PositiveCount = Annotated[int, Field(ge=1, le=_MANY)]
Size = Annotated[int, Field(ge=0, le=_TEBIBYTE)]
PositiveSize = Annotated[int, Field(ge=1, le=_TEBIBYTE)]
Seconds = Annotated[float, Field(gt=0, le=_YEAR)]


class ServerSettings(BaseSettings):
    """The values of all settings: what is not given comes from the environment, else it is the default."""

    model_config = SettingsConfigDict(
        env_prefix=_VARIABLES, frozen=True, extra="forbid", allow_inf_nan=False, validate_default=False
    )

    host: Host = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=0, le=65_535, description="port to listen on; 0 takes a free one")
    root_path: RootPath = Field(
        "", description="path prefix that a proxy takes off before it passes a request on, such as /ip"
    )
    workers: int = Field(2, ge=1, le=1024, description="queries answered at the same time")
    timeout: Seconds = Field(30.0, description="seconds until a query is ended that asks for no other deadline")
    max_timeout: Seconds = Field(60.0, description="seconds that a query may ask for with timeout=")
    queue: Count = Field(64, description="queries that may wait for a free worker")
    queue_timeout: Seconds = Field(10.0, description="seconds that a query waits for a free worker")
    memory_mib: PositiveSize = Field(1024, description="memory that one query may use beyond the dataset, in MiB")
    result_rows: PositiveCount = Field(1_000_000, description="rows of one answer, which is cut after them")
    result_mib: PositiveSize = Field(
        64, description="size of one answer in MiB, which is cut after the row that reaches it"
    )
    cache_mib: Size = Field(64, description="memory for answers that are given again, in MiB")
    endpoints: Annotated[tuple[Endpoint, ...], NoDecode, BeforeValidator(_words)] = Field(
        (), description="SPARQL endpoints that SERVICE may reach, separated by spaces"
    )
    kept_queries: Folder = Field(
        Path("kept-queries"), description="folder of the queries that are kept to be cited; made with the first"
    )
    kept_queries_count: Count = Field(
        10_000, description="queries that are kept; further ones are refused, 0 refuses all"
    )
    kept_queries_mib: Size = Field(
        1024, description="size of the folder of kept queries in MiB; what would exceed it is refused"
    )
    published_at: RootAddress = Field(
        "", description="persistent address that leads here, named in citations and in JSON; none means this host"
    )
    watch: float = Field(2.0, ge=0.1, le=_YEAR, description="seconds between two looks for new data")
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_words)] = Field(
        (), description="addresses or networks of proxies whose X-Forwarded headers are believed"
    )
    client_queries: Count = Field(
        1, description="queries of one client that are answered at the same time; 0 for no limit"
    )
    client_seconds: float = Field(
        60.0, ge=0, le=_YEAR, description="seconds per minute that the queries of one client may run; 0 for no limit"
    )
    client_errors: Count = Field(60, description="error answers per minute that one client may get; 0 for no limit")
    client_connections: Count = Field(32, description="connections at the same time of one client; 0 for no limit")
    connections: PositiveCount = Field(512, description="connections at the same time")
    head_kib: PositiveSize = Field(64, description="size of the address and headers of a request, in KiB")
    head_timeout: Seconds = Field(10.0, description="seconds for the address and headers of a request to arrive")
    body_timeout: Seconds = Field(30.0, description="seconds for the body of a request to arrive")
    send_timeout: Seconds = Field(30.0, description="seconds that a client may read nothing of its answer")
    answer_timeout: Seconds = Field(900.0, description="seconds that a client may take to read its answer")
    shutdown_timeout: int = Field(
        30, ge=0, le=_YEAR, description="seconds that running requests may take to end when the server is stopped"
    )
    log_format: Literal["text", "json"] = Field("text", description="text for people, json for machines")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="what is logged: debug, info, warning or error"
    )
    log_queries: int = Field(0, ge=0, le=1, description="1 logs the text of queries; else only their digest is")

    @field_validator("max_timeout")
    @classmethod
    def _is_not_below_timeout(cls, max_timeout: float, info: ValidationInfo) -> float:
        """Where only the timeout is given and is longer, it is the longest too; see :attr:`limits`."""
        timeout = info.data.get("timeout", 0)
        if max_timeout < timeout:
            raise ValueError(f"no less than --timeout, which is {timeout:g}")
        return max_timeout

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> ServerSettings:
        """The settings from values by name; others of the names are passed over, what is missing is looked up.

        :raises ValueError: when values cannot be used; it names all of them, and what would do for each
        """
        try:
            return cls(**{name: value for name, value in given.items() if name in cls.model_fields})
        except ValidationError as error:
            raise ValueError("\n  ".join(["these settings cannot be used:", *_complaints(error)])) from None

    @property
    def limits(self) -> Limits:
        """What queries may use."""
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
        """What connections may use."""
        return ConnectionLimits(
            connections=self.connections,
            client_connections=self.client_connections,
            head_bytes=self.head_kib << 10,
            head_seconds=self.head_timeout,
            body_seconds=self.body_timeout,
            send_seconds=self.send_timeout,
            answer_seconds=self.answer_timeout,
        )


@dataclass(frozen=True)
class Setting:
    """How a setting is given.

    :ivar name: its name in :class:`ServerSettings`
    :ivar default: as it would be written on the command line
    """

    name: str
    default: str
    help: str

    @property
    def option(self) -> str:
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        return _VARIABLES + self.name.upper()

    @classmethod
    def of(cls, name: str, field: FieldInfo) -> Setting:
        default = " ".join(map(str, field.default)) if isinstance(field.default, tuple) else str(field.default)
        return cls(name, default, field.description or "")


SETTINGS: Final = tuple(Setting.of(name, field) for name, field in ServerSettings.model_fields.items())


def _complaints(error: ValidationError) -> Iterator[str]:
    """For each value that cannot be used: how it is given, what it is, and what would do."""
    for details in error.errors():
        name = str(details["loc"][0])
        field = ServerSettings.model_fields[name]
        setting = Setting.of(name, field)
        match details["type"]:
            case "value_error":
                advice = str(details["ctx"]["error"])
            case "literal_error":
                advice = str(details["ctx"]["expected"])
            case _:
                advice = _range(field)
        yield f"{setting.option} or {setting.variable} is {details['input']!r}: use {advice}"


def _range(field: FieldInfo) -> str:
    """The range of a number, in words."""
    bounds = {
        name: getattr(item, name) for item in field.metadata for name in ("ge", "gt", "le") if hasattr(item, name)
    }
    least = f"above {bounds['gt']}" if "gt" in bounds else f"from {bounds['ge']}"
    return f"a {'whole ' if field.annotation is int else ''}number {least} to {bounds['le']}"
