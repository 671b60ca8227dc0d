"""Twin offices: the same in everything that certain readers may see, different in what is hidden from them.

Both are made by the same deeds in the same order; ``hidden`` deeds alone draw from a chance of each twin's
own. Ids are counted, those of hidden deeds apart, so that what is visible bears the same ids in both.
"""

from __future__ import annotations

import copy
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from web_offices import library, plugins

from regbook.errors import RegbookError
from regbook.model.office import Session, Token
from regbook.model.people import SYSTEM, Actor
from regbook.model.policy import HeldGrant
from regbook.services import approving, attaching, finding, moving, recording, timekeeping
from regbook.services.library import Library
from regbook.services.sample import Sample, sample_office
from regbook.store import Store, open_store, writing
from regbook.store.keyring import Keyring
from regbook.store.secrets import hash_secret
from regbook.web.application import Application, create_app

KEYS = Keyring("test", {"test": bytes(range(32))})
BEGUN = datetime(2026, 9, 30, 1, tzinfo=UTC)
READERS = ("staff", "peer", "outsider")
"""Those for whom nothing above 内部 exists, and none of what the rules deny."""
PEOPLE = (*READERS, "head", "division_head", "gm", "other_head")
NAMES = ("青石", "白塔", "云门", "南屏", "安桥", "竹溪", "石梁")
CANARIES = ("斑马", "雪豹", "貘兽", "quagga", "okapi", "tapir")
"""Words that stand in hidden places alone, and in what readers ask."""
CODES = ("C-1", "C-2", "C-3", "C-4", "C-5", "C-6", "C-7", "C-8")
SUMS = ("7.00", "40.00", "250.00", "9000.00")
IDENTITIES = ("11010519491231002X", "11010519510204182X", "11010519520310042X", "11010519530414072X")
"""Alike in the six figures and the two that their mask leaves."""
PHONES = ("13800138000", "13811138000", "13822238000")
DENIED = ["note"]
SHOWN = [
    *("number", "name", "kind", "code", "amount", "day", "handler", "partner", "remark", "secret"),
    *("identity", "phone", "parts.what", "files", "note"),
]
"""What the rules give readers of a dossier; what they leave out or deny does not exist for them."""
LEFT_OUT = ["note", "cost", "margin", "parts.price", "papers"]
OPEN_FIELDS = {"only": SHOWN, "deny": DENIED}
PDF = b"%PDF-1.7\n" + bytes(range(64))

