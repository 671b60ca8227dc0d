"""Both sides, filled with the same work and opened: the floor's application and the engine's."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select

from benchmarks import workload
from benchmarks.floor import app as floor_app
from benchmarks.floor import tables
from regbook import app as house
from regbook.model.people import SYSTEM
from regbook.model.record import Record
from regbook.services import accounts, founding, publishing
from regbook.services.founding import Seed
from regbook.services.office import Office
from regbook.settings import read_settings
from regbook.web.application import create_app

HERE = Path(__file__).parent
REGISTER = "complaint"
ROOT = "company"
BATCH = 5_000
FLOOR_TOKEN = "floor-token"
FIXED = ("id", "number", "state", "owner", "department", "level", "entered_at", "amended_at")


@dataclass(frozen=True)
class Side:
    """One application ready to be asked: its addresses, its token, some records the reader may amend."""

    name: str
    app: Callable[..., Iterable[bytes]]
    token: str
    api: str
    pages: str
    record: str
    form: str
    filters: str
    seen: list[str]
    host: str


def floor(url: str, count: int) -> Side:
    """The floor over a database of that many records, filled when it is empty."""
    engine = tables.open_engine(url)
    tables.metadata.create_all(engine)
    with engine.connect() as connection:
        filled = connection.execute(select(func.count()).select_from(tables.complaint)).scalar()
    if not filled:
        _fill_floor(engine, count)
    engine.dispose()
    return Side(
        "floor",
        floor_app.create_app(url),
        FLOOR_TOKEN,
        "/api/complaints",
        "/complaints",
        "/complaints/{id}",
        "/complaints/{id}/form",
        "state=handling&severity=high&sort=-occurred_at",
        seen_ids(count),
        "localhost",
    )


def _fill_floor(engine: Any, count: int) -> None:
    with engine.begin() as connection:
        hashed = hashlib.sha256(FLOOR_TOKEN.encode()).hexdigest()
        who = {"person": workload.READER, "departments": list(workload.SEEN), "clearance": workload.CLEARANCE}
        connection.execute(insert(tables.token).values(hash=hashed, **who))
    for batch in batches(workload.records(count)):
        with engine.begin() as connection:
            connection.execute(insert(tables.complaint), [_floor_row(each) for each in batch])


def _floor_row(record: dict[str, Any]) -> dict[str, Any]:
    return {
        **record,
        "entered_at": record["entered_at"].replace(tzinfo=None),
        "amended_at": record["amended_at"].replace(tzinfo=None),
        "occurred_at": datetime.fromisoformat(record["occurred_at"].rstrip("Z")),
        "promised_on": date.fromisoformat(record["promised_on"]),
        "amount": Decimal(record["amount"]),
        "version": 1,
    }


def ours(folder: Path, url: str, count: int) -> Side:
    """The engine's office with the register of complaints, founded and filled when it is not there yet."""
    token = folder / "token"
    if not token.exists():
        found(folder, url, count)
    office = house.open_office(read_settings(folder))
    app = create_app(
        office,
        production=False,
        secret=house.web_secret(folder),
        base_url=read_settings(folder).address,
    )
    return Side(
        "ours",
        app,
        token.read_text(),
        f"/api/v1/registers/{REGISTER}/records",
        f"/r/{REGISTER}/",
        f"/r/{REGISTER}/{{id}}",
        f"/r/{REGISTER}/{{id}}/edit",
        "filter[state]=handling&filter[severity]=high&sort=-occurred_at",
        seen_ids(count),
        "localhost",
    )


def found(folder: Path, url: str, count: int) -> None:
    """Founds the office: all starter definitions, the complaints, forty departments, sixty people."""
    shutil.rmtree(folder, ignore_errors=True)
    house.init_office(folder, production=False, demo=True)
    if url:
        with (folder / "regbook.toml").open("a") as file:
            file.write(f"database_url = {json.dumps(url)}\n")
    area = folder / "definitions" / "benchmarks"
    area.mkdir()
    shutil.copy(HERE / "complaint.json", area)
    office = house.open_office(read_settings(folder))
    publishing.publish(office, SYSTEM, folder / "definitions")
    _people(office)
    _fill_ours(office, count)
    accounts.add_account(office, SYSTEM, workload.READER, None, workload.READER)
    issued = accounts.issue_token(office, SYSTEM, workload.READER, "benchmarks")
    office.store.close()
    (folder / "token").write_text(issued)


def _people(office: Office) -> None:
    units: list[Seed] = [Seed("departments", {"name": "公司", "kind": "centre"}, ROOT)]
    for each in workload.DEPARTMENTS:
        parent = workload.SEEN[0] if each in workload.SEEN[1:] else ROOT
        facts = {"name": f"{each} 部", "kind": "department", "parent": parent}
        units.append(Seed("departments", facts, each))
    founding.seed(office, units)
    chance = random.Random(1)
    homes = {each: chance.choice(workload.DEPARTMENTS) for each in workload.HANDLERS}
    people = [
        Seed("people", {"name": each, "account": each, "unit": unit, "clearance": 1}, each)
        for each, unit in [*homes.items(), (workload.READER, workload.SEEN[0])]
    ]
    founding.seed(office, people)


def _fill_ours(office: Office, count: int) -> None:
    with office.store.reading() as reading:
        definition = office.edition(reading).definition(REGISTER)
    for batch in batches(workload.records(count)):
        with office.store.work() as work:
            for each in batch:
                facts = {key: value for key, value in each.items() if key not in FIXED}
                record = Record(
                    REGISTER,
                    each["id"],
                    each["state"],
                    facts,
                    owner=each["owner"],
                    department=each["department"],
                    number=each["number"],
                    level=each["level"],
                    entered_at=each["entered_at"],
                    submitted_at=each["entered_at"],
                    amended_at=each["amended_at"],
                    revision=definition.revision,
                )
                work.records.insert(definition, record, workload.NOW)


def seen_ids(count: int) -> list[str]:
    """Records that the reader sees, in no order."""
    found = (
        each["id"]
        for each in workload.records(min(count, 5_000))
        if each["department"] in workload.SEEN and each["level"] <= workload.CLEARANCE
    )
    return list(islice(found, 400))


def batches(records: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """The records in lists of at most BATCH."""
    while batch := list(islice(records, BATCH)):
        yield batch
