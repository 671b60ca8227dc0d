"""Rungs: who is climbed to, when, and what is written about it."""

from regbook.hooks import Assign, Enter, Notify, Problem, StartTimer


def problems(section, deadlines):
    """What is wrong with a definition's ladder: rungs of a deadline that does not exist."""
    return [
        Problem(f"/{name}", "unknown-deadline", {"name": name}) for name in section if name not in deadlines
    ]


def climb(ladder, record, timer, people, office):
    """The effects of a timer that fired: this rung's assignment, and the timer of the next rung.

    The deadline's own timer climbs the first rung when that has no delay; a rung's timer climbs its own.
    """
    if timer.kind not in ("due", "rung") or not ladder:
        return []
    if people.tops(timer.person):
        return _above_nobody(timer, record, office)
    n = timer.n if timer.kind == "rung" else 0
    at = office.after(timer.due, ladder[n]["after"])
    if timer.kind == "due" and at > timer.at:
        return [StartTimer(timer.deadline, "rung", 0, at)]
    effects = _reach(ladder, n, record, timer, people, office)
    if n + 1 < len(ladder):
        effects.append(
            StartTimer(timer.deadline, "rung", n + 1, office.after(timer.due, ladder[n + 1]["after"]))
        )
    return effects


def _above_nobody(timer, record, office):
    """Nobody can take it from whoever is above all: she is told, and who keeps the process, once."""
    if timer.kind != "due":
        return []
    values = {"number": record.number or ""}
    keepers = tuple(each for each in office.process_admins if each != timer.person)
    return [Notify((timer.person,), "late-above-all", values), Notify(keepers, "late-at-top", values)]


def _reach(ladder, n, record, timer, people, office):
    target = _targets(ladder, timer, people, office)[n]
    values = {"number": record.number or "", "rung": n + 1}
    effects = [
        Assign(target, "rung", timer.deadline, "escalated"),
        Notify(target, "escalated", values),
    ]
    if "escalations" in office.bound:
        facts = {
            "source": f"{record.register}/{record.id}",
            "deadline": timer.deadline,
            "rung": n + 1,
            "from_person": timer.person,
            "to_person": target[0] if target else None,
            "due_at": timer.due.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "escalated_at": timer.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        run = f"{record.register}/{record.id}:{timer.deadline}:{timer.person}:{timer.due:%Y%m%dT%H%M%S}"
        key = f"escalation:{run}:{n}"
        effects.append(Enter(office.bound["escalations"], facts, key, department=record.department))
    return effects


def _targets(ladder, timer, people, office):
    """Whom each rung reaches: active, nobody twice, past the top the process administrators."""
    reached, seen = [], {timer.person}
    for rung in ladder:
        people_named = [each for each in _named(rung["to"], timer, people) if each not in seen]
        found = tuple(people_named) or _above(seen, timer, people) or office.process_admins
        reached.append(found)
        seen.update(found)
    return reached


def _named(to, timer, people):
    if timer.person and to.startswith("superior") and "(" not in to:
        levels = int(to.partition("+")[2] or 0) + 1
        line = [each for each in people.line(timer.person) if people.active(each)]
        chosen = line[levels - 1 : levels]
    else:
        chosen = [each for each in people.resolve(to) if people.active(each)]
    return [people.delegate(each) or each for each in chosen]


def _above(seen, timer, people):
    for each in people.line(timer.person) if timer.person else ():
        if people.active(each) and each not in seen:
            return (people.delegate(each) or each,)
    return ()