TEXT: dict[str, Any] = {"type": "string"}
DOSSIER: dict[str, Any] = {
    "register": "dossier",
    "title": "卷宗",
    "titles": ["name"],
    "description": "Beside it: partner. vault. diary. parcel.",
    "entity": {
        "type": "object",
        "required": ["name", "kind"],
        "properties": {
            "number": {**TEXT, "format": "serial", "readOnly": True, "x-serial": "D{level}-{seq:4}"},
            "name": {**TEXT, "title": "名称", "maxLength": 60},
            "kind": {
                **TEXT,
                "title": "类别",
                "oneOf": [
                    {"const": "plain", "title": "一般"},
                    {"const": "important", "title": "重要"},
                    {"const": "decisive", "title": "要害"},
                ],
            },
            "code": {**TEXT, "title": "代号", "x-unique": True, "maxLength": 20},
            "amount": {**TEXT, "format": "money", "title": "金额"},
            "day": {**TEXT, "format": "date", "title": "日期"},
            "handler": {**TEXT, "format": "person", "title": "经手人"},
            "partner": {**TEXT, "format": "record", "title": "对方", "x-to": "partner", "x-back": "dossiers"},
            "remark": {**TEXT, "title": "备注", "maxLength": 400},
            "note": {**TEXT, "title": "批注", "maxLength": 400},
            "cost": {**TEXT, "format": "money", "title": "成本"},
            "margin": {**TEXT, "format": "money", "title": "毛利", "x-formula": "amount - cost"},
            "secret": {**TEXT, "title": "密语", "x-secrecy": "秘密", "x-match": True},
            "identity": {**TEXT, "format": "identity-no", "title": "证件", "x-personal": True},
            "phone": {**TEXT, "format": "phone", "title": "电话"},
            "parts": {
                "type": "array",
                "title": "明细",
                "items": {
                    "type": "object",
                    "properties": {
                        "what": {**TEXT, "title": "物品"},
                        "price": {**TEXT, "format": "money", "title": "价格"},
                    },
                },
            },
            "files": {"type": "array", "format": "file", "title": "附件"},
            "papers": {"type": "array", "format": "file", "title": "密件"},
        },
    },
    "form": [
        {
            "name": "facts",
            "title": "情况",
            "rows": [["name", "kind"], ["code", "amount"], ["day", "handler"], ["partner"], ["remark"]],
        },
        {"name": "hidden", "title": "内情", "rows": [["note", "cost"], ["margin", "secret"], ["papers"]]},
        {"name": "more", "title": "其他", "rows": [["identity", "phone"], ["parts"], ["files"]]},
    ],
    "list": {
        "columns": ["number", "name", "kind", "amount", "partner", "note", "secret", "state", "assignee"],
        "filters": ["state", "kind", "handler", "owner", "day", "note", "level", "partner", "phone"],
        "sort": "-entered_at",
    },
    "views": [
        {
            "name": "costly",
            "title": "高成本",
            "where": {"cost": {"minimum": 100}},
            "columns": ["number", "name", "cost"],
        },
        {
            "name": "open",
            "title": "在办",
            "where": {"state": ["raised"]},
            "columns": ["number", "name", "note"],
        },
    ],
    "workflow": {
        "initial": "raised",
        "states": {
            "raised": {"title": "已提出", "assign": "field:handler"},
            "handled": {"title": "已处理", "assign": "head"},
            "closed": {"title": "已关闭"},
        },
        "transitions": [
            {
                "name": "handle",
                "title": "处理",
                "from": "raised",
                "to": "handled",
                "by": ["field:handler", "owner"],
                "needs": ["remark"],
            },
            {
                "name": "close",
                "title": "关闭",
                "from": "handled",
                "to": "closed",
                "by": ["head", "owner"],
                "steps": [{"name": "gm", "title": "总经理", "of": "gm"}],
            },
        ],
    },
    "opens": [
        {
            "name": "send",
            "title": "寄出",
            "register": "parcel",
            "fill": {"subject": "{name}", "source": "{self}", "detail": "{note}"},
        }
    ],
    "access": [
        {
            "role": "staff",
            "do": ["enter", "read", "amend", "move", "attach", "withdraw"],
            "scope": "own",
            "fields": OPEN_FIELDS,
        },
        {"role": "staff", "do": ["read"], "scope": "department", "fields": OPEN_FIELDS, "up_to": "内部"},
        {"role": "staff", "do": ["read", "move"], "scope": "assigned", "fields": {"deny": LEFT_OUT}},
        {"role": "gm", "do": ["enter", "read", "amend", "move", "attach", "withdraw", "unmask"]},
    ],
    "checks": [{"that": "amount >= cost", "at": "/amount", "say": "金额不得低于成本"}],
    "deadlines": [
        {
            "name": "handle",
            "title": "按时处理",
            "of": "field:handler",
            "from": "entered_at",
            "within": "4h",
            "until": {"state": ["handled", "closed"]},
            "warn": ["-1h"],
        }
    ],
    "secrecy": {
        "by": "kind",
        "levels": {"plain": "内部", "important": "机密", "decisive": "绝密"},
        "term": {"机密": "5y", "绝密": "10y"},
        "from": "submitted_at",
        "keepers": ["role:gm"],
    },
}
PARTNER: dict[str, Any] = {
    "register": "partner",
    "title": "对方单位",
    "titles": ["name"],
    "entity": {
        "type": "object",
        "required": ["name"],
        "properties": {
            "number": {**TEXT, "format": "serial", "readOnly": True, "x-serial": "P{level}-{seq:3}"},
            "name": {**TEXT, "title": "名称"},
            "kind": DOSSIER["entity"]["properties"]["kind"],
            "credit": {**TEXT, "title": "信用", "x-secrecy": "秘密"},
        },
    },
    "form": [{"name": "facts", "title": "情况", "rows": [["name", "kind"], ["credit"]]}],
    "list": {"columns": ["number", "name", "credit"], "filters": ["name"], "sort": "name"},
    "access": [{"role": "staff", "do": ["read"]}, {"role": "gm", "do": ["enter", "read", "amend"]}],
    "secrecy": DOSSIER["secrecy"],
}
VAULT: dict[str, Any] = {
    "register": "vault",
    "title": "密柜",
    "titles": ["name"],
    "private": True,
    "entity": {
        "type": "object",
        "properties": {
            "number": {**TEXT, "format": "serial", "readOnly": True, "x-serial": "V{rand:6}"},
            "name": {**TEXT, "title": "名称"},
            "about": {**TEXT, "format": "person", "title": "关于"},
            "partner": {**TEXT, "format": "record", "title": "对方", "x-to": "partner", "x-back": "vaults"},
        },
    },
    "form": [{"name": "facts", "title": "情况", "rows": [["name"], ["about"], ["partner"]]}],
    "list": {"columns": ["number", "name", "about"], "filters": ["about"], "sort": "name"},
    "access": [{"role": "gm", "do": ["enter", "read", "amend"]}],
}
DIARY: dict[str, Any] = {
    "register": "diary",
    "title": "日记",
    "titles": ["name"],
    "entity": {
        "type": "object",
        "properties": {
            "name": {**TEXT, "title": "标题"},
            "day": {**TEXT, "format": "date", "title": "日期"},
            "dossier": {**TEXT, "format": "record", "title": "卷宗", "x-to": "dossier", "x-back": "diaries"},
            "copied": {**TEXT, "title": "对方名称"},
        },
    },
    "form": [{"name": "facts", "title": "情况", "rows": [["name"], ["day"], ["dossier"], ["copied"]]}],
    "list": {"columns": ["name", "day", "owner"], "filters": ["day", "owner"], "sort": "-day"},
    "access": [{"role": "staff", "do": ["enter", "read", "amend", "withdraw"], "scope": "own"}],
}
DIARY["entity"]["properties"]["dossier"]["x-copy"] = {"copied": "note"}
PARCEL: dict[str, Any] = {
    "register": "parcel",
    "title": "寄件",
    "titles": ["subject"],
    "entity": {
        "type": "object",
        "properties": {
            "subject": {**TEXT, "title": "事由"},
            "source": {**TEXT, "format": "record", "title": "来源", "x-to": ["dossier", "partner"]},
            "detail": {**TEXT, "title": "详情"},
        },
    },
    "form": [{"name": "facts", "title": "情况", "rows": [["subject"], ["source"], ["detail"]]}],
    "list": {"columns": ["subject", "source"], "filters": ["source"], "sort": "subject"},
    "access": [{"role": "staff", "do": ["enter", "read", "amend"], "scope": "own"}],
}
REGISTERS = {each["register"]: each for each in (DOSSIER, PARTNER, VAULT, DIARY, PARCEL)}


