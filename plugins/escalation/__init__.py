"""An overdue record climbs the reporting line, one rung at a time (DWM 6.1, 6.4, 6.7)."""

from regbook_plugins.escalation import rungs

from regbook.hooks import hook


@hook
def check_definition(definition):
    """Each rung belongs to a deadline that exists, and later rungs come later."""
    return rungs.problems(definition.plugins.get("escalation", {}), {d.name for d in definition.deadlines})


@hook
def deadline_passed(definition, record, timer, people, office):
    """The rung that has come due is climbed, and the next one's timer starts."""
    ladder = definition.plugins.get("escalation", {}).get(timer.deadline, ())
    return rungs.climb(ladder, record, timer, people, office)
