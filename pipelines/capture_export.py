"""Captures given back: the records of an outlet and a period in one WARC file that any tool replays."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from sqlalchemy import Engine

from core import clock
from db.outlets import OutletFacts
from db.record_places import Period, RecordPlace, count, record_places
from pipelines import warc_record
from pipelines.altered_records import concurrent_to, made_whole, referring_to
from pipelines.given_records import GivenRecords
from pipelines.members import Member, Members
from pipelines.own_records import OwnRecords
from pipelines.payload import Damage, DamagedCaptureError, read_payload

_CONFORMS_TO = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"


class Progress(Protocol):
    """Who is told how far the work is."""

    def step(self, name: str) -> None:
        """Begin the next step."""

    def told(self, done: int, total: int) -> None:
        """Hear how much of the step is done."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Missing:
    """Answers whose records a WARC file does not give, why, and the first of them."""

    warc_file: str
    damage: Damage
    detail: str
    answers: int
    url: str
    captured_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Exported:
    """What went into a file: records by kind, and what could not be given.

    ``completed`` are responses made of a revisit record and the bytes it stands for, because the record
    it refers to is not in the file.
    """

    responses: int = 0
    revisits: int = 0
    completed: int = 0
    requests: int = 0
    missing: tuple[Missing, ...] = ()

    @property
    def answers(self) -> int:
        """How many answers of the outlet are in the file."""
        return self.responses + self.revisits


class CaptureExport:
    """The captures of an outlet in a period, on their way into a file.

    Every answer of the outlet that brought bytes is given once, oldest first, with its request: robots.txt,
    feeds, errors and redirects too. Records are copied as they lie in our files, whole ones only. A
    revisit never dangles: where the record it refers to is not given before it, it refers to another
    one with the same bytes that is, and where there is none it becomes a response. Memory is bounded.
    """

    def __init__(self, engine: Engine, home: Path, outlet: OutletFacts, period: Period) -> None:
        """Nothing is read yet."""
        self._engine = engine
        self._home = home
        self._outlet = outlet
        self._period = period
        self._given = GivenRecords()
        self._counts = dict.fromkeys(("responses", "revisits", "completed", "requests"), 0)
        self._missing: dict[tuple[str, Damage, str], Missing] = {}

    def count(self) -> int:
        """Count the answers there are to give."""
        return count(self._engine, self._period)

    def holds(self, capture_id: int) -> bool:
        """Say whether the bytes of a capture have been given."""
        return self._given.holds(capture_id)

    def write(self, out: BinaryIO, name: str, about: Mapping[str, str], progress: Progress) -> Exported:
        """Write the file into ``out``, which need only take bytes; ``about`` it goes into its warcinfo."""
        out.write(warc_record.of_file(name, self._told(about), clock.now()))
        total = self.count()
        with Members(self._home) as members:
            records = OwnRecords(members, self._home, self._period.outlet)
            for done, place in enumerate(record_places(self._engine, self._period), start=1):
                try:
                    self._give(place, members, records, out)
                except DamagedCaptureError as error:
                    self._miss(place, error)
                progress.told(done, max(done, total))
        return Exported(**self._counts, missing=tuple(self._missing.values()))

    def _told(self, about: Mapping[str, str]) -> Mapping[str, str]:
        return {
            **about,
            "format": "WARC File Format 1.1",
            "conformsTo": _CONFORMS_TO,
            "isPartOf": f"{self._outlet.title} ({self._outlet.key})",
            "description": f"{self._period.said()} (days in UTC)",
        }

    def _give(self, place: RecordPlace, members: Members, records: OwnRecords, out: BinaryIO) -> None:
        answer = records.answer(place)
        request = records.request(answer)
        own = (answer.field("WARC-Target-URI"), answer.field("WARC-Date"))
        whole = self._given.whole(place.payload_id)
        if answer.kind == "response" or whole == _reference(answer):
            self._copy(members, answer, out)
            if request is not None:
                self._copy(members, request, out)
        else:
            revisit = members.record(answer)
            changed = referring_to(revisit, *whole) if whole else made_whole(revisit, self._body(place))
            out.write(changed.member)
            if request is not None:
                out.write(concurrent_to(members.record(request), changed.record_id))
        is_whole = answer.kind == "response" or whole is None
        if is_whole:
            self._given.note_whole(place.payload_id, *own)
        self._given.note(place.capture_id)
        self._counts["responses" if is_whole else "revisits"] += 1
        self._counts["completed"] += is_whole and answer.kind != "response"
        self._counts["requests"] += request is not None

    def _copy(self, members: Members, member: Member, out: BinaryIO) -> None:
        out.writelines(members.chunks(member))

    def _body(self, place: RecordPlace) -> bytes:
        payload = read_payload(self._home, place.whole_file, place.whole_offset)
        if payload.sha256 != place.sha256:
            said = f"the record at {place.whole_offset} holds other bytes"
            raise DamagedCaptureError(Damage.OTHER_BYTES, place.whole_file, said)
        return payload.body

    def _miss(self, place: RecordPlace, error: DamagedCaptureError) -> None:
        """Count an answer that cannot be given; those of one file for one reason are told together."""
        key = (error.warc_file, error.damage, error.detail.partition(":")[2] or error.detail)
        known = self._missing.get(key)
        if known is not None:
            self._missing[key] = replace(known, answers=known.answers + 1)
            return
        self._missing[key] = Missing(
            warc_file=error.warc_file,
            damage=error.damage,
            detail=error.detail,
            answers=1,
            url=place.url,
            captured_at=place.captured_at,
        )


def _reference(revisit: Member) -> tuple[str, str]:
    return revisit.field("WARC-Refers-To-Target-URI"), revisit.field("WARC-Refers-To-Date")