@cache
def twin_library() -> Library:
    """The library of the repository, and beside it the registers above."""
    ours = {name: (f"twins/{name}.json", copy.deepcopy(raw)) for name, raw in REGISTERS.items()}
    return replace(library(), registers={**library().registers, **ours})


@dataclass
class Ids:
    """Ids that are counted: ``v000000000000001`` and so on."""

    letter: str
    given: int = 0

    def __next__(self) -> str:
        self.given += 1
        return f"{self.letter}{self.given:015x}"


@dataclass
class _Counted:
    """Stands for the module ``uuid``: the next id of a twin."""

    twin: Twin

    def uuid4(self) -> _Counted:
        return self

    @property
    def hex(self) -> str:
        return next(self.twin.ids)


@dataclass
class Twin:
    """One of the two: its office, its web application, and what its hidden deeds draw from."""

    sample: Sample
    chance: random.Random
    app: Application
    ids: Ids
    own: Ids
    seed: int = 0
    """What its beginning was drawn from."""
    visible: dict[str, list[str]] = field(default_factory=dict)
    hidden: dict[str, list[str]] = field(default_factory=dict)
    raised: list[str] = field(default_factory=list)
    """Partners that readers saw once."""
    owners: dict[str, tuple[str, str]] = field(default_factory=dict)
    """The register and the owner of what readers entered."""
    clients: dict[str, FlaskClient] = field(default_factory=dict)

    @property
    def office(self) -> Any:
        return self.sample.office

    @contextmanager
    def acting(self) -> Iterator[None]:
        """What is done inside draws the ids of new lines from this twin's too: they are random otherwise."""
        held, writing.uuid = writing.uuid, _Counted(self)  # type: ignore[attr-defined,assignment]
        try:
            yield
        finally:
            writing.uuid = held  # type: ignore[attr-defined]

    @contextmanager
    def hiding(self) -> Iterator[None]:
        """What is done inside bears hidden ids."""
        ids, self.ids = self.ids, self.own
        try:
            yield
        finally:
            self.ids = ids

    def client(self, reader: str) -> FlaskClient:
        """The reader's browser, which keeps nothing between requests but her session."""
        return self.clients[reader]


