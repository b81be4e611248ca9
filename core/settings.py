"""The operator's settings: environment first, then ``cuttings.toml``, then the defaults here."""

import json
import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from core.errors import SetupError

PREFIX = "CUTTINGS_"
TOML = Path("cuttings.toml")
MEBIBYTE = 1024 * 1024


class Settings(BaseSettings):
    """Everything an operator can set; each field is ``CUTTINGS_<NAME>`` in the environment."""

    # An empty variable counts as unset: `CUTTINGS_DATABASE_URL=` in a file of variables is no address.
    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True)

    home: Annotated[
        Path, Field(description="Folder of the database, the captures, the logs and the locks.")
    ] = Path("var")
    database_url: Annotated[
        SecretStr | None,
        Field(description="SQLAlchemy address of the database; unset: cuttings.db in the home."),
    ] = None
    contact: Annotated[
        str,
        Field(
            description="Web page or e-mail address that outlets can reach you at; a live crawl asks for it."
        ),
    ] = ""
    download_delay: Annotated[
        float, Field(ge=0, le=3600, description="Least seconds between two requests to one host.")
    ] = 2.0
    concurrency_per_host: Annotated[
        int, Field(ge=1, le=64, description="Requests under way at once to one host.")
    ] = 1
    autothrottle: Annotated[bool, Field(description="Slow down further when an outlet answers slowly.")] = (
        True
    )
    download_timeout: Annotated[
        float, Field(gt=0, le=600, description="Seconds one response may take in all.")
    ] = 30.0
    max_body_bytes: Annotated[
        int, Field(ge=1024, description="Largest body taken, in bytes, before and after decompression.")
    ] = 10 * MEBIBYTE
    retries: Annotated[
        int, Field(ge=0, le=20, description="Further tries after a passing failure of one address.")
    ] = 3
    stop_after_unchanged: Annotated[
        int, Field(ge=1, description="Known and unchanged pages in a row after which a source is left.")
    ] = 20
    recheck_minutes: Annotated[
        float,
        Field(
            gt=0,
            le=10_080,
            description="Minutes one recheck may take: it asks for as many articles as the delay allows.",
        ),
    ] = 60.0
    max_pages: Annotated[
        int, Field(ge=1, description="Responses after which a crawl stops: the guard against traps.")
    ] = 100_000
    warc_max_bytes: Annotated[
        int,
        Field(ge=MEBIBYTE, description="Size in bytes at which a WARC file is closed and a new one begun."),
    ] = 1024 * MEBIBYTE
    wayback_url: Annotated[str, Field(description="Origin of the Wayback Machine that backfills ask.")] = (
        "https://web.archive.org"
    )
    wayback_queries_per_minute: Annotated[
        float,
        Field(
            gt=0, le=100_000, description="Index queries to it in a minute; over 30 it blocks (as of 2026)."
        ),
    ] = 24.0
    wayback_delay: Annotated[
        float, Field(ge=0, le=3600, description="Least seconds between two captures fetched from it.")
    ] = 1.0
    commoncrawl_index_url: Annotated[
        str, Field(description="Origin of the Common Crawl index that backfills ask.")
    ] = "https://index.commoncrawl.org"
    commoncrawl_data_url: Annotated[
        str, Field(description="Origin of the Common Crawl data that backfills ask.")
    ] = "https://data.commoncrawl.org"
    commoncrawl_index_delay: Annotated[
        float, Field(ge=0, le=3600, description="Least seconds between two queries to that index.")
    ] = 1.0
    commoncrawl_data_delay: Annotated[
        float, Field(ge=0, le=3600, description="Least seconds between two captures fetched from there.")
    ] = 0.55
    disqus_key: Annotated[
        SecretStr | None,
        Field(
            description="Your own public key of Disqus' interface; unset: threads kept there are not read."
        ),
    ] = None
    disqus_url: Annotated[str, Field(description="Origin of Disqus' interface that crawls ask.")] = (
        "https://disqus.com"
    )
    backfill_minutes: Annotated[
        float, Field(gt=0, le=1440, description="Minutes one nightly slice of an open backfill may take.")
    ] = 180.0
    base_urls: Annotated[
        dict[str, str],
        Field(
            description='Origins asked instead of outlets\' own, by outlet, as JSON: {"townclerk": "http://127.0.0.1:8000"}.'
        ),
    ] = {}
    outlets: Annotated[
        list[str],
        NoDecode,
        Field(description="Outlets the daemon follows, parted by commas; none named: every verified one."),
    ] = []
    executor: Annotated[
        Literal["local", "procrastinate"],
        Field(
            description="Who crawls what the daemon schedules: its own processes, or workers on any machine."
        ),
    ] = "local"
    parallel_crawls: Annotated[
        int, Field(ge=1, le=64, description="Crawls that a daemon or a worker carries out at once.")
    ] = 2
    crawls_per_domain: Annotated[
        int, Field(ge=1, le=16, description="Crawls under way at once within one registrable domain.")
    ] = 1
    crawl_minutes: Annotated[
        float,
        Field(gt=0, le=10_080, description="Minutes after which a scheduled crawl ends in good order."),
    ] = 120.0
    crawl_grace: Annotated[
        float,
        Field(
            gt=0,
            le=3600,
            description="Seconds between asking a crawl to end, telling it to, and killing it.",
        ),
    ] = 60.0
    crawl_memory_bytes: Annotated[
        int,
        Field(
            ge=256 * MEBIBYTE, description="Most memory in bytes that a scheduled crawl's processes may hold."
        ),
    ] = 2048 * MEBIBYTE
    stop_grace: Annotated[
        float,
        Field(
            ge=0, le=3600, description="Seconds the crawls under way have to end when the daemon is stopped."
        ),
    ] = 60.0
    web_host: Annotated[
        str, Field(description="Address the status page listens on; anybody who reaches it can read it.")
    ] = "127.0.0.1"
    web_port: Annotated[
        int,
        Field(ge=0, le=65_535, description="Port of the status page, health and metrics; 0: any free one."),
    ] = 8765
    web_hosts: Annotated[
        list[str],
        NoDecode,
        Field(
            description="Further Host names the status page answers to, parted by commas: what a proxy sends."
        ),
    ] = []
    log_days: Annotated[int, Field(ge=1, le=36_500, description="Days the log file of a run is kept.")] = 90
    disk_low_bytes: Annotated[
        int, Field(ge=0, description="Free bytes in the home under which the operator is warned.")
    ] = 2048 * MEBIBYTE
    alert_webhook: Annotated[
        SecretStr | None, Field(description="Address that is sent each problem, and its end, as JSON.")
    ] = None
    alert_mail_to: Annotated[
        str, Field(description="E-mail addresses that are told of problems, parted by commas.")
    ] = ""
    alert_mail_from: Annotated[str, Field(description="Sender of those e-mails.")] = ""
    smtp_url: Annotated[
        SecretStr | None,
        Field(
            description="Mail server: smtp://USER:PASSWORD@HOST:587 (STARTTLS), smtps://HOST:465, or smtp://HOST:25."
        ),
    ] = None
    alert_urls: Annotated[
        SecretStr | None,
        Field(
            description="Further targets of alerts, as Apprise writes them, parted by spaces (extra: alerts)."
        ),
    ] = None
    pseudonym_key: Annotated[
        SecretStr | None,
        Field(description="Key of the commenters' pseudonyms; unset: made once and kept in the home."),
    ] = None
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"], Field(description="Least level that is logged.")
    ] = "INFO"
    log_format: Annotated[
        Literal["auto", "text", "json"],
        Field(description="auto: text on a terminal, JSON lines otherwise."),
    ] = "auto"

    @field_validator("home")
    @classmethod
    def _home_in_full(cls, value: Path) -> Path:
        return value.expanduser()

    @field_validator("outlets", "web_hosts", mode="before")
    @classmethod
    def _words(cls, value: object) -> object:
        """Take a list as a person writes it, or as JSON."""
        if not isinstance(value, str):
            return value
        if value.lstrip().startswith("["):
            return json.loads(value)
        return [word.strip() for word in value.split(",") if word.strip()]

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: SecretStr | None) -> SecretStr | None:
        from sqlalchemy.engine import make_url  # heavy; most settings need no look at it
        from sqlalchemy.exc import ArgumentError

        if value is None:
            return None
        try:
            driver = make_url(value.get_secret_value()).drivername
        except (ArgumentError, ValueError) as error:
            msg = "not a database address; use sqlite:///PATH or postgresql+psycopg://USER:PASSWORD@HOST/NAME"
            raise ValueError(msg) from error
        if driver not in {"sqlite", "postgresql+psycopg"}:
            msg = f"the driver '{driver}' is not supported; use sqlite or postgresql+psycopg"
            raise ValueError(msg)
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the base class's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the base class's signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read the environment first, then ``cuttings.toml`` in the working directory."""
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls, TOML))

    @property
    def captures(self) -> Path:
        """The folder of the WARC files."""
        return self.home / "captures"

    @property
    def logs(self) -> Path:
        """The folder of the runs' log files: ``<outlet>/<run>.jsonl.gz``."""
        return self.home / "logs"

    @property
    def locks(self) -> Path:
        """The folder of the per-outlet lock files."""
        return self.home / "locks"

    @property
    def own_outlets(self) -> Path:
        """The folder of the operator's own outlet modules, which are imported."""
        return self.home / "outlets"

    @property
    def samples(self) -> Path:
        """The folder of saved pages and what they read to: ``<outlet>/<layout>/<case>.html``."""
        return self.home / "samples"

    def recheck_budget(self) -> int | None:
        """Give the most articles one recheck takes, None (no bound) where there is no delay."""
        if not self.download_delay:
            return None
        return max(1, int(self.recheck_minutes * 60 / self.download_delay))

    def database(self) -> str:
        """Give the database's address, the password included: for connecting, never for printing."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.home / 'cuttings.db'}"

    def database_shown(self) -> str:
        """Give the database's address with its passwords masked, also one among the parameters."""
        from sqlalchemy.engine import make_url  # heavy; only for people

        url = make_url(self.database())
        secrets = {name: "***" for name in url.query if "pass" in name.lower()}
        return url.update_query_dict(secrets).render_as_string(hide_password=True)


