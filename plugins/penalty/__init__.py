"""Every hour late is counted, and costs what the office has set (DWM 6.8); until then, nothing."""

from regbook_plugins.penalty import rounds

from regbook.hooks import hook


@hook
def check_definition(definition):
    """Each rule belongs to a deadline that exists."""
    deadlines = {each.name for each in definition.deadlines}
    section = definition.plugins.get("penalty", {})
    return rounds.problems(section, deadlines, definition.workflow.states)


@hook
def deadline_passed(definition, timer, people, office):
    """The next round's timer starts when the deadline passes and when a round is counted.

    Whoever is above all is not charged: nobody could decide it (DWM 6.8 ends with the general manager).
    """
    if people.tops(timer.person):
        return []
    return rounds.next_round(definition.plugins.get("penalty", {}).get(timer.deadline), timer, office)


@hook
def penalty_for(definition, timer, office):
    """One round: its hours, its amount at the rate of now, its clause."""
    return rounds.penalty(definition.plugins.get("penalty", {}).get(timer.deadline), timer, office)


@hook
def transition_made(definition, record, transition):
    """A penalty that comes into a state named under ``reverse_in`` takes back what has accrued."""
    return rounds.taken_back(definition.plugins.get("penalty", {}).get("reverse_in", ()), record, transition)
