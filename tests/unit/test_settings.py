"""The settings: where values come from, what is refused, what is never shown."""

import os
from pathlib import Path

import pytest

from core.errors import SetupError
from core.settings import Settings, example, load_settings, origin

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def clean(monkeypatch, tmp_path):
    """No variable and no file of the developer's reaches these tests."""
    for name in list(os.environ):
        if name.upper().startswith("CUTTINGS_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_defaults_keep_everything_in_var():
    settings = load_settings()
    assert settings.home == Path("var")
    assert settings.captures == Path("var/captures")
    assert settings.database() == "sqlite:///var/cuttings.db"


def test_environment_beats_file_beats_default(monkeypatch, tmp_path):
    (tmp_path / "cuttings.toml").write_text('contact = "file@example.org"\nretries = 7\n')
    monkeypatch.setenv("CUTTINGS_CONTACT", "env@example.org")
    settings = load_settings()
    assert (settings.contact, settings.retries, settings.download_timeout) == ("env@example.org", 7, 30)
    assert [origin(name) for name in ("contact", "retries", "download_timeout")] == [
        "environment",
        "cuttings.toml",
        "default",
    ]


def test_every_problem_is_reported_at_once(monkeypatch, tmp_path):
    (tmp_path / "cuttings.toml").write_text("retreis = 1\ndownload_delay = -1\n")
    monkeypatch.setenv("CUTTINGS_MAX_PAGES", "many")
    monkeypatch.setenv("CUTTINGS_DATABASE_URL", "mysql://root:hunter2@db/cuttings")
    monkeypatch.setenv("CUTTINGS_DATABSE_URL", "sqlite:///x.db")
    with pytest.raises(SetupError) as caught:
        load_settings()
    message = str(caught.value)
    assert "retreis (in cuttings.toml): no such setting" in message
    assert "CUTTINGS_DOWNLOAD_DELAY or 'download_delay'" in message
    assert "CUTTINGS_MAX_PAGES" in message
    assert "the driver 'mysql' is not supported" in message
    assert "CUTTINGS_DATABSE_URL: no such setting" in message
    assert "hunter2" not in message


def test_an_unknown_variable_alone_is_refused(monkeypatch):
    monkeypatch.setenv("CUTTINGS_HOEM", "/srv/cuttings")
    with pytest.raises(SetupError, match="CUTTINGS_HOEM: no such setting"):
        load_settings()


def test_an_empty_variable_counts_as_unset(monkeypatch):
    monkeypatch.setenv("CUTTINGS_DATABASE_URL", "")
    assert load_settings().database() == "sqlite:///var/cuttings.db"


def test_a_file_that_is_not_toml_is_named(tmp_path):
    (tmp_path / "cuttings.toml").write_text("[[[")
    with pytest.raises(SetupError, match=r"cuttings\.toml cannot be read"):
        load_settings()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://cuttings:hunter2@db.example.org/cuttings",
        "postgresql+psycopg://db.example.org/cuttings?user=cuttings&password=hunter2",
    ],
)
def test_passwords_are_masked(monkeypatch, url):
    monkeypatch.setenv("CUTTINGS_DATABASE_URL", url)
    monkeypatch.setenv("CUTTINGS_PSEUDONYM_KEY", "hunter2")
    settings = load_settings()
    assert settings.database() == url
    assert "db.example.org" in settings.database_shown()
    assert "hunter2" not in settings.database_shown()
    assert "hunter2" not in repr(settings)


def test_the_home_may_start_with_a_tilde(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("CUTTINGS_HOME", "~/archive")
    assert load_settings().home == tmp_path / "archive"


def test_env_example_is_what_the_settings_say():
    assert (ROOT / ".env.example").read_text() == example(), "run `make docs`"


def test_env_example_names_every_setting_with_its_default():
    stated = {}
    for line in example().splitlines():
        if line.startswith("# CUTTINGS_"):
            name, _, value = line.removeprefix("# ").partition("=")
            stated[name.removeprefix("CUTTINGS_").lower()] = value
    assert set(stated) == set(Settings.model_fields)
    assert stated["autothrottle"] == "true"
    with pytest.MonkeyPatch.context() as environment:
        for name, value in stated.items():
            environment.setenv(f"CUTTINGS_{name.upper()}", value)
        assert Settings() == Settings.model_construct(
            **{n: f.default for n, f in Settings.model_fields.items()}
        )


@pytest.mark.parametrize("written", ["nhe, pse", "nhe,pse,", '["nhe", "pse"]'])
def test_outlets_are_named_as_a_person_writes_them(monkeypatch, written):
    monkeypatch.setenv("CUTTINGS_OUTLETS", written)
    assert load_settings().outlets == ["nhe", "pse"]


def test_a_list_that_is_none_is_told(monkeypatch):
    monkeypatch.setenv("CUTTINGS_OUTLETS", '["nhe"')
    with pytest.raises(SetupError, match="CUTTINGS_OUTLETS"):
        load_settings()