def load_settings() -> Settings:
    """Read the settings; raise :class:`SetupError` that lists every problem at once."""
    try:
        settings = Settings()
    except ValidationError as error:
        problems = [_problem(item["loc"], item["type"], item["msg"]) for item in error.errors()]
        raise _wrong(problems + _unknown_variables()) from error
    except SettingsError as error:  # a variable whose value has no form the field could take
        raise _wrong([f"  {error}", *_unknown_variables()]) from error
    except (ValueError, OSError) as error:
        msg = f"cuttings.toml cannot be read: {error}; mend the file or move it away"
        raise SetupError(msg) from error
    if unknown := _unknown_variables():
        raise _wrong(unknown)
    return settings


def origin(name: str) -> str:
    """Say where the setting's value comes from: ``environment``, ``cuttings.toml`` or ``default``."""
    if any(variable.upper() == PREFIX + name.upper() for variable in os.environ):
        return "environment"
    if name in TomlConfigSettingsSource(Settings, TOML).toml_data:
        return "cuttings.toml"
    return "default"


def example() -> str:
    """Give the text of ``.env.example``: every setting with its description and its default."""
    lines = [
        "# Every setting of Cuttings with its default. Copy what you change into the environment of the",
        "# process (systemd EnvironmentFile=, docker --env-file, or `set -a; . ./.env; set +a` in a shell),",
        "# or write it without the prefix and in lower case into cuttings.toml in the working directory.",
        "# This file is made by `make docs`; a test keeps it equal to core/settings.py.",
    ]
    for name, field in Settings.model_fields.items():
        default = field.default
        shown = (
            ""
            if default is None or default == []
            else str(default).lower()
            if isinstance(default, bool)
            else str(default)
        )
        lines += ["", f"# {field.description}", f"# {PREFIX}{name.upper()}={shown}"]
    return "\n".join(lines) + "\n"


def _wrong(problems: list[str]) -> SetupError:
    return SetupError("the settings are wrong; mend these and try again:\n" + "\n".join(problems))


def _problem(location: tuple[int | str, ...], kind: str, message: str) -> str:
    name = ".".join(str(part) for part in location)
    if kind == "extra_forbidden":
        return f"  {name} (in {TOML}): no such setting; .env.example lists them"
    message = message.removeprefix("Value error, ")
    return f"  {name} ({PREFIX}{name.upper()} or '{name}' in {TOML}): {message}"


def _unknown_variables() -> list[str]:
    """Give the variables nobody reads: a misspelt one would otherwise silently do nothing."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    return [
        f"  {name}: no such setting; .env.example lists them"
        for name in sorted(os.environ)
        if name.upper().startswith(PREFIX) and name.upper() not in known
    ]
