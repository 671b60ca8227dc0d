"""What each scope, field rule and level gives, in the decision and in the scope alike."""

from dataclasses import replace
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest
from offices import DIRECTORY, MODEL, NOW, definition, policy, record, rule

from regbook.access import Policy, policy_rows
from regbook.model.policy import HeldGrant, PolicyRow, Relation
from regbook.rules.reach import holds

EVERYONE = ("gina", "dora", "hal", "ann", "bob", "wu", "sid", "gone", "root", "nobody", None)


def seen(defined, held, verb="read", ties=(), grants=(), field=None, now=NOW):
    """Who may, by casbin; and the same people by the scope, or the test fails."""
    rules = policy(defined)
    by_casbin = {
        who for who in EVERYONE if rules.may(who, defined, held, verb, now, ties, grants, field).allowed
    }
    by_scope = set()
    for who in EVERYONE:
        scope = rules.scope(who, defined, verb, now)
        reaches = [scope.records, *([scope.fields[field]] if field in scope.fields else [])]
        mine = held.state != "draft" or held.owner == who
        if mine and all(holds(each, held, ties, grants, now) for each in reaches):
            by_scope.add(who)
    assert by_casbin == by_scope
    return by_casbin


def tie(kind, person=None, department=None, field=None, **more):
    return Relation("issue", "1", kind, person, department, field, **more)


SCOPES = [
    ("all", {"gina", "dora", "hal", "ann", "bob", "wu", "sid", "root"}, ()),
    ("own", {"ann"}, ()),
    ("department", {"ann", "hal"}, ()),
    ("subtree", {"ann", "hal", "dora", "gina"}, ()),
    ("line", {"hal", "dora", "gina"}, ()),
    ("line:owner", {"hal", "dora", "gina"}, ()),
    ("party", {"bob"}, (tie("party", "bob", field="to"),)),
    ("party:to", {"bob"}, (tie("party", "bob", field="to"),)),
    ("party:to", set(), (tie("party", "bob", field="from"),)),
    ("party:to", {"bob", "wu"}, (tie("party", department="works", field="to"),)),
    ("department:to", {"bob", "wu"}, (tie("party", department="works", field="to"),)),
    ("department:to", {"bob", "wu"}, (tie("party", "wu", field="to"),)),
    ("subtree:to", {"bob", "wu", "dora", "gina"}, (tie("party", department="works", field="to"),)),
    ("line:to", {"wu", "dora", "gina"}, (tie("party", "bob", field="to"),)),
    ("line:assignee", {"wu", "dora", "gina"}, (tie("assignee", "bob"),)),
    ("assigned", {"bob"}, (tie("assignee", "bob"),)),
    ("assigned", set(), (tie("copied", "bob"),)),
    ("assigned", set(), (Relation("issue", "2", "assignee", "bob"),)),
    ("assigned", set(), (Relation("other", "1", "assignee", "bob"),)),
    ("assigned", set(), (tie("assignee", "bob", until=NOW),)),
    ("assigned", {"bob"}, (tie("assignee", "bob", until=NOW + timedelta(seconds=1)),)),
]


@pytest.mark.parametrize(("scope", "people", "ties"), SCOPES)
def test_a_scope_reaches_these_people_and_no_others(scope, people, ties):
    # amend stands in no office-wide rule, read does: an assignment alone gives sight.
    assert seen(definition(rule("role:staff", "amend", scope=scope)), record(), "amend", ties) == people


def grant(person, *verbs, fields=(), start=NOW, end=None):
    return HeldGrant(
        "g", "issue", "1", person, frozenset(verbs), start, "hal", "调查", end, frozenset(fields)
    )


def test_no_rule_gives_anyone_anything_by_default():
    assert seen(definition(), record(), ties=(tie("party", "ann"), tie("subject", "ann"))) == set()


def test_who_is_named_by_relation_gets_it_and_no_one_else():
    defined = definition(rule("owner", "amend"), rule("field:to", "amend"))
    assert seen(defined, record(), "amend", (tie("party", "bob", field="to"),)) == {"ann", "bob"}
    assert seen(defined, record(owner=None), "amend", (tie("party", "bob", field="about"),)) == set()


def test_the_head_of_the_department_is_not_the_head_of_another():
    assert seen(definition(rule("head", "amend")), record(), "amend") == {"hal"}
    assert seen(definition(rule("division_head", "amend")), record(), "amend") == {"dora"}
    assert seen(definition(rule("superior", "amend")), record(), "amend") == {"hal"}
    to_works = (tie("party", department="works", field="to"),)
    assert seen(definition(rule("head(field:to)", "amend")), record(), "amend", to_works) == {"wu"}
    assert seen(definition(rule("post:clerk", "amend")), record(), "amend") == {"ann"}


