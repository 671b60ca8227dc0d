"""The desk at which the demo's year is worked off: people act at their instants, the clock between them."""

from __future__ import annotations

import heapq
import json
import random
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final
from zoneinfo import ZoneInfo

from regbook.errors import RegbookError
from regbook.model.access import unbounded
from regbook.model.people import Actor
from regbook.model.query import Filter, Query, Sort
from regbook.model.record import Record, instant_text
from regbook.model.timing import Calendar, Span
from regbook.rules.worktime import add_span, is_open, next_opening
from regbook.services import moving, recording, timekeeping
from regbook.services.office import Office
from regbook.services.persons import makers_of
from regbook.services.planting.organisation import Company

Story = Generator[datetime, None, None]
"""A thread of the year: it yields the instant at which it goes on."""

Follow = Callable[["Desk", Record], Story]
LATELY, RECENT = 0.14, 4
"""The share of what happens that happens in the last days, and how many days those are, about."""
LOOK: Final = timedelta(hours=3)
OPENING: Final = timedelta(hours=9)


@cache
def texts(name: str) -> Mapping[str, Any]:
    """What people of the demo write, by kind, from the data file of that name."""
    return dict(json.loads(files(__package__).joinpath(f"{name}.json").read_text("utf-8")))


@dataclass
class Desk:
    """The simulated office: its clock, its people, its chance, and what is still to happen.

    ``follow`` names the registers whose records the engine opens, and what people then do with them.
    """

    office: Office
    company: Company
    chance: random.Random
    time: datetime
    until: datetime
    follow: Mapping[str, Follow] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.office = replace(self.office, clock=lambda: self.time)
        with self.office.store.reading() as reading:
            self.calendar: Calendar = self.office.edition(reading).calendar
        self.zone = ZoneInfo(self.calendar.zone)
        self._waiting: list[tuple[datetime, int, Story]] = []
        self._begun = 0
        self._followed: set[str] = set()
        self._opened, self._looked = True, self.time
        self.refused = 0

    # who and when

    def person(self, account: str) -> str:
        """The id of the person of an account."""
        return self.company.ids[account]

    def unit(self, code: str) -> str:
        """The id of the unit of a code."""
        return self.company.ids[code]

    def someone(self, unit: str) -> str:
        """The account of somebody of the unit, or of its head when nobody else is there."""
        here = [each.account for each in self.company.people.values() if each.unit == unit]
        return self.chance.choice(here)

    def clerk(self, unit: str) -> str:
        """The account of somebody who works in the unit and does not head it."""
        head = self.company.units[unit].head
        here = [each.account for each in self.company.people.values() if each.unit == unit]
        return self.chance.choice([each for each in here if each != head])

    def away(self, account: str, register: str) -> bool:
        """Whether somebody stands in for the person of the account now, in that register."""
        with self.office.store.reading() as reading:
            directory = self.office.edition(reading).directory
        return directory.delegate(self.person(account), self.time, register) is not None

    def subordinate(self) -> str:
        """The account of somebody who has a superior."""
        people = [each for each in self.company.people if self.company.superior(each)]
        return self.chance.choice(people)

    def text_of(self, at: datetime) -> str:
        """The instant as facts hold it."""
        return str(instant_text(at))

    def instant(self, text: str) -> datetime:
        """The instant of a fact."""
        return datetime.fromisoformat(text.replace("Z", "+00:00"))

    def now_text(self) -> str:
        """The present instant as facts hold it."""
        return str(instant_text(self.time))

    def today(self, days: int = 0) -> str:
        """Today's date in the office, or that of so many days on, as facts hold it."""
        local = self.time.astimezone(self.zone).date()
        return (local + timedelta(days=days)).isoformat()

    def after(self, hours: float) -> datetime:
        """The instant so many working hours from now: minutes count too."""
        minutes = round(hours * 60)
        whole = add_span(self.time, Span.parse(f"{minutes // 60}wh"), self.calendar)
        return self.working(whole + timedelta(minutes=minutes % 60))

    def too_long(self, least: float, most: float) -> datetime:
        """So many working hours from now, but lately so many more that it still lies there today."""
        fresh = self.until - self.time < timedelta(days=RECENT * 2)
        return self.after(self.chance.uniform(least, most) * (5 if fresh else 1))

    def days_on(self, days: int) -> datetime:
        """Some time in the working day that many working days from now."""
        return self.in_day(add_span(self.time, Span.parse(f"{days}wd"), self.calendar))

    def days_after(self, at: datetime, days: int) -> datetime:
        """The same time of day so many working days after an instant."""
        return add_span(at, Span.parse(f"{days}wd"), self.calendar)

    def before(self, at: datetime, hours: float) -> datetime:
        """So many working hours before an instant, or now when that has gone by."""
        early = add_span(at, Span.parse(f"-{int(hours)}wh"), self.calendar)
        early -= timedelta(minutes=round(hours % 1 * 60))
        return max(early, self.time + timedelta(minutes=5))

    def morning(self) -> datetime:
        """Now when it is still early in a working day, else early in the next one."""
        if is_open(self.time, self.calendar) and self.time.astimezone(self.zone).hour < 11:
            return self.time
        day = self.time.astimezone(self.zone).date() + timedelta(days=1)
        begun = datetime(day.year, day.month, day.day, tzinfo=self.zone) + OPENING
        return next_opening(begun, self.calendar) + timedelta(minutes=self.chance.randrange(3, 60))

    def in_day(self, at: datetime) -> datetime:
        """Some instant within the shifts of the day, or of the next one that has any."""
        local: date = at.astimezone(self.zone).date()
        begun = datetime(local.year, local.month, local.day, tzinfo=self.zone) + OPENING
        return self.working(begun + timedelta(minutes=self.chance.randrange(0, 520)))

    def working(self, at: datetime) -> datetime:
        """The instant itself when the office is open then, else the next opening and a little."""
        if is_open(at, self.calendar):
            return at
        return next_opening(at, self.calendar) + timedelta(minutes=self.chance.randrange(2, 40))

    # what people do

    def enter(self, account: str, register: str, facts: Mapping[str, Any]) -> Record:
        """A record that the person of the account enters now."""
        self._opened |= register in self.follow
        return recording.enter(self.office, Actor("person", self.person(account)), register, facts)

    def amend(self, account: str, register: str, record_id: str, facts: Mapping[str, Any]) -> Record:
        """What the person of the account changes now in a record."""
        return recording.amend(self.office, Actor("person", self.person(account)), register, record_id, facts)

    def move(
        self,
        register: str,
        record_id: str,
        transition: str,
        facts: Mapping[str, Any] | None = None,
        *,
        by: str | None = None,
    ) -> Record:
        """A transition made now by the person of the account, or by whoever may make it."""
        person = self.person(by) if by else self.maker(register, record_id, transition)
        return moving.move(self.office, Actor("person", person), register, record_id, transition, facts or {})

    def maker(self, register: str, record_id: str, transition: str) -> str:
        """Who makes the transition: one it is assigned to before anybody else."""
        with self.office.store.reading() as reading:
            edition = self.office.edition(reading)
            definition = edition.definition(register)
            scope = unbounded(register, "read", "planting")
            record = reading.records.one(definition, record_id, scope, self.time)
            named = definition.workflow.transition(transition)
            assigned = reading.assignments.of(register, record_id)
            if record is None or named is None:
                raise LookupError(f"{register}: {transition}")
            self._opened |= bool(named.opens)
            makers = makers_of(edition, definition, record, named, assigned, self.time)
        first = [each.person for each in assigned if each.kind == "state" and each.person in makers]
        return (first or sorted(makers))[0]

    def record(self, register: str, record_id: str) -> Record:
        """The record as it is now."""
        with self.office.store.reading() as reading:
            definition = self.office.edition(reading).definition(register)
            scope = unbounded(register, "read", "planting")
            found = reading.records.one(definition, record_id, scope, self.time)
        if found is None:
            raise LookupError(f"{register}/{record_id}")
        return found

    # how the year goes by

    def begin(self, at: datetime, story: Story) -> None:
        """Lets a story begin at an instant; what would be after the last one never happens."""
        self._begun += 1
        heapq.heappush(self._waiting, (at, self._begun, story))

    def spread(self, stories: Iterable[Callable[[], Story]]) -> None:
        """Begins stories in working time: most on any day of the year, some in the last few."""
        days = (self.until - self.time).days
        for make in stories:
            ago = int(self.chance.expovariate(1 / RECENT)) if self.chance.random() < LATELY else days
            day = max(days - 1 - ago, 0) if ago < days else self.chance.randrange(days)
            self.begin(self.in_day(self.time + timedelta(days=day)), make())

    def run(self, tell: Callable[[datetime], object] = lambda month: None) -> None:
        """Works off everything that has begun, the clock firing what comes due in between."""
        told = 0
        while self._waiting and self._waiting[0][0] <= self.until:
            at, n, story = heapq.heappop(self._waiting)
            self._pass_to(at)
            if told != (told := self.time.month):
                tell(self.time)
            following = self._next(story)
            if following is not None:
                heapq.heappush(self._waiting, (max(following, at), n, story))
            self._follow_up()
        self._pass_to(self.until)

    def _next(self, story: Story) -> datetime | None:
        """When the story goes on; one that the office's definitions do not let happen ends, and counts."""
        try:
            return next(story, None)
        except RegbookError:
            self.refused += 1
            return None

    def _pass_to(self, at: datetime) -> None:
        """The clock goes on to the instant; timers on the way fire at theirs."""
        while (due := timekeeping.next_due(self.office)) is not None and due <= at:
            self.time = max(due, self.time)
            if not timekeeping.tick(self.office, by="planting"):
                break
            self._opened = True
            self._follow_up()
        self.time = max(at, self.time)

    def _follow_up(self) -> None:
        """Whatever was opened since the last look gets the people who deal with it, twice a day at most."""
        if not self._opened or self.time - self._looked < LOOK:
            return
        since, self._looked, self._opened = self._looked, self.time, False
        for register, story in self.follow.items():
            for record in self._newer(register, since):
                if record.id not in self._followed:
                    self._followed.add(record.id)
                    self.begin(self.time, story(self, record))

    def _newer(self, register: str, since: datetime) -> tuple[Record, ...]:
        with self.office.store.reading() as reading:
            definition = self.office.edition(reading).definition(register)
            fresh = Filter("entered_at", "ge", self.text_of(since))
            query = Query(limit=100, filters=(fresh,), sort=(Sort("entered_at"),))
            scope = unbounded(register, "read", "planting")
            return reading.records.page(definition, query, scope, self.time).records
