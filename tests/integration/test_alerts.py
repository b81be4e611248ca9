"""Alerts, told to real receivers: once for each problem, once for its end, whatever fails on the way."""

import asyncio
import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.errors import SetupError
from core.settings import Settings
from db.engine import open_engine
from db.words import Severity
from scheduler import alerts
from scheduler.alerts import Alerts
from scheduler.problem import Problem
from tests.integration.receivers import MailBox, Web, mail_server, make_certificate, web

MINUTE = timedelta(minutes=1)
DISK = Problem(key="disk_low", severity=Severity.WARNING, message="only 3 MiB are free; make room")
LATE = Problem(key="no_success:nhe", outlet="nhe", severity=Severity.CRITICAL, message="no crawl succeeds")
AWAY = Problem(key="database_away", severity=Severity.CRITICAL, message="the database cannot be asked")


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def receiver(monkeypatch) -> Iterator[Web]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with web() as told:
        yield told


@pytest.fixture
def mailbox() -> Iterator[MailBox]:
    with mail_server() as box:
        yield box


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("certificate") / "server.pem")


def settings(**given: Any) -> Settings:
    return Settings(**given)


def mailing(box: MailBox, **given: Any) -> Settings:
    told = {"smtp_url": f"smtp://127.0.0.1:{box.port}", "alert_mail_to": "desk@example.org"}
    return settings(**(told | given))


def tell(teller: Alerts, *found: Problem) -> None:
    asyncio.run(teller.tell(found))


def test_a_problem_is_posted_once_and_its_end_once(engine, clock, receiver):
    teller = Alerts(engine, settings(alert_webhook=receiver.url), clock=clock)
    for _ in range(3):
        tell(teller, LATE)
        clock.at += MINUTE
    (post,) = receiver.posts
    archive = post.pop("archive")
    assert set(archive) == {"host", "version"}
    assert post == {
        "state": "problem",
        "key": "no_success:nhe",
        "outlet": None,  # the archive does not know this outlet
        "severity": "critical",
        "message": "no crawl succeeds",
        "since": "2026-03-02T09:00:00+00:00",
        "over_at": None,
    }
    assert receiver.paths == ["/secret-path"]
    clock.at += 10 * MINUTE
    for _ in range(3):
        tell(teller)
        clock.at += MINUTE
    assert [post["state"] for post in receiver.posts] == ["problem", "over"]
    assert receiver.posts[1]["over_at"] == "2026-03-02T09:02:00+00:00"


def test_one_that_comes_and_goes_is_told_once(engine, clock, receiver):
    teller = Alerts(engine, settings(alert_webhook=receiver.url), clock=clock)
    for round_of_it in range(12):
        tell(teller, *([DISK] if round_of_it % 2 else []))
        clock.at += 5 * MINUTE
    assert [post["state"] for post in receiver.posts] == ["problem"]
    clock.at += 10 * MINUTE
    tell(teller)
    tell(teller, DISK)
    assert [post["state"] for post in receiver.posts] == ["problem", "over", "problem"]


def test_a_restart_tells_nothing_again_and_the_end_of_what_was_told(engine, clock, receiver):
    given = settings(alert_webhook=receiver.url)
    first = Alerts(engine, given, clock=clock)
    tell(first, DISK, LATE)
    first.close()
    second = Alerts(engine, given, clock=clock)
    tell(second, DISK, LATE)
    clock.at += 10 * MINUTE
    tell(second, DISK)
    assert [(post["state"], post["key"]) for post in receiver.posts] == [
        ("problem", "disk_low"),
        ("problem", "no_success:nhe"),
        ("over", "no_success:nhe"),
    ]


def test_what_was_met_before_anybody_was_to_be_told_is_told_once_somebody_is(engine, clock, receiver):
    tell(Alerts(engine, settings(), clock=clock), DISK)
    tell(Alerts(engine, settings(alert_webhook=receiver.url), clock=clock), DISK)
    assert [post["key"] for post in receiver.posts] == ["disk_low"]


def test_of_two_daemons_on_postgresql_one_tells_and_the_other_takes_over(
    new_postgresql, migrated_postgresql, clock, receiver
):
    given = settings(alert_webhook=receiver.url)
    url = new_postgresql(migrated_postgresql)
    engines = [open_engine(url), open_engine(url)]
    one, other = (Alerts(engine, given, clock=clock) for engine in engines)
    receiver.status = 503
    tell(one, DISK)
    receiver.status = 204
    tell(other, DISK)
    assert receiver.posts == []  # not its turn
    tell(one, DISK)
    assert len(receiver.posts) == 1
    one.close()
    tell(other, DISK, LATE)
    assert [post["key"] for post in receiver.posts] == ["disk_low", "no_success:nhe"]
    other.close()
    for engine in engines:
        engine.dispose()