def token_of(reader: str) -> str:
    return f"token-of-{reader}"


def session_of(reader: str) -> str:
    return f"session-of-{reader}"


def founded(store: Store) -> Sample:
    """The office that twins begin with: people, accounts, a session and a token for each reader."""
    sample = sample_office(twin_library(), plugins(), "dossier", store, BEGUN)
    sample.time = BEGUN
    for person in PEOPLE:
        with store.work() as work:
            work.accounts.add(person, None, person, BEGUN)
            until = BEGUN + timedelta(days=30)
            session = Session(f"s-{person}", person, BEGUN, BEGUN, until, "127.0.0.1", "Firefox")
            work.sessions.open(hash_secret(session_of(person)), session)
            work.sessions.add_token(
                hash_secret(token_of(person)), Token(f"t-{person}", person, "t", BEGUN, None)
            )
    return sample


@cache
def founded_in_memory() -> Sample:
    return founded(open_store("sqlite://", KEYS))


def twin_in_memory(begun: Twin | None, chance: random.Random) -> Twin:
    """A twin over a copy in memory: of the founded office, or of another twin with all that it has begun."""
    store = (begun or founded_in_memory()).office.store.copied()
    store.files = Path(tempfile.mkdtemp(prefix="twins"))
    twin = twin_of(store, chance)
    return twin if begun is None else continued(twin, begun)


def continued(twin: Twin, begun: Twin) -> Twin:
    """The twin, which goes on where the other stands: its store is a copy of the other's."""
    shutil.copytree(begun.office.store.files, twin.office.store.files, dirs_exist_ok=True)
    twin.visible, twin.owners = copy.deepcopy(begun.visible), dict(begun.owners)
    twin.raised = list(begun.raised)
    twin.sample.time = begun.sample.time
    twin.ids = replace(begun.ids)
    return twin


def twin_of(store: Store, chance: random.Random) -> Twin:
    """A twin over a store that holds the founded office."""
    sample = Sample(BEGUN)
    made: list[Twin] = []
    sample.office = founded_in_memory().office.beside(store, lambda: sample.time, lambda: next(made[0].ids))
    app = create_app(sample.office, production=False, secret=b"s" * 32, base_url="http://localhost")
    app.testing = True
    made.append(Twin(sample, chance, app, Ids("v"), Ids("h")))
    for person in PEOPLE:
        client = app.test_client()
        client.set_cookie("regbook", session_of(person))
        made[0].clients[person] = client
    return made[0]


def actor(person: str) -> Actor:
    return Actor("person", person)


GM = actor("gm")


def facts_of(chance: random.Random, kind: str, names: tuple[str, ...]) -> dict[str, Any]:
    """What somebody enters into a dossier, without what is denied to readers."""
    some = {
        "name": chance.choice(names) + chance.choice("甲乙丙丁"),
        "kind": kind,
        "amount": chance.choice(SUMS),
        "day": f"2026-09-{chance.randint(1, 28):02}",
        "handler": chance.choice(PEOPLE),
        "remark": chance.choice(names),
        "phone": chance.choice(PHONES),
        "parts": [{"what": chance.choice(names)} for _ in range(chance.randint(0, 2))],
    }
    return {key: each for key, each in some.items() if key in ("name", "kind") or chance.random() < 0.8}


