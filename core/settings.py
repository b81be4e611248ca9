"""The operator's settings: environment first, then ``cuttings.toml``, then the defaults here."""

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from core.errors import SetupError

PREFIX = "CUTTINGS_"
MEBIBYTE = 1024 * 1024


class Settings(BaseSettings):
    """Everything an operator can set; each field is ``CUTTINGS_<NAME>`` in the environment."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

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
    max_pages: Annotated[
        int, Field(ge=1, description="Responses after which a crawl stops: the guard against traps.")
    ] = 100_000
    warc_max_bytes: Annotated[
        int,
        Field(ge=MEBIBYTE, description="Size in bytes at which a WARC file is closed and a new one begun."),
    ] = 1024 * MEBIBYTE
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

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        try:
            driver = make_url(value.get_secret_value()).drivername
        except ArgumentError as error:
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
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls, Path("cuttings.toml")))

    @property
    def captures(self) -> Path:
        """The folder of the WARC files."""
        return self.home / "captures"

    @property
    def locks(self) -> Path:
        """The folder of the per-outlet lock files."""
        return self.home / "locks"

    def database(self) -> str:
        """Give the database's address, the password included: for connecting, never for printing."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.home / 'cuttings.db'}"

    def database_shown(self) -> str:
        """Give the database's address with its password masked."""
        return make_url(self.database()).render_as_string(hide_password=True)


def load_settings() -> Settings:
    """Read the settings; raise :class:`SetupError` that lists every problem at once."""
    try:
        settings = Settings()
    except ValidationError as error:
        problems = [f"  {_where(item['loc'])}: {item['msg']}" for item in error.errors()]
        problems += _unknown_variables()
        msg = "the settings are wrong; mend these and try again:\n" + "\n".join(problems)
        raise SetupError(msg) from error
    except ValueError as error:  # cuttings.toml is not TOML
        msg = f"cuttings.toml cannot be read: {error}; mend the file or move it away"
        raise SetupError(msg) from error
    if unknown := _unknown_variables():
        raise SetupError("the settings are wrong; mend these and try again:\n" + "\n".join(unknown))
    return settings


def _where(location: tuple[int | str, ...]) -> str:
    name = ".".join(str(part) for part in location)
    return f"{name} ({PREFIX}{name.upper()} or '{name}' in cuttings.toml)"


def _unknown_variables() -> list[str]:
    """Name misspelt variables: each would otherwise be a setting that silently does nothing."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    return [
        f"  {name}: no such setting; `cuttings config` lists them"
        for name in sorted(os.environ)
        if name.startswith(PREFIX) and name not in known
    ]
