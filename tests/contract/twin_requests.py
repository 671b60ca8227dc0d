"""Random requests for twin offices: every address of the application, every parameter, good input and bad.

What a request names is drawn from what is visible, what is hidden in either twin, and what never was.
"""

from __future__ import annotations

import io
import json
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from twin_offices import (
    CANARIES,
    CODES,
    IDENTITIES,
    NAMES,
    PDF,
    PEOPLE,
    PHONES,
    READERS,
    REGISTERS,
    SUMS,
    Twin,
    facts_of,
    token_of,
)

FIELDS = tuple(REGISTERS["dossier"]["entity"]["properties"])
HIDDEN = ("note", "note", "cost", "margin", "secret", "phone", "identity", "papers", "parts")
READABLE = ("name", "kind", "code", "amount", "day", "handler", "partner", "remark", "number")
RESERVED = (
    *("state", "owner", "department", "assignee", "entered_at", "submitted_at", "amended_at"),
    *("level", "declassify_on", "id", "counter", "words", "revision"),
)
STRANGE = (
    "nothing",
    "t1.note",
    "parts.price",
    "parts__price",
    "note%20",
    "NOTE",
    "note;",
    "cost)",
    "_id",
    "*",
)
OPERATORS = ("eq", "ne", "in", "lt", "le", "gt", "ge", "between", "contains", "starts", "empty", "like", "")
LANGUAGES = ("zh-CN", "en", "zh-TW")
TEXTS = (*NAMES, *CANARIES, *CODES, *SUMS, *IDENTITIES, *PHONES, "plain", "important", "decisive", "raised")
ODD = (
    "",
    "null",
    "[]",
    "{}",
    "x" * 3000,
    "2026-09-15",
    "2026-09-01,2026-09-20",
    "true",
    "false",
    "-1",
    "me",
    "%",
)
CURSOR = "{cursor}"
"""Stands in an address for where the twin's own last answer to the reader ended."""
TAG = "{etag}"


@dataclass
class Request:
    """One request, the same to both twins but for what they answered before: cursors and tags."""

    reader: str
    rule: str
    method: str
    path: str
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    json: Any = None
    form: list[tuple[str, str]] | None = None
    body: bytes | None = None
    file: tuple[str, bytes] | None = None

    def __str__(self) -> str:
        what = self.json if self.json is not None else self.form or self.body or self.file or ""
        headers = {key: each for key, each in self.headers.items() if key != "Authorization"}
        return f"{self.reader}: {self.method} {self.path}?{self.query} {headers} {what}"[:900]


@dataclass
class Pool:
    """What requests name: the ids of both twins, and chance."""

    chance: random.Random
    twins: tuple[Twin, Twin]
    marks: Mapping[str, str]

    def one(self, *choices: Any) -> Any:
        return self.chance.choice(choices)

    def odds(self, part: float) -> bool:
        return self.chance.random() < part

    def register(self) -> str:
        names = ("dossier",) * 10 + (
            "partner",
            "partner",
            "vault",
            "diary",
            "diary",
            "parcel",
            "person",
            "nothing",
        )
        return self.one(*names)

    def id_of(self, register: str, reader: str = "") -> str:
        """A record's id: the reader's own, visible, hidden in one twin or both, or nobody's."""
        own = [each for each, owner in self.twins[0].owners.items() if owner == (register, reader)]
        if own and self.odds(0.5):
            return str(self.one(*own))
        places = [each for twin in self.twins for each in (twin.visible, twin.hidden)]
        first = self.twins[0].visible.get(register, ())
        if first and self.odds(0.6):
            return str(self.one(*first))
        ids = [each for place in places for each in place.get(register, ())]
        ids += [each for twin in self.twins for each in twin.hidden.get("draft", ())]
        ids += ["0" * 16, *(PEOPLE if register == "person" else ())]
        return str(self.one(*ids))

    def file(self) -> str:
        ids = [
            each
            for twin in self.twins
            for place in (twin.visible, twin.hidden)
            for each in place.get("file", ())
        ]
        return str(self.one(*ids, "0" * 16))

    def field(self) -> str:
        """A field's name: one that readers have, one that is hidden, one of every record, or none."""
        kinds = (READABLE, HIDDEN, FIELDS, RESERVED, STRANGE)
        return str(self.one(*self.chance.choices(kinds, (35, 30, 15, 12, 8))[0]))

    def value_of(self, name: str) -> str:
        """Something to ask a field for, often what some record has in it."""
        return str(self.one(*LIKELY[name])) if name in LIKELY and self.odds(0.8) else self.value()

    def value(self) -> str:
        return str(self.one(*(TEXTS if self.odds(0.75) else (*PEOPLE, *ODD))))