def hidden_facts(chance: random.Random) -> dict[str, Any]:
    """Values of the fields that no reader may see."""
    some = {
        "note": chance.choice(CANARIES),
        "cost": chance.choice(SUMS[:2]),
        "secret": chance.choice(CANARIES),
    }
    return {key: each for key, each in some.items() if chance.random() < 0.7} or {
        "note": chance.choice(CANARIES)
    }


# What both twins do alike. Each deed takes the twin and a chance that is the same for both.


def begin(twin: Twin, chance: random.Random) -> None:
    """What is there at first, the same in both twins."""
    for _ in range(5):
        entered(
            twin, GM, "partner", {"name": chance.choice(NAMES) + chance.choice("司行社"), "kind": "plain"}
        )
    for reader in (*READERS, "head", "staff", "peer", "gm"):
        for _ in range(chance.randint(1, 3)):
            facts = facts_of(chance, "plain", NAMES)
            if chance.random() < 0.8:
                facts["partner"] = chance.choice(twin.visible["partner"])
            if chance.random() < 0.5:
                facts["code"] = chance.choice(CODES)
            if reader == "gm":
                facts |= {"identity": IDENTITIES[0], "cost": "1.00"}
            entered(twin, actor(reader), "dossier", facts)
    for partner in twin.visible["partner"][:2]:
        done(
            lambda partner=partner: recording.amend(
                twin.office, GM, "partner", partner, {"kind": "important"}
            )
        )
        twin.raised.append(partner)
    for reader in READERS:
        for _ in range(2):
            day = f"2026-09-{chance.randint(1, 28):02}"
            dossier = chance.choice(twin.visible["dossier"])
            entered(
                twin, actor(reader), "diary", {"name": chance.choice(NAMES), "day": day, "dossier": dossier}
            )
    for record in twin.visible["dossier"]:
        if chance.random() < 0.5:
            attached(twin, record, "files", f"图{chance.randint(1, 99)}.pdf")
        if chance.random() < 0.5 or twin.owners[record] == ("dossier", "head"):
            done(
                lambda record=record: recording.amend(
                    twin.office, GM, "dossier", record, {"identity": IDENTITIES[0], "phone": PHONES[0]}
                )
            )


def entered(
    twin: Twin, who: Actor, register: str, facts: dict[str, Any], place: str = "visible"
) -> str | None:
    """The id of the record that somebody entered, or None when it was refused."""
    made = done(lambda: recording.enter(twin.office, who, register, facts))
    if made is None:
        return None
    getattr(twin, place).setdefault(register, []).append(made.id)
    twin.owners[made.id] = (register, who.person or "")
    return str(made.id)


def attached(twin: Twin, record: str, field: str, name: str) -> None:
    """The general manager puts a file to a dossier."""
    whole = done(lambda: finding.read(twin.office, GM, "dossier", record))
    if whole is None:
        return
    file = done(
        lambda: attaching.attach(twin.office, GM, "dossier", record, field, name, PDF + name.encode())
    )
    if file is not None:
        place = "visible" if field == "files" and not record.startswith("h") else "hidden"
        getattr(twin, place).setdefault("file", []).append(file.id)
        facts = {field: [*(whole.facts.get(field) or ()), file.id]}
        done(lambda: recording.amend(twin.office, GM, "dossier", record, facts))


def done(deed: Callable[[], Any]) -> Any:
    """What the deed answers; a refusal is an answer too."""
    try:
        return deed()
    except RegbookError as error:
        if error.status >= 500:
            raise
        return None