def test_scopes_of_several_roles_unite():
    defined = definition(rule("role:staff", "amend", scope="own"), rule("role:auditor", "amend"))
    assert seen(defined, record(), "amend") == {"ann", "sid"}


def test_nothing_is_read_above_ones_clearance():
    defined = definition(rule("role:staff", "read"))
    assert seen(defined, record(level=2)) == {"gina", "dora", "hal", "wu", "bob", "sid", "root"}
    assert seen(defined, record(level=3)) == {"gina", "dora", "hal", "wu", "sid", "root"}


def test_no_rule_of_a_role_reaches_the_highest_level_whatever_it_says():
    defined = definition(rule("role:staff", "read", up_to=4), rule("owner", "read", up_to=4))
    assert seen(defined, record(owner="gina", level=4), ties=(tie("assignee", "gina"),)) == set()
    assert all(row.lvl <= 3 for row in policy_rows(defined) if row.scope != "granted")
    given = (grant("gina", "read"), grant("hal", "read"))
    assert seen(defined, record(level=4), grants=given) == {"gina"}, "no grant lifts a clearance"


def test_a_rule_ends_at_its_own_level():
    defined = definition(rule("role:head", "amend", up_to=1))
    assert seen(defined, record(level=2), "amend") == set()
    assert "hal" in seen(defined, record(level=1), "amend")


def test_a_record_is_open_from_its_declassification_on_and_not_before():
    defined = definition(rule("role:staff", "amend", scope="own"))
    assert seen(defined, record(level=3, declassify_on=NOW), "amend") == {"ann"}
    assert seen(defined, record(level=3, declassify_on=NOW + timedelta(seconds=1)), "amend") == set()


def test_entering_above_ones_clearance_is_allowed_and_reading_it_afterwards_is_not():
    defined = definition(rule("role:staff", "enter", "read", scope="own"))
    high = record(level=3)
    assert seen(defined, high, "enter") == {"ann"}
    assert seen(defined, high, "read") == set()


def test_entering_is_asked_without_a_record():
    rules, defined = policy(defined := definition(rule("role:head", "enter", scope="own"))), defined
    assert rules.may("hal", defined, None, "enter", NOW).rule == "issue#1.enter"
    assert not rules.may("ann", defined, None, "enter", NOW)
    assert not rules.may(None, defined, None, "enter", NOW)


def test_a_denied_field_does_not_exist_for_the_role_even_if_another_role_gives_it():
    defined = definition(
        rule("role:staff", "read", scope="subtree"), rule("role:head", "read", scope="all", deny=("subject",))
    )
    assert "hal" in seen(defined, record())
    assert "hal" not in seen(defined, record(), field="subject")
    assert "ann" in seen(defined, record(), field="subject")
    scope = policy(defined).scope("hal", defined, "read", NOW)
    assert not scope.knows("subject")
    assert scope.knows("phone")
    for verb in ("match", "range", "amend", "export"):
        assert not policy(defined).scope("hal", defined, verb, NOW).knows("subject"), verb


def test_only_gives_the_named_fields_and_no_other():
    defined = definition(rule("role:staff", "read", only=("subject", "people.note")))
    scope = policy(defined).scope("dora", defined, "read", NOW)
    known = {
        name for name in ("subject", "loss", "phone", "diary", "people", "people.note") if scope.knows(name)
    }
    assert {"subject", "people", "people.note"} <= known
    by_rule = {name for name in known if seen(defined, record(), field=name)}
    assert by_rule == {"subject", "people", "people.note"}, "the others wait for a grant"


def test_a_field_above_the_readers_clearance_does_not_exist():
    defined = definition(rule("role:staff", "read"))
    assert seen(defined, record(), field="loss") == {"gina", "dora", "hal", "bob", "wu", "sid", "root"}
    assert seen(defined, record(), field="people.note") == seen(defined, record(), field="loss")
    assert not policy(defined).scope("ann", defined, "read", NOW).knows("loss")


def test_an_encrypted_field_is_never_ordered_by_and_matched_only_where_it_says_so():
    defined = definition(rule("role:staff", "read"))
    everyone = seen(defined, record())
    assert [seen(defined, record(), "match", field=f) for f in ("subject", "phone", "diary", "loss")] == [
        everyone, everyone, set(), set()
    ]  # fmt: skip
    assert [seen(defined, record(), "range", field=f) for f in ("subject", "phone", "diary", "loss")] == [
        everyone, set(), set(), set()
    ]  # fmt: skip


def test_read_carries_match_and_range_unless_the_rule_names_one_itself():
    rows = policy_rows(definition(rule("role:staff", "read")))
    assert {row.act for row in rows if row.sub == "role:staff"} == {"read", "match", "range"}
    named = definition(rule("role:staff", "read", "match"))
    assert seen(named, record(), "range") == set()
    assert seen(named, record(), "match") == seen(named, record(), "read") != set()