LIKELY: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("note", "secret", "credit", "copied"), CANARIES),
    **dict.fromkeys(("cost", "margin", "amount", "parts.price"), (*SUMS, "210.00", "33.00")),
    **dict.fromkeys(("owner", "handler", "assignee"), PEOPLE),
    "code": CODES,
    "phone": PHONES,
    "identity": IDENTITIES,
    "name": NAMES,
    "remark": NAMES,
    "kind": ("plain", "important"),
    "state": ("raised", "handled"),
    "level": ("1", "3"),
}
"""What stands in a field, so that a question about it is often right."""


def list_query(pool: Pool, register: str) -> str:
    """Filters, order, fields, words, groups, counts, cursors; each there or not."""
    if pool.odds(0.4):
        return fit_query(pool, register)
    pairs: list[tuple[str, str]] = []
    for _ in range(pool.one(0, 0, 1, 1, 2)):
        op = (
            pool.one("eq", "eq", "contains", "in", *OPERATORS[:-2])
            if pool.odds(0.9)
            else pool.one(*OPERATORS)
        )
        name = (
            pool.field()
            if register == "dossier" or pool.odds(0.3)
            else pool.one("name", "day", "credit", "copied")
        )
        value = pool.value_of(name)
        if op in ("in", "between") and pool.odds(0.7):
            value = ",".join(pool.value_of(name) for _ in range(2))
        if op == "empty":
            value = pool.one("true", "false")
        pairs.append((f"filter[{name}]" + (f"[{op}]" if op != "eq" or pool.odds(0.5) else ""), value))
    if pool.odds(0.3):
        names = [pool.one("", "-") + pool.field() for _ in range(pool.one(1, 1, 2))]
        pairs.append(("sort", ",".join(names)))
    if pool.odds(0.2):
        pairs.append(("fields", ",".join(dict.fromkeys(pool.field() for _ in range(pool.one(1, 2, 3))))))
    if pool.odds(0.25):
        pairs.append(("q", pool.one(*CANARIES, pool.value())))
    if pool.odds(0.2):
        name = pool.field()
        pairs = [each for each in pairs if each[0] not in ("sort", "fields")]
        pairs.append(("group", f"{pool.one('day', 'month', 'year')}({name})" if pool.odds(0.3) else name))
    elif pool.odds(0.5):
        pairs.append(("count", pool.one("bounded", "exact", "exact", "none", "all")))
    if pool.odds(0.3) and not any(name == "group" for name, _ in pairs):
        pairs.append(("limit", str(pool.one(1, 2, 3, 100, 0, "x"))))
    if pool.odds(0.03):
        pairs.append((pool.field(), pool.value()))
    return urlencode(pairs)


def fit_query(pool: Pool, register: str) -> str:
    """A question that is answered: by fields that every reader of a dossier has."""
    known = READABLE if register == "dossier" else ("name",)
    pairs: list[tuple[str, str]] = []
    if pool.odds(0.4):
        pairs.append(pool.one(("filter[name][contains]", pool.one(*NAMES)), ("filter[kind]", "plain")))
    if register == "dossier" and pool.odds(0.4):
        pairs.append(
            ("group", pool.one("kind", "state", "level", "handler", "day", "code", "month(entered_at)"))
        )
        return urlencode(pairs)
    if pool.odds(0.4):
        pairs.append(("sort", pool.one("", "-") + pool.one(*known[:4])))
    if pool.odds(0.3):
        return urlencode([*pairs, ("q", pool.one(*NAMES[:3], *CANARIES))])
    if pool.odds(0.3):
        pairs.append(("limit", str(pool.one(1, 2, 3))))
    return urlencode([*pairs, ("count", pool.one("exact", "bounded"))])


def page_query(pool: Pool, register: str) -> str:
    """What a list's page is asked: views, words, its filters, a record that opens beside it."""
    pairs: list[tuple[str, str]] = []
    if pool.odds(0.3):
        pairs.append(("view", pool.one("costly", "open", "all", "nothing")))
    if pool.odds(0.3):
        pairs.append(("q", pool.value()))
    if pool.odds(0.3):
        pairs.append(("sort", pool.one("", "-") + pool.field()))
    if pool.odds(0.3):
        pairs.append(("open", pool.id_of(register)))
    for _ in range(pool.one(0, 1, 1, 2)):
        name = pool.one(*REGISTERS["dossier"]["list"]["filters"], pool.field())
        pairs.append((name + pool.one("", "", "", ".from", ".to", ".name"), pool.value()))
    return urlencode(pairs)