def common_deed(twin: Twin, chance: random.Random) -> None:
    """Something happens that readers may see, alike in both twins."""
    record = chance.choice(twin.visible["dossier"])
    kind = chance.randrange(9)
    if kind == 0:
        facts = {"remark": chance.choice(NAMES), "day": f"2026-09-{chance.randint(1, 28):02}"}
        done(lambda: recording.amend(twin.office, GM, "dossier", record, facts))
    elif kind == 1:
        done(lambda: recording.amend(twin.office, GM, "dossier", record, {"kind": "important", "code": None}))
    elif kind == 2:
        who = chance.choice(READERS)
        done(lambda: moving.move(twin.office, actor(who), "dossier", record, "handle", {"remark": "办妥"}))
    elif kind == 3:
        who = chance.choice((*READERS, "head"))
        done(lambda: moving.move(twin.office, actor(who), "dossier", record, "close"))
    elif kind == 4:
        entered(twin, actor(chance.choice(READERS)), "dossier", facts_of(chance, "plain", NAMES))
    elif kind == 5:
        attached(twin, record, "files", f"图{chance.randint(1, 99)}.pdf")
    elif kind == 6:
        partner = chance.choice(twin.visible["partner"])
        done(lambda: recording.amend(twin.office, GM, "partner", partner, {"kind": "important"}))
        twin.raised.append(partner)
    elif kind == 7:
        decide_one(twin, lambda each: not each.record.startswith("h"), chance)
    else:
        tick(twin, timedelta(hours=chance.randint(1, 9)))


def decide_one(twin: Twin, wanted: Callable[[Any], bool], chance: random.Random) -> None:
    """The general manager decides an approval that waits for her."""
    with twin.office.store.reading() as reading:
        waiting = reading.assignments.inbox("gm", open_ones=True, limit=100, after=None).assignments
    steps = sorted(
        (each for each in waiting if each.kind == "step" and wanted(each)), key=lambda each: each.id
    )
    if steps:
        verb = chance.choice(("approve", "reject"))
        done(lambda: approving.decide(twin.office, GM, steps[0].id, verb, opinion="阅"))


def tick(twin: Twin, later: timedelta) -> None:
    """Time passes, and what came due fires: timers of hidden records under hidden ids."""
    twin.sample.time += later
    office = twin.office
    with office.store.work() as work:
        for person in PEOPLE:
            work.sessions.touch(hash_secret(session_of(person)), office.now())
    while claimed := office.store.claim_timers(office.now(), by="t", limit=1, lease=timedelta(minutes=1)):
        if claimed[0].record.startswith("h"):
            with twin.hiding():
                timekeeping.fire_claimed(office, claimed, "t")
        else:
            timekeeping.fire_claimed(office, claimed, "t")


# What happens in one twin otherwise than in the other, if it happens there at all.


def hide(twin: Twin, how_many: int) -> None:
    """Hidden deeds of this twin's own."""
    with twin.acting(), twin.hiding():
        for _ in range(how_many):
            twin.chance.choice(HIDDEN_DEEDS)(twin, twin.chance)


def _enters_secret(twin: Twin, chance: random.Random) -> None:
    facts = facts_of(chance, chance.choice(("important", "decisive")), CANARIES)
    facts |= {key: each for key, each in hidden_facts(chance).items() if key not in DENIED}
    facts["code"] = chance.choice(CODES)
    if chance.random() < 0.6:
        facts["partner"] = chance.choice(twin.visible["partner"] + twin.hidden.get("partner", []))
    if chance.random() < 0.6:
        facts["handler"] = chance.choice(READERS)
    entered(twin, GM, "dossier", facts, "hidden")


def _amends_hidden(twin: Twin, chance: random.Random) -> None:
    record = chance.choice(twin.visible["dossier"])
    done(lambda: recording.amend(twin.office, GM, "dossier", record, hidden_facts(chance)))


def _amends_masked(twin: Twin, chance: random.Random) -> None:
    """Only what the masks hide of a number that is there in both twins; its owner may see her own whole."""
    theirs = [each for each in twin.visible["dossier"] if twin.owners.get(each) == ("dossier", "head")]
    record = chance.choice(theirs or twin.visible["dossier"])
    with twin.office.store.reading() as reading:
        held = reading.records.one(
            twin.office.edition(reading).definition("dossier"),
            record,
            finding.scope_of(twin.office.edition(reading), SYSTEM, "dossier", "read", twin.office.now()),
            twin.office.now(),
        )
    facts = {}
    not_hers = held is not None and held.owner not in READERS
    if not_hers and held.facts.get("identity"):
        facts["identity"] = chance.choice(IDENTITIES)
    if not_hers and held.facts.get("phone"):
        facts["phone"] = chance.choice(PHONES)
    if facts:
        done(lambda: recording.amend(twin.office, GM, "dossier", record, facts))


