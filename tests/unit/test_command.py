"""What the process of a crawl is told: exactly the settings of its supervisor."""

from core.settings import Settings, load_settings
from scheduler.command import environment

OUTSIDE = {
    "PATH": "/bin",
    "CUTTINGS_RETRIES": "9",
    "cuttings_contact": "mailto:old@example.org",
    "PYTHONPATH": "lib",
}


def test_a_crawl_has_the_settings_of_its_supervisor_whatever_lies_around(tmp_path, monkeypatch):
    given = Settings(
        home=tmp_path / "home",
        database_url="postgresql+psycopg://keeper:p%40ss@db.example/cuttings",
        download_delay=0.25,
        autothrottle=False,
        base_urls={"nhe": "http://127.0.0.1:8000"},
        pseudonym_key="a key",
        alert_webhook="https://hooks.example/secret",
        smtp_url="smtp://me:word@mail.example",
    )
    told = environment(given, OUTSIDE)
    assert not any("secret" in value or "mail.example" in value for value in told.values())
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "cuttings.toml").write_text("retries = 7\n")
    monkeypatch.chdir(tmp_path)
    expected = {"log_format": "json", "alert_webhook": None, "smtp_url": None}
    assert load_settings() == given.model_copy(update=expected)
    assert told["PATH"] == "/bin"
    assert told["PYTHONPATH"].endswith(":lib")


def test_paths_do_not_depend_on_the_folder_a_crawl_runs_in(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = environment(Settings(database_url="sqlite:///here/cuttings.db"), {})
    assert told["CUTTINGS_HOME"] == str(tmp_path / "var")
    assert told["CUTTINGS_DATABASE_URL"] == f"sqlite:///{tmp_path}/here/cuttings.db"
    assert environment(Settings(), {})["CUTTINGS_DATABASE_URL"] == f"sqlite:///{tmp_path}/var/cuttings.db"