def test_two_daemons_note_one_problem_once(database_url, clock):
    engines = [open_engine(database_url), open_engine(database_url)]
    tellers = [Alerts(engine, settings(), clock=clock) for engine in engines]

    async def both() -> None:
        await asyncio.gather(*(teller.tell([DISK, LATE]) for teller in tellers))

    asyncio.run(both())
    with engines[0].connect() as connection:
        keys = connection.exec_driver_sql("SELECT key FROM problem ORDER BY key").scalars().all()
    assert keys == ["disk_low", "no_success:nhe"]
    for engine in engines:
        engine.dispose()


def test_a_target_that_fails_is_tried_again_and_holds_up_no_other(engine, clock, receiver, mailbox, caplog):
    receiver.status = 500
    teller = Alerts(engine, mailing(mailbox, alert_webhook=receiver.url), clock=clock)
    tell(teller, DISK)
    tell(teller, DISK)
    assert len(mailbox.mails) == 1
    assert (receiver.posts, len(receiver.paths)) == ([], 2)
    assert "webhook 127.0.0.1 was not told of disk_low: it answered 500" in caplog.text
    assert "secret-path" not in caplog.text
    receiver.status = 204
    tell(teller, DISK)
    tell(teller, DISK)
    assert (len(receiver.posts), len(mailbox.mails)) == (1, 1)


def test_an_end_is_told_only_to_those_who_heard_of_the_problem(engine, clock, receiver, mailbox):
    receiver.status = 500
    teller = Alerts(engine, mailing(mailbox, alert_webhook=receiver.url), clock=clock)
    tell(teller, DISK)
    receiver.status = 204
    clock.at += 10 * MINUTE
    tell(teller)
    assert receiver.posts == []
    assert [mail["Subject"].split()[2] for mail in mailbox.mails] == ["problem", "over"]


def test_a_target_that_hangs_is_left_to_itself(engine, clock, receiver, mailbox, monkeypatch):
    monkeypatch.setattr(alerts, "WAIT", 0.2)
    receiver.hold = threading.Event()
    teller = Alerts(engine, mailing(mailbox, alert_webhook=receiver.url), clock=clock)
    tell(teller, DISK)
    tell(teller, DISK)  # not told a second time meanwhile
    assert receiver.posts == []
    assert len(mailbox.mails) == 1
    receiver.hold.set()
    monkeypatch.setattr(alerts, "WAIT", 60)
    tell(teller, DISK)
    assert (len(receiver.posts), len(mailbox.mails)) == (1, 1)


def test_redirects_are_not_followed(engine, clock, receiver):
    with web() as elsewhere:
        receiver.status, receiver.location = 302, elsewhere.url
        teller = Alerts(engine, settings(alert_webhook=receiver.url), clock=clock)
        tell(teller, DISK)
        assert (len(receiver.paths), elsewhere.paths) == (1, [])


def test_a_database_that_is_away_is_told_once_and_so_is_its_return(clock, receiver, caplog):
    away = open_engine("postgresql+psycopg://nobody@127.0.0.1:9/none?connect_timeout=2")
    teller = Alerts(away, settings(alert_webhook=receiver.url), clock=clock)
    for _ in range(2):
        tell(teller, AWAY, DISK)
    assert [post["key"] for post in receiver.posts] == ["database_away"]
    assert "the database is away" in caplog.text
    clock.at += 10 * MINUTE
    for _ in range(2):
        tell(teller)
    assert [post["state"] for post in receiver.posts] == ["problem", "over"]


def test_an_email_says_what_is_wrong_and_what_to_do(engine, clock, mailbox):
    given = mailing(
        mailbox,
        alert_mail_to="Desk <desk@example.org>, night@example.org",
        alert_mail_from="cuttings@example.org",
    )
    teller = Alerts(engine, given, clock=clock)
    tell(teller, DISK, LATE)
    (mail,) = mailbox.mails
    assert mailbox.recipients == ["desk@example.org", "night@example.org"]
    assert (mail["From"], mail["To"]) == (
        "cuttings@example.org",
        "Desk <desk@example.org>, night@example.org",
    )
    assert mail["Subject"] == "cuttings: 2 problems (disk_low, no_success:nhe)"
    assert mail["Auto-Submitted"] == "auto-generated"
    text = mail.get_content()
    assert "warning: only 3 MiB are free; make room" in text
    assert "critical: no crawl succeeds" in text


def test_no_problem_can_write_a_header(engine, clock, mailbox):
    nasty = Problem(
        key="held:x\r\nBcc: all@example.org",
        severity=Severity.WARNING,
        message="line one\r\n.\r\nMAIL FROM:<x@example.org>\r\n\u202e Grüße",
    )
    tell(Alerts(engine, mailing(mailbox), clock=clock), nasty)
    (mail,) = mailbox.mails
    assert mail["Bcc"] is None
    assert mail["Subject"] == "cuttings: 1 problem (held:x Bcc: all@example.org)"
    assert mailbox.recipients == ["desk@example.org"]
    assert "MAIL FROM:<x@example.org>" in mail.get_content()