def _prices(twin: Twin, chance: random.Random) -> None:
    record = chance.choice(twin.visible["dossier"])
    whole = done(lambda: finding.read(twin.office, GM, "dossier", record))
    if whole is not None and whole.facts.get("parts"):
        parts = [{**each, "price": chance.choice(SUMS)} for each in whole.facts["parts"]]
        done(lambda: recording.amend(twin.office, GM, "dossier", record, {"parts": parts}))


def _moves_secret(twin: Twin, chance: random.Random) -> None:
    if twin.hidden.get("dossier"):
        record = chance.choice(twin.hidden["dossier"])
        facts = {"remark": chance.choice(CANARIES)}
        done(lambda: moving.move(twin.office, GM, "dossier", record, "handle", facts))
        done(lambda: moving.move(twin.office, GM, "dossier", record, "close"))
        decide_one(twin, lambda each: each.record.startswith("h"), chance)


def _keeps_vault(twin: Twin, chance: random.Random) -> None:
    partner = chance.choice(twin.visible["partner"])
    facts = {"name": chance.choice(CANARIES), "about": chance.choice(READERS), "partner": partner}
    entered(twin, GM, "vault", facts, "hidden")


def _writes_diary(twin: Twin, chance: random.Random) -> None:
    """Somebody whom no reader's scope holds: same level, another's own."""
    facts = {"name": chance.choice(CANARIES), "day": f"2026-09-{chance.randint(1, 28):02}"}
    if chance.random() < 0.5:
        facts["dossier"] = chance.choice(twin.visible["dossier"])
    entered(twin, GM, "diary", facts, "hidden")


def _drafts(twin: Twin, chance: random.Random) -> None:
    facts = {"name": chance.choice(CANARIES), "partner": chance.choice(twin.visible["partner"])}
    made = done(lambda: recording.enter(twin.office, GM, "dossier", facts, draft=True))
    if made is not None:
        twin.hidden.setdefault("draft", []).append(made.id)


def _names_partner(twin: Twin, chance: random.Random) -> None:
    kind = chance.choice(("important", "decisive"))
    facts = {"name": chance.choice(CANARIES), "kind": kind, "credit": chance.choice(CANARIES)}
    entered(twin, GM, "partner", facts, "hidden")


def _rates_partner(twin: Twin, chance: random.Random) -> None:
    record = chance.choice(twin.visible["partner"] + twin.raised * 2)
    facts = {"credit": chance.choice(CANARIES)}
    if record in twin.raised:
        facts["name"] = chance.choice(CANARIES)
    done(lambda: recording.amend(twin.office, GM, "partner", record, facts))


def _attaches(twin: Twin, chance: random.Random) -> None:
    name = f"{chance.choice(CANARIES)}.pdf"
    if chance.random() < 0.5 and twin.hidden.get("dossier"):
        attached(twin, chance.choice(twin.hidden["dossier"]), "files", name)
    else:
        attached(twin, chance.choice(twin.visible["dossier"]), "papers", name)


def _grants(twin: Twin, chance: random.Random) -> None:
    if twin.hidden.get("dossier"):
        record = chance.choice(twin.hidden["dossier"])
        to = chance.choice(("division_head", "head", *READERS))
        now = twin.office.now()
        grant = HeldGrant(next(twin.own), "dossier", record, to, frozenset({"read"}), now, "gm", "查阅")
        with twin.office.store.work() as work:
            work.grants.give(grant)


HIDDEN_DEEDS = (
    *(_enters_secret,) * 4,
    *(_amends_hidden,) * 8,
    *(_amends_masked,) * 3,
    _prices,
    *(_moves_secret,) * 2,
    *(_keeps_vault,) * 2,
    *(_writes_diary,) * 2,
    _drafts,
    _names_partner,
    *(_rates_partner,) * 2,
    *(_attaches,) * 2,
    _grants,
)