def test_no_office_wide_rule_and_no_administrator_reaches_a_private_register():
    ties = (tie("assignee", "root"),)
    assert seen(definition(), record(), ties=ties) == {"root"}
    assert seen(definition(private=True), record(), ties=ties) == set()
    own_rules = definition(rule("role:keeper", "read"), private=True)
    assert seen(own_rules, record(), ties=ties) == {"ann"}
    assert seen(own_rules, record(), grants=(grant("bob", "read"),)) == {"ann", "bob"}
    everywhere = PolicyRow("role:admin", "*", "*", "*", id="office.admin")
    rules = Policy((*policy_rows(own_rules), everywhere), DIRECTORY, MODEL, ["issue"])
    assert not rules.may("root", own_rules, record(), "read", NOW)
    assert rules.registers("root", "read") == frozenset()


def test_a_draft_is_its_owners_alone():
    defined = definition(rule("role:staff", "read"))
    assert seen(defined, record(state="draft"), grants=(grant("bob", "read"),)) == {"ann"}


def test_a_grant_gives_its_verbs_on_its_record_in_its_time():
    defined = definition()
    assert seen(defined, record(), grants=(grant("bob", "read"),)) == {"bob"}
    assert seen(defined, record(), "match", grants=(grant("bob", "read"),)) == {"bob"}
    assert seen(defined, record(), "amend", grants=(grant("bob", "read"),)) == set()
    assert seen(defined, record(id="2"), grants=(grant("bob", "read"),)) == set()
    assert seen(defined, record(), grants=(grant("bob", "read", end=NOW),)) == set()
    assert seen(defined, record(), grants=(grant("bob", "read", start=NOW + timedelta(seconds=1)),)) == set()
    assert seen(defined, record(), grants=(grant("gone", "read"),)) == set()


def test_a_grant_of_fields_adds_them_to_a_record_that_is_reached_already():
    defined = definition(rule("role:staff", "read", scope="own", only=("subject",)))
    one = (grant("ann", "read", fields=("phone",)), grant("bob", "read", fields=("phone",)))
    assert seen(defined, record(), grants=one, field="phone") == {"ann"}
    assert seen(defined, record(), grants=one, field="diary") == set()
    assert seen(defined, record(), grants=one) == {"ann"}
    secret = (grant("ann", "read", fields=("loss",)),)
    assert seen(defined, record(), grants=secret, field="loss") == set(), "no grant lifts a clearance"


def test_a_denied_field_stays_denied_under_a_grant():
    defined = definition(rule("role:staff", "read", deny=("subject",)))
    assert seen(defined, record(), grants=(grant("bob", "read"),), field="subject") == set()


def test_no_grant_exceeds_what_its_giver_may():
    defined = definition(rule("role:head", "read", scope="subtree"))
    rules = policy(defined)
    assert rules.may_give(defined, record(), grant("bob", "read"), NOW)
    assert not rules.may_give(defined, record(), grant("bob", "read", "amend"), NOW)
    assert not rules.may_give(defined, record(department="works"), grant("bob", "read"), NOW)
    partly = definition(rule("role:head", "read", scope="subtree", deny=("diary",)))
    assert not policy(partly).may_give(partly, record(), grant("bob", "read"), NOW)
    assert policy(partly).may_give(partly, record(), grant("bob", "read", fields=("phone",)), NOW)


def test_a_field_that_is_not_there_is_refused_like_one_that_may_not_be_read():
    defined = definition(rule("role:staff", "read"))
    rules = policy(defined)
    assert not rules.may("gina", defined, record(), "read", NOW, field="nothing")
    assert not rules.may("gina", defined, record(), "read", NOW, field="people.nothing")
    assert rules.may("gina", defined, record(), "read", NOW, field="people.who")
    assert rules.may("gina", defined, record(), "read", NOW, field="state")


def test_a_verdict_names_the_row_that_made_it():
    defined = definition(
        rule("role:staff", "read", scope="own"), rule("role:head", "read", deny=("subject",))
    )
    rules = policy(defined)
    assert rules.may("ann", defined, record(), "read", NOW).rule == "issue#1.read"
    assert rules.may("hal", defined, record(), "read", NOW, field="subject").rule == "issue#2.deny.subject"
    assert rules.may("bob", defined, record(), "read", NOW).rule == ""
    assert (
        rules.may("bob", defined, record(), "read", NOW, (tie("assignee", "bob"),)).rule
        == "office.assigned.read"
    )


def test_menus_show_the_registers_where_a_rule_gives_the_verb():
    rules = policy(definition(rule("role:head", "enter", scope="own"), rule("role:auditor", "read")))
    heads = ["dora", "hal", "wu"]
    assert [who for who in EVERYONE if "issue" in rules.registers(who, "enter")] == ["gina", *heads]
    assert [who for who in EVERYONE if "issue" in rules.registers(who, "read")] == ["gina", *heads, "sid"]
    hidden = policy(defined := definition(rule("field:to", "read"), private=True))
    assert all(hidden.registers(who, "read") == frozenset() for who in EVERYONE)
    assert hidden.verbs("ann", defined) == frozenset()
    assert rules.verbs("nobody", defined) == frozenset()