def facts(pool: Pool, register: str) -> dict[str, Any]:
    """A body: fit to be stored, or with what is hidden, unknown, owned by the server, or wrong."""
    if register == "dossier":
        found = facts_of(pool.chance, pool.one("plain", "plain", "plain", "important"), NAMES)
        if pool.odds(0.5):
            found["code"] = pool.one(*CODES)
        if pool.odds(0.4):
            found["partner"] = pool.id_of("partner")
        if pool.odds(0.2):
            found["files"] = [pool.file()]
        if pool.odds(0.2):
            found["secret"] = pool.one(*CANARIES)
    elif register == "diary":
        visible = pool.one(*pool.twins[0].visible["dossier"])
        found = {"name": pool.value()[:60], "dossier": pool.one(visible, visible, pool.id_of("dossier"))}
    elif register == "parcel":
        source = pool.one("dossier", "partner")
        found = {"subject": pool.value()[:60], "source": f"{source}/{pool.id_of(source)}"}
    else:
        found = {"name": pool.value()[:60]}
    if pool.odds(0.15):
        found[pool.field()] = pool.one(
            pool.value(), None, 3, [pool.value()], {"a": 1}, [{"what": "x", "price": "1"}]
        )
    return found


def change(pool: Pool, register: str) -> dict[str, Any]:
    """One or two fields of a body."""
    if register == "dossier" and pool.odds(0.4):
        return {
            "amount": pool.one("7.00", "7.00", "40.00"),
            **({"partner": "0" * 16} if pool.odds(0.3) else {}),
        }
    whole = facts(pool, register)
    kept = list(whole)
    pool.chance.shuffle(kept)
    return {key: whole[key] for key in kept[: pool.one(1, 1, 2)]}


