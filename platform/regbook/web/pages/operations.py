"""`/operations/`: how the office runs, for whoever keeps the system; no fact of any record is on it."""

from __future__ import annotations

from contextlib import suppress

from flask import Response, request

from regbook.errors import NotFound
from regbook.model.office import Worker
from regbook.services import faults, operating
from regbook.services.faults import Fault
from regbook.services.operating import Running
from regbook.web import views as v
from regbook.web.pages.desk import Desk
from regbook.web.pages.frame import draw, page
from regbook.web.pages.spans import length_of
from regbook.web.pages.telling import go
from regbook.web.texts import t

PATH = "/operations/"
KINDS = ("web", "worker")
MOST_GONE = 3
"""How many workers that are not heard of any more are shown."""
ALL = "all"


def operations(desk: Desk) -> Response:
    """The page."""
    running = operating.running(desk.office, desk.actor)
    put_off = tuple(_fault(desk, each) for each in running.faults)
    view = v.OperationsView(
        *_standing(running),
        figures=_figures(running),
        workers=_workers(desk, running),
        faults=put_off,
        nothing=v.Empty(t("pages-ops-no-faults"), t("pages-ops-no-faults-hint"), "circle-check"),
    )
    every = v.Button(
        t("pages-ops-retry-all"), "plain", "rotate-ccw", post=f"{PATH}retry", name="timer", value=ALL
    )
    actions = (every,) if len(put_off) > 1 else ()
    frame = page(desk, t("pages-operations"), PATH, layout="bg", actions=actions)
    return draw("operations.html", page=frame, view=view)


def retry(desk: Desk) -> Response:
    """Lets a timer that was put off, or all of them, fire with the next look at the clock."""
    asked = request.form.get("timer", "")
    if asked != ALL:
        faults.retry(desk.office, desk.actor, asked)
        return go(PATH, "retried")
    for each in faults.faults(desk.office, desk.actor):
        with suppress(NotFound):  # it fired meanwhile
            faults.retry(desk.office, desk.actor, each.timer.id)
    return go(PATH, "retried")


def _standing(running: Running) -> tuple[str, v.NoticeTone]:
    """The one sentence that says whether something must be done."""
    if not running.alive:
        return t("pages-ops-nobody"), "bad"
    if running.late:
        return t("pages-ops-late", length=_waited(running)), "bad"
    if running.faults or running.undelivered:
        return t("pages-ops-faulty"), "warn"
    return t("pages-ops-well"), "ok"


def _waited(running: Running) -> str:
    return length_of(running.now - running.due_since) if running.due_since else ""


def _figures(running: Running) -> tuple[v.Figure, ...]:
    alive = sum(1 for each in running.workers if running.lives(each))
    since = t("pages-ops-since", length=_waited(running)) if running.due_since else ""
    off, most = len(running.faults), operating.MOST_FAULTS
    left = running.undelivered
    told = (
        ("workers", str(alive), "activity", "", "green" if alive else "red"),
        ("due", f"{running.due:,}", "clock", since, "red" if running.late else ""),
        ("faults", f"{off}+" if off == most else str(off), "timer", "", "amber" if off else ""),
        ("undelivered", f"{left:,}", "send", "", "amber" if left else ""),
    )
    return tuple(
        v.Figure(t(f"pages-ops-{name}"), value, icon, note=note, tone=tone)  # type: ignore[arg-type]
        for name, value, icon, note, tone in told
    )


def _workers(desk: Desk, running: Running) -> tuple[v.WorkerView, ...]:
    living = [each for each in running.workers if running.lives(each)]
    gone = [each for each in running.workers if not running.lives(each)][:MOST_GONE]
    return tuple(_worker(desk, running, each) for each in (*living, *gone))


def _worker(desk: Desk, running: Running, worker: Worker) -> v.WorkerView:
    lives = running.lives(worker)
    return v.WorkerView(
        worker.name,
        t(f"pages-ops-kind-{worker.kind if worker.kind in KINDS else 'worker'}"),
        desk.lately(worker.begun_at),
        t("pages-ops-ago", length=length_of(running.now - worker.seen_at)),
        v.Status(t("pages-ops-alive"), "green") if lives else v.Status(t("pages-ops-gone"), "grey"),
    )


def _fault(desk: Desk, fault: Fault) -> v.FaultView:
    timer = fault.timer
    known = desk.edition.registers.get(timer.register)
    title, deadline = timer.register, timer.deadline
    if known is not None:
        definition = known.definition
        title = desk.title(definition)
        found = next((each for each in definition.deadlines if each.name == timer.deadline), None)
        if found is not None:
            deadline = desk.text(definition, f"deadlines.{found.name}.title", found.title)
    button = v.Button(
        t("pages-ops-retry"), icon="rotate-ccw", post=f"{PATH}retry", name="timer", value=timer.id
    )
    return v.FaultView(
        title,
        timer.record or "",
        deadline,
        desk.lately(timer.at),
        timer.attempts,
        desk.lately(fault.again),
        fault.reason,
        button,
    )
