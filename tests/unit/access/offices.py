"""A small office and definitions for the tests of access."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from regbook.access import Policy, office_rows, policy_rows
from regbook.model.access import AccessRule
from regbook.model.definition import Definition, Field
from regbook.model.people import Department, Directory, Person, Post
from regbook.model.record import Record
from regbook.model.workflow import Workflow

POLICY = Path(__file__).resolve().parents[3] / "definitions/policy"
MODEL = (POLICY / "model.conf").read_text("utf-8")
OFFICE = office_rows((POLICY / "rules.csv").read_text("utf-8"))
NOW = datetime(2026, 9, 30, 8, tzinfo=UTC)

UNITS = (
    Department("company", "公司", kind="centre", head="gina"),
    Department("north", "北部", "company", "division", "dora"),
    Department("sales", "销售", "north", head="hal"),
    Department("works", "生产", "north", head="wu"),
    Department("south", "南部", "company", "division"),
)
PEOPLE = (
    Person("gina", "总经理", unit="company", clearance=4),
    Person("dora", "部经理", unit="north", superior="gina", clearance=3),
    Person("hal", "主管", unit="sales", superior="dora", clearance=3),
    Person("ann", "员工", unit="sales", post="clerk", superior="hal"),
    Person("bob", "员工", unit="works", superior="wu", clearance=2),
    Person("wu", "主管", unit="works", superior="dora", clearance=3),
    Person("sid", "南员工", unit="south", superior="gina", roles=frozenset({"auditor"}), clearance=4),
    Person("gone", "离职", unit="sales", superior="hal", roles=frozenset({"auditor"}), active=False),
    Person("root", "管理员", roles=frozenset({"process_admin", "admin"}), clearance=4),
)
DIRECTORY = Directory(
    {each.id: each for each in PEOPLE},
    {each.id: each for each in UNITS},
    {"clerk": Post("clerk", "文员", frozenset({"keeper"}))},
)
FIELDS = (
    Field("subject", "问题", "text", {}),
    *(Field(key, key, "person", {}) for key in ("to", "from")),
    Field("loss", "损失", "money", {}, secrecy=2),
    Field("phone", "电话", "phone", {"x-match": True}, personal=True),
    Field("diary", "日记", "text", {}, personal=True),
    Field("people", "人员", "lines", {}, lines={"who": Field("who", "谁", "person", {}),
                                               "note": Field("note", "备注", "text", {}, secrecy=2)}),
)  # fmt: skip


def rule(who: str, *do: str, scope: str = "all", **more: object) -> AccessRule:
    """``rule("role:head", "read", scope="subtree")``; a text without role or post is a who."""
    kind, _, name = who.partition(":")
    made = (kind, name) if kind in ("role", "post") else ("who", who)
    return AccessRule(made, do, scope, **more)  # type: ignore[arg-type]


def definition(*rules: AccessRule, private: bool = False) -> Definition:
    """A register ``issue`` with these rules."""
    fields = {each.key: each for each in FIELDS}
    return Definition("issue", "问题", fields, Workflow("raised", {}), {}, access=rules, private=private)


def policy(*definitions: Definition) -> Policy:
    """The policy of the small office with these definitions and the office-wide rules."""
    rows = [row for each in definitions for row in policy_rows(each)]
    private = [each.register for each in definitions if each.private]
    return Policy((*rows, *OFFICE), DIRECTORY, MODEL, private)


def record(owner: str | None = "ann", department: str | None = "sales", **more: object) -> Record:
    """A record of ``issue``."""
    facts = {"register": "issue", "id": "1", "state": "raised", "facts": {}, **more}
    return Record(owner=owner, department=department, **facts)  # type: ignore[arg-type]