def test_a_scope_is_valid_until_the_next_row_begins_or_ends():
    later = NOW + timedelta(hours=1)
    row = PolicyRow("role:staff", "issue", "*", "read", exp="2026-09-30T09:00:00Z", id="timed")
    defined = definition()
    rules = Policy((*policy_rows(defined), row), DIRECTORY, MODEL)
    now = rules.scope("ann", defined, "read", NOW)
    assert now.valid_until == later
    assert rules.scope("ann", defined, "read", later - timedelta(seconds=1)) is now
    then = rules.scope("ann", defined, "read", later)
    assert (holds(now.records, record(), (), (), NOW), holds(then.records, record(), (), (), later)) == (
        True,
        False,
    )
    assert rules.scope("ann", defined, "read", NOW).records == now.records, "also when asked of the past"


def test_an_explanation_says_what_each_row_lacks():
    defined = definition(rule("role:head", "amend", scope="own", up_to=1), rule("role:staff", "print"))
    reasons = policy(defined).explain("ann", defined, record(level=2), "amend", NOW)
    assert [(each.row.id, each.fails) for each in reasons] == [
        ("issue#1.amend", ("role", "level")),
        ("issue#granted", ("level", "scope")),
    ]
    applying = policy(defined).explain("hal", defined, record(owner="hal"), "amend", NOW)
    assert [each.row.id for each in applying if each.applies] == ["issue#1.amend"]
    assert policy(defined).explain(None, defined, record(), "amend", NOW) == ()


RECORDS = [
    record(owner, unit, state=state, level=level)
    for owner in ("ann", "bob", "wu", "gone", None)
    for unit in ("sales", "works", None)
    for state in ("raised", "draft")
    for level in (0, 2)
]
RULES = [rule("owner", "read"), rule("role:head", "read", scope="subtree"), rule("field:to", "read")]


def answers(rules, defined, ties=(), now=NOW):
    """What one policy says of every record to everybody, one after the other."""
    return [
        rules.may(who, defined, each, "read", now, ties, (), name)
        for each in RECORDS
        for who in EVERYONE
        for name in (None, "to")
    ]


def test_what_was_decided_of_one_record_is_never_told_of_another_that_stands_otherwise():
    defined = definition(*RULES)
    fresh = [
        policy(defined).may(who, defined, each, "read", NOW, (), (), name)
        for each in RECORDS
        for who in EVERYONE
        for name in (None, "to")
    ]
    rules = policy(defined)
    assert answers(rules, defined) == fresh
    assert answers(rules, defined) == fresh


def test_a_decision_that_asked_a_relation_is_asked_again():
    defined, rules = definition(*RULES), policy(definition(*RULES))
    mine = tie("party", "bob", field="to")
    held = record("ann", "sales")
    assert not rules.may("bob", defined, held, "read", NOW)
    assert rules.may("bob", defined, held, "read", NOW, (mine,))
    assert not rules.may("bob", defined, held, "read", NOW)


def test_the_next_policy_takes_over_what_holds_of_whoever_has_not_changed():
    defined = definition(*RULES)
    rules = policy(defined)
    scopes = {who: rules.scope(who, defined, "read", NOW) for who in ("ann", "bob")}
    raised = replace(DIRECTORY.people["bob"], clearance=4)
    moved = replace(DIRECTORY, people={**DIRECTORY.people, "bob": raised})
    after = Policy(rules.rows, moved, MODEL, rules.private, rules)
    assert after.scope("ann", defined, "read", NOW) is scopes["ann"]
    assert after.scope("bob", defined, "read", NOW).clearance == 4
    assert answers(after, defined) == answers(Policy(rules.rows, moved, MODEL, rules.private), defined)
    fewer = Policy(rules.rows[1:], DIRECTORY, MODEL, rules.private, rules)
    assert fewer.scope("ann", defined, "read", NOW) is not scopes["ann"]


def test_rows_begin_and_end_at_their_instant_whatever_zone_the_question_bears():
    row = PolicyRow("role:staff", "issue", "*", "read", exp="2026-09-30T09:00:00Z", id="timed")
    defined = definition()
    rules = Policy((*policy_rows(defined), row), DIRECTORY, MODEL)
    for zone in (UTC, ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")):
        before, then = ((NOW + timedelta(minutes=each)).astimezone(zone) for each in (59, 60))
        assert rules.may("ann", defined, record(), "read", before).allowed
        assert not rules.may("ann", defined, record(), "read", then).allowed