def as_form(pool: Pool, given: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Facts as a form posts them."""
    pairs: list[tuple[str, str]] = []
    for key, value in given.items():
        if isinstance(value, list):
            for at, each in enumerate(value):
                inner = each.items() if isinstance(each, dict) else ()
                pairs += [(f"{key}/{at}/{name}", str(one)) for name, one in inner]
                if not inner:
                    pairs.append((key, str(each)))
        elif value is not None:
            pairs.append((key, str(value)))
    return pairs


def transition(pool: Pool) -> str:
    return str(pool.one("handle", "handle", "close", "nothing"))


def of_body(pool: Pool, body: Mapping[str, Any]) -> dict[str, Any]:
    """The body as JSON, sometimes broken."""
    if pool.odds(0.04):
        return {
            "body": pool.one(b"", b"[1]", b'{"a":1,"a":2}', b"{", b'{"cost": NaN}', b"\xff"),
            "json": None,
        }
    return {"json": dict(body)}


Made = dict[str, Any]
Maker = Callable[[Pool, dict[str, str]], Made]


def _api_list(pool: Pool, names: dict[str, str]) -> Made:
    return {"query": list_query(pool, names["register"])}


def _api_enter(pool: Pool, names: dict[str, str]) -> Made:
    made = of_body(pool, facts(pool, names["register"]))
    if pool.odds(0.3):
        made["query"] = pool.one("draft=true", "draft=true", "draft=x", "x=1")
    if pool.odds(0.2):
        made["headers"] = {"Idempotency-Key": f"key-{pool.one(1, 2, 3)}"}
    return made


def _api_read(pool: Pool, names: dict[str, str]) -> Made:
    headers = {"If-None-Match": TAG} if pool.odds(0.2) else {}
    return {
        "query": pool.one("", "", "expand=may", "expand=may", "expand=x", "fields=note"),
        "headers": headers,
    }


def _api_amend(pool: Pool, names: dict[str, str]) -> Made:
    headers = {"If-Match": pool.one(TAG, '"0123"', "*", "x")} if pool.odds(0.3) else {}
    return {**of_body(pool, change(pool, names["register"])), "headers": headers}


def _api_move(pool: Pool, names: dict[str, str]) -> Made:
    return of_body(pool, {"remark": pool.value()[:60]} if pool.odds(0.7) else change(pool, "dossier"))


def _api_unmask(pool: Pool, names: dict[str, str]) -> Made:
    return of_body(pool, {"field": pool.field(), "reason": pool.one("查", "")})


def _api_body(pool: Pool, names: dict[str, str]) -> Made:
    return of_body(pool, change(pool, names["register"])) if pool.odds(0.5) else {}


def _api_upload(pool: Pool, names: dict[str, str]) -> Made:
    asked = {"field": pool.one("files", "files", "papers", "name", "nothing", "parts/what")}
    if pool.odds(0.4):
        asked["record"] = pool.id_of(names["register"])
    return {"query": urlencode(asked), "file": (f"{pool.value()[:20]}.pdf", PDF)}


def _api_assignments(pool: Pool, names: dict[str, str]) -> Made:
    asked = {"box": pool.one("todo", "done", "x")} if pool.odds(0.6) else {}
    if pool.odds(0.4):
        asked["limit"] = str(pool.one(1, 2, 50))
    return {"query": urlencode(asked)}


def _api_decide(pool: Pool, names: dict[str, str]) -> Made:
    return {"json": {"opinion": pool.value()[:50]}}


def _list_page(pool: Pool, names: dict[str, str]) -> Made:
    target = pool.one("div#list", "div#drawer", "div#drawer", "x")
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": target}
    return {"query": page_query(pool, names["register"]), "headers": headers if pool.odds(0.3) else {}}


def _record_page(pool: Pool, names: dict[str, str]) -> Made:
    return {"headers": {"HX-Request": "true"} if pool.odds(0.2) else {}}


def _choices(pool: Pool, names: dict[str, str]) -> Made:
    field = pool.one("partner", "partner", "dossier", "source", "about", pool.field())
    return {"query": urlencode({"field": field, **({"q": pool.value()} if pool.odds(0.6) else {})})}


def _names(pool: Pool, names: dict[str, str]) -> Made:
    return {"query": urlencode({"q": pool.one("", "g", "总", *CANARIES, *NAMES, pool.value())})}


def _inbox(pool: Pool, names: dict[str, str]) -> Made:
    asked = {"box": pool.one("todo", "done", "mine", "drafts", "told", "told", "x")}
    if pool.odds(0.4):
        asked["open"] = f"dossier/{pool.id_of('dossier')}"
    if pool.odds(0.1):
        asked["after"] = pool.value()
    return {"query": urlencode(asked)}


def _people(pool: Pool, names: dict[str, str]) -> Made:
    return {
        "query": urlencode({pool.one("q", "unit", "after"): pool.one("g", "department", "1", pool.value())})
    }


def _new(pool: Pool, names: dict[str, str]) -> Made:
    if pool.odds(0.8):
        return {
            "query": urlencode(
                {"from": f"dossier/{pool.id_of('dossier')}", "by": pool.one("send", "send", "x")}
            )
        }
    return {}


def _form(pool: Pool, names: dict[str, str]) -> Made:
    given = change(pool, names["register"]) if pool.odds(0.3) else facts(pool, names["register"])
    pairs = as_form(pool, given)
    pairs.append(("_do", pool.one("draft", "submit", "submit", "save", "")))
    pairs.append(("_token", pool.one("", f"new:{pool.chance.randrange(9)}", "draft:0", f"{TAG}.0", TAG)))
    made: Made = {"form": pairs}
    if names.get("new") and pool.odds(0.3):
        made |= _new(pool, names)
    return made


def _new_form(pool: Pool, names: dict[str, str]) -> Made:
    return _form(pool, {**names, "new": "yes"})


def _decides(pool: Pool, names: dict[str, str]) -> Made:
    pressed = pool.one("handle", "close", "nothing", f"step:approve:{pool.id_of('dossier')}", "")
    return {"form": [("transition", pressed), ("opinion", pool.value()[:60])]}


def _nothing(pool: Pool, names: dict[str, str]) -> Made:
    return {}


def _past(pool: Pool, names: dict[str, str]) -> Made:
    pairs = [("field", pool.field())] if pool.odds(0.4) else []
    pairs += [("person", pool.one(*PEOPLE))] if pool.odds(0.4) else []
    pairs += [("before", pool.one("v000000000000030", "h000000000000003", "x"))] if pool.odds(0.2) else []
    return {"query": urlencode(pairs)}


def _attached(pool: Pool, names: dict[str, str]) -> Made:
    return {"form": [(pool.one("files", "papers", "note"), pool.file()), ("_token", pool.one("", TAG))]}


def _unmasked(pool: Pool, names: dict[str, str]) -> Made:
    return {"form": [("reason", pool.one("查", ""))]}


def _account(pool: Pool, names: dict[str, str]) -> Made:
    return {"form": [("language", pool.one("en", "x")), ("session", "s-gm"), ("old", "x"), ("new", "y")]}


API = "/api/v1/registers/<register>/records"
PAGE = "/r/<register>/<record>"
MAKERS: Mapping[tuple[str, str], tuple[Maker, int]] = {
    ("GET", "/api/v1/registers"): (_nothing, 1),
    ("GET", API): (_api_list, 30),
    ("POST", API): (_api_enter, 8),
    ("GET", f"{API}/<record>"): (_api_read, 8),
    ("PATCH", f"{API}/<record>"): (_api_amend, 6),
    ("DELETE", f"{API}/<record>"): (_nothing, 1),
    ("POST", f"{API}/<record>/submit"): (_api_body, 2),
    ("POST", f"{API}/<record>/withdraw"): (_nothing, 1),
    ("POST", f"{API}/<record>/transitions/<name>"): (_api_move, 4),
    ("POST", f"{API}/<record>/unmask"): (_api_unmask, 2),
    ("GET", f"{API}/<record>/entries"): (_nothing, 5),
    ("GET", f"{API}/<record>/files/<file>"): (_nothing, 3),
    ("POST", "/api/v1/registers/<register>/files"): (_api_upload, 3),
    ("GET", "/api/v1/assignments"): (_api_assignments, 3),
    ("POST", "/api/v1/assignments/<assignment>/<verb>"): (_api_decide, 1),
    ("GET", "/api/v1/openapi.json"): (_nothing, 1),
    ("GET", "/"): (_nothing, 2),
    ("GET", "/mine"): (_nothing, 2),
    ("GET", "/counts"): (_nothing, 2),
    ("GET", "/inbox/"): (_inbox, 5),
    ("POST", "/inbox/read"): (_nothing, 1),
    ("GET", "/people/"): (_people, 1),
    ("GET", "/departments/"): (_nothing, 1),
    ("GET", "/account"): (_nothing, 1),
    ("POST", "/account/settings"): (_account, 1),
    ("POST", "/account/password"): (_account, 1),
    ("POST", "/account/sessions/end"): (_account, 1),
    ("GET", "/choices/people"): (_names, 1),
    ("GET", "/choices/departments"): (_names, 1),
    ("GET", "/r/"): (_nothing, 1),
    ("GET", "/r/<register>/"): (_list_page, 14),
    ("GET", "/r/<register>/counts"): (_list_page, 5),
    ("GET", "/r/<register>/choices"): (_choices, 4),
    ("GET", "/r/<register>/new"): (_new, 2),
    ("POST", "/r/<register>/new"): (_new_form, 3),
    ("POST", "/r/<register>/new/refresh"): (_new_form, 2),
    ("POST", "/r/<register>/new/draft"): (_new_form, 2),
    ("POST", "/r/<register>/files"): (_api_upload, 1),
    ("GET", PAGE): (_record_page, 7),
    ("GET", f"{PAGE}/edit"): (_nothing, 3),
    ("POST", f"{PAGE}/edit"): (_form, 3),
    ("POST", f"{PAGE}/edit/refresh"): (_form, 2),
    ("POST", f"{PAGE}/edit/draft"): (_form, 2),
    ("GET", f"{PAGE}/do/<name>"): (_nothing, 2),
    ("POST", f"{PAGE}/do/<name>"): (_form, 2),
    ("POST", f"{PAGE}/do/<name>/refresh"): (_form, 1),
    ("POST", f"{PAGE}/decide"): (_decides, 2),
    ("POST", f"{PAGE}/withdraw"): (_nothing, 1),
    ("POST", f"{PAGE}/discard"): (_nothing, 1),
    ("GET", f"{PAGE}/files/<file>"): (_nothing, 2),
    ("GET", "/find"): (_names, 6),
    ("GET", "/notices"): (_nothing, 2),
    ("GET", "/operations/"): (_nothing, 1),
    ("POST", "/operations/retry"): (_account, 1),
    ("GET", "/settings/"): (_nothing, 1),
    ("POST", "/settings/<key>"): (_account, 1),
    ("GET", "/accounts/"): (_nothing, 1),
    ("GET", "/accounts/<person>"): (_nothing, 1),
    ("POST", "/accounts/<person>/<deed>"): (_account, 1),
    ("GET", f"{PAGE}/history"): (_past, 4),
    ("GET", f"{PAGE}/attach"): (_nothing, 1),
    ("POST", f"{PAGE}/attach"): (_attached, 2),
    ("GET", f"{PAGE}/unmask/<field>"): (_nothing, 1),
    ("POST", f"{PAGE}/unmask/<field>"): (_unmasked, 1),
}
"""What makes a request to each address, and how often it is asked beside the others."""
UNASKED = {
    ("GET", "/static/<path:filename>"): "files of the package, the same for everybody",
    ("GET", "/sign-in"): "open to whoever has not signed in: knows no reader",
    ("POST", "/sign-in"): "open to whoever has not signed in: tests/contract/test_accounts.py",
    ("POST", "/account/tokens"): "shows a secret drawn anew: tests/contract/test_accounts.py",
    ("POST", "/account/tokens/end"): "ends a token and says nothing",
    ("POST", "/account/sessions/end-others"): "ends sessions and says nothing",
    ("POST", "/sign-out"): "ends the session and says nothing",
    ("POST", "/language"): "sets a cookie and says nothing",
}
"""Addresses without a maker, each with its reason."""
_ADDRESSES = list(MAKERS)
_WEIGHTS = [weight for _, weight in MAKERS.values()]


def request_of(pool: Pool, address: tuple[str, str] | None = None) -> Request:
    """A random request of a random reader, to any address or to the given one."""
    method, rule = address or pool.chance.choices(_ADDRESSES, _WEIGHTS)[0]
    reader = pool.one(*READERS)
    names = {"register": pool.register()}
    if "/new" in rule and pool.odds(0.6):
        names = {"register": pool.one("diary", "parcel")}
    names |= {"record": pool.id_of(names["register"], reader), "file": pool.file(), "name": transition(pool)}
    names |= {"person": pool.one(*PEOPLE), "deed": pool.one("disable", "enable", "reset", "x")}
    names |= {"field": pool.one("identity", "phone", pool.field()), "key": pool.one("penalty.rate", "x")}
    names |= {"assignment": pool.id_of("dossier"), "verb": pool.one("approve", "reject", "x")}
    if "record" in rule and names["register"] not in ("dossier", "partner", "diary") and pool.odds(0.5):
        names |= {"register": "dossier", "record": pool.id_of("dossier", reader)}
    path = re.sub(r"<(\w+)>", lambda found: quote(names[found[1]]), rule)
    made = MAKERS[method, rule][0](pool, names)
    headers = {**made.pop("headers", {}), "Accept-Language": pool.one("zh-CN", "zh-CN", *LANGUAGES)}
    if rule.startswith("/api/"):
        headers["Authorization"] = f"Bearer {token_of(reader)}"
    elif method != "GET":
        headers["X-CSRFToken"] = pool.marks[reader]
    asked = Request(reader, rule, method, path, headers=headers, **made)
    if method == "GET" and pool.odds(0.05):
        asked.method = pool.one("HEAD", "OPTIONS", "PUT")
    return asked


def next_page(asked: Request) -> Request:
    """The same list where the page before ended."""
    return Request(
        asked.reader,
        asked.rule,
        asked.method,
        asked.path,
        f"{asked.query}&after={CURSOR}" if asked.query else f"after={CURSOR}",
        dict(asked.headers),
    )


def sent(twin: Twin, asked: Request, cursor: str = "", tag: str = "") -> Any:
    """What the twin answers."""
    client = twin.client(asked.reader)
    more: dict[str, Any] = {}
    if asked.json is not None:
        more["data"], more["content_type"] = json.dumps(asked.json).encode(), "application/json"
    elif asked.body is not None:
        more["data"], more["content_type"] = asked.body, "application/json"
    elif asked.form is not None:
        more["data"] = urlencode([(key, each.replace(TAG, tag)) for key, each in asked.form])
        more["content_type"] = "application/x-www-form-urlencoded"
    elif asked.file is not None:
        name, content = asked.file
        more["data"] = {"file": (io.BytesIO(content), name)}
    query = asked.query.replace(CURSOR, quote(cursor, safe=""))
    headers = {key: each.replace(TAG, f'"{tag}"') for key, each in asked.headers.items()}
    headers = {key: each for key, each in headers.items() if each.isascii()}
    return client.open(asked.path, method=asked.method, query_string=query, headers=headers, **more)
