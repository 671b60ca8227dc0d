"""Rounds of lateness: when each is counted and what it costs."""

from decimal import Decimal

from regbook.hooks import Penalty, Problem, Reverse, StartTimer


def problems(section, deadlines, states):
    """What is wrong with a definition's rules: a deadline or a state that does not exist."""
    wrong = [
        Problem(f"/{name}", "unknown-deadline", {"name": name})
        for name in section
        if name not in deadlines and name != "reverse_in"
    ]
    return wrong + [
        Problem(f"/reverse_in/{n}", "unknown-state", {"name": name})
        for n, name in enumerate(section.get("reverse_in", ()))
        if name not in states
    ]


def taken_back(states, record, transition):
    """The reversal of what a penalty record was opened for, when it comes into one of the states."""
    if transition.target not in states or not record.facts.get("source"):
        return []
    register, _, source = record.facts["source"].partition("/")
    facts = record.facts
    return [Reverse(register, source, facts["deadline"], facts["person"], transition.title)]


def next_round(rule, timer, office):
    """The timer of the round after this one; none past the cap."""
    if rule is None or timer.kind not in ("due", "round"):
        return []
    n = timer.n + 1 if timer.kind == "round" else 1
    cap = office.setting(rule.get("cap"))
    if cap is not None and n > int(cap):
        return []
    at = office.round_at(timer.counts_from, n, rule["per"], _counts_begun(rule, office))
    return [StartTimer(timer.deadline, "round", n, at)]


def penalty(rule, timer, office):
    """What the round costs: the rate of now, 0 while the office only counts time."""
    if rule is None or timer.kind != "round":
        return None
    rate = Decimal(str(office.setting(rule.get("rate")) or 0))
    charged = bool(office.settings.get("penalty.charges"))
    basis = f"{rule['per']} × {rate}"
    return Penalty(rate if charged else Decimal(0), _hours(rule), rule["clause"], basis)


def _counts_begun(rule, office):
    return (rule.get("round") or office.settings.get("penalty.round") or "floor") == "ceil"


def _hours(rule):
    amount = Decimal(rule["per"].rstrip("mhwd"))
    return amount / 60 if rule["per"].endswith("m") else amount