def test_a_password_goes_over_starttls_to_a_server_that_is_who_it_says(
    engine, clock, certificate, monkeypatch, caplog
):
    with mail_server(certificate) as box:
        given = mailing(box, smtp_url=f"smtp://teller:open%2Fsesame@127.0.0.1:{box.port}")
        teller = Alerts(engine, given, clock=clock)
        tell(teller, DISK)
        assert (box.logins, box.mails) == ([], [])  # nobody vouches for its certificate
        assert "certificate" in caplog.text
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        tell(teller, DISK)
        assert (len(box.logins), box.encrypted) == (1, [True])
    assert "sesame" not in caplog.text


def test_a_password_is_never_sent_without_encryption(engine, clock, mailbox, caplog):
    given = mailing(mailbox, smtp_url=f"smtp://teller:sesame@127.0.0.1:{mailbox.port}")
    tell(Alerts(engine, given, clock=clock), DISK)
    assert (mailbox.logins, mailbox.mails) == ([], [])
    assert "offers no encryption" in caplog.text
    assert "sesame" not in caplog.text


def test_without_a_password_any_certificate_is_better_than_none(engine, clock, certificate):
    with mail_server(certificate) as box:
        tell(Alerts(engine, mailing(box), clock=clock), DISK)
        assert box.encrypted == [True]


def test_a_server_may_speak_tls_from_the_start(engine, clock, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with mail_server(certificate, encrypted=True) as box:
        given = mailing(box, smtp_url=f"smtps://teller:sesame@127.0.0.1:{box.port}")
        tell(Alerts(engine, given, clock=clock), DISK)
        assert (len(box.logins), box.encrypted) == (1, [True])


def test_what_a_mail_server_refuses_is_tried_again_but_not_for_one_of_several(engine, clock, mailbox, caplog):
    given = mailing(mailbox, alert_mail_to="desk@example.org, gone@example.org")
    teller = Alerts(engine, given, clock=clock)
    mailbox.refuse = "451 try later"
    tell(teller, DISK)
    assert "mail server 127.0.0.1 was not told of disk_low: it answered 451 try later" in caplog.text
    mailbox.refuse, mailbox.unknown = "", "gone@"
    tell(teller, DISK)
    tell(teller, DISK)
    assert len(mailbox.mails) == 1
    assert "takes no e-mail for gone@example.org" in caplog.text


def test_further_services_are_told_through_apprise(engine, clock, receiver, caplog):
    pytest.importorskip("apprise")
    urls = f"{receiver.url.replace('http:', 'json:')} json://127.0.0.1:9/key-of-mine"
    teller = Alerts(engine, settings(alert_urls=urls), clock=clock)
    with caplog.at_level(logging.DEBUG):
        tell(teller, LATE)
    (post,) = receiver.posts
    assert post["title"] == "cuttings: 1 problem (no_success:nhe)"
    assert post["type"] == "failure"
    assert "critical: no crawl succeeds" in post["message"]
    assert "address 2 of CUTTINGS_ALERT_URLS (JSON) was not told" in caplog.text
    assert "key-of-mine" not in caplog.text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"alert_mail_to": "desk@example.org"}, "CUTTINGS_SMTP_URL"),
        ({"smtp_url": "smtp://127.0.0.1"}, "CUTTINGS_ALERT_MAIL_TO"),
        ({"alert_mail_from": "desk@example.org"}, "CUTTINGS_ALERT_MAIL_TO"),
        ({"smtp_url": "http://127.0.0.1", "alert_mail_to": "a@b.example"}, "smtps://"),
        ({"smtp_url": "smtp://", "alert_mail_to": "a@b.example"}, "is no mail server"),
        ({"smtp_url": "smtp://mail:port", "alert_mail_to": "a@b.example"}, "is no mail server"),
        ({"smtp_url": "smtp://user@mail", "alert_mail_to": "a@b.example"}, "without a password"),
        ({"smtp_url": "smtp://user:pa/ss@mail", "alert_mail_to": "a@b.example"}, "%2F|no mail server"),
        ({"smtp_url": "smtp://mail", "alert_mail_to": "nobody"}, "'nobody'"),
        ({"smtp_url": "smtp://mail", "alert_mail_to": "a@b.example\nBcc: c@d.example"}, "no e-mail address"),
        ({"smtp_url": "smtp://mail", "alert_mail_to": "a@b.example", "alert_mail_from": "me"}, "MAIL_FROM"),
        ({"alert_webhook": "ftp://example.org/x"}, "CUTTINGS_ALERT_WEBHOOK"),
        ({"alert_webhook": "https://"}, "CUTTINGS_ALERT_WEBHOOK"),
        ({"alert_webhook": "https://example.org/a b"}, "CUTTINGS_ALERT_WEBHOOK"),
        ({"alert_urls": "json://127.0.0.1/x nonsense://my-secret"}, "address 2"),
    ],
)
def test_settings_half_given_or_wrong_are_refused_in_a_sentence(given, said):
    with pytest.raises(SetupError, match=said) as refused:
        alerts.check(settings(**given))
    assert "my-secret" not in str(refused.value)


def test_without_apprise_its_setting_names_the_extra(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "apprise", None)
    with pytest.raises(SetupError, match=r"pip install 'cuttings\[alerts\]'"):
        alerts.check(settings(alert_urls="json://127.0.0.1/x"))
    alerts.check(settings())
