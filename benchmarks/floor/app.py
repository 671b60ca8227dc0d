"""The floor's application: list, read, create, update by API; list, detail and form in HTML."""

import base64
import hashlib
import json
import os
import secrets
from datetime import UTC, datetime

from flask import Flask, Response, abort, g, jsonify, render_template, request
from sqlalchemy import and_, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from benchmarks.floor.checks import checked
from benchmarks.floor.tables import audit, complaint, counter, open_engine, token
from benchmarks.workload import CHANNELS, DEPARTMENTS, HANDLERS, PAGE, SEVERITIES, STATES

SHOWN = [each for each in complaint.c if each.name not in ("identity_no", "version")]
LISTED = [
    complaint.c[name]
    for name in (
        *("id", "number", "subject", "customer", "phone", "channel", "product", "severity"),
        *("state", "department", "occurred_at", "promised_on", "amount"),
    )
]
FILTERS = {"state": complaint.c.state, "severity": complaint.c.severity, "department": complaint.c.department}
SORTS = {"occurred_at": complaint.c.occurred_at, "amount": complaint.c.amount}
PEOPLE = {each: each for each in HANDLERS}
UNITS = {each: f"{each} 部" for each in DEPARTMENTS}


def create_app(url):
    """The application over a filled database."""
    app = Flask("benchmarks.floor")
    app.json.sort_keys = False
    app.json.ensure_ascii = False
    engine = open_engine(url)

    @app.before_request
    def _sign_in():
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer":
            abort(401)
        hashed = hashlib.sha256(given.encode()).hexdigest()
        g.connection = engine.connect()
        row = g.connection.execute(
            select(token.c.person, token.c.departments, token.c.clearance).where(
                token.c.hash == hashed, or_(token.c.until.is_(None), token.c.until > now())
            )
        ).first()
        if row is None:
            abort(401)
        g.person, g.departments, g.clearance = row

    @app.teardown_request
    def _close(_):
        if connection := g.pop("connection", None):
            connection.close()

    @app.after_request
    def _headers(answer):
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Content-Security-Policy"] = "default-src 'self'"
        return answer

    app.get("/api/complaints")(list_api)
    app.get("/api/complaints/<id>")(read_api)
    app.post("/api/complaints")(create_api)
    app.patch("/api/complaints/<id>")(update_api)
    app.get("/complaints")(list_page)
    app.get("/complaints/<id>")(detail_page)
    app.get("/complaints/<id>/form")(form_page)
    return app


def now():
    """The present instant, naive UTC."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def within(statement):
    """The statement inside what the reader may see."""
    return statement.where(complaint.c.department.in_(g.departments), complaint.c.level <= g.clearance)


def page(columns):
    """One page of rows and the cursor after it."""
    statement = within(select(*columns))
    for name, column in FILTERS.items():
        if given := request.args.get(name):
            statement = statement.where(column == given)
    sort = request.args.get("sort", "-occurred_at")
    key = SORTS.get(sort.lstrip("-"))
    if key is None:
        abort(400)
    if after := request.args.get("after"):
        value, last = json.loads(base64.urlsafe_b64decode(after))
        value = datetime.fromisoformat(value) if key.name == "occurred_at" else value
        beyond = key < value if sort.startswith("-") else key > value
        more = complaint.c.id < last if sort.startswith("-") else complaint.c.id > last
        statement = statement.where(or_(beyond, and_(key == value, more)))
    order = (key.desc(), complaint.c.id.desc()) if sort.startswith("-") else (key, complaint.c.id)
    rows = g.connection.execute(statement.order_by(*order).limit(PAGE + 1)).mappings().all()
    cursor = None
    if len(rows) > PAGE:
        rows = rows[:PAGE]
        cursor = base64.urlsafe_b64encode(
            json.dumps([str(rows[-1][key.name]), rows[-1]["id"]]).encode()
        ).decode()
    return rows, cursor


def shown(row):
    """A row as JSON."""
    found = dict(row)
    for name in ("entered_at", "amended_at", "occurred_at"):
        found[name] = found[name].isoformat() + "Z"
    for name in ("promised_on", "amount"):
        found[name] = None if found[name] is None else str(found[name])
    return found


def list_api():
    """A page of complaints."""
    rows, cursor = page(SHOWN)
    return jsonify({"records": [shown(each) for each in rows], "after": cursor})


def one(id, columns=SHOWN):
    """The complaint, if the reader may see it."""
    row = g.connection.execute(within(select(*columns)).where(complaint.c.id == id)).mappings().first()
    if row is None:
        abort(404)
    return row


def read_api(id):
    """One complaint."""
    row = one(id, [*SHOWN, complaint.c.version])
    answer = jsonify(shown({key: value for key, value in row.items() if key != "version"}))
    answer.headers["ETag"] = f'"{row["version"]}"'
    return answer


def next_number(at):
    """The next number of the month."""
    period = at.strftime("%Y%m")
    given = upsert(counter).values(period=period, last=1)
    raised = given.on_conflict_do_update(index_elements=["period"], set_={"last": counter.c.last + 1})
    return f"TS-{period}-{g.connection.execute(raised.returning(counter.c.last)).scalar():06d}"


def write_audit(record, at, verb, changes):
    """The audit row of a change."""
    g.connection.execute(
        insert(audit).values(
            record=record,
            at=at,
            person=g.person,
            verb=verb,
            changes={key: [plain(old), plain(new)] for key, (old, new) in changes.items()},
        )
    )


def plain(value):
    """A value as the audit holds it."""
    return value if value is None or isinstance(value, str | int | bool) else str(value)


def create_api():
    """A new complaint."""
    values, wrong = checked(request.get_json(), PEOPLE, whole=True)
    if wrong:
        return jsonify({"problems": wrong}), 422
    at = now()
    values |= {"id": secrets.token_hex(8), "number": next_number(at), "state": "received", "owner": g.person}
    values |= {"department": g.departments[0], "level": 0, "entered_at": at, "amended_at": at}
    g.connection.execute(insert(complaint).values(**values))
    write_audit(values["id"], at, "create", {key: (None, value) for key, value in values.items()})
    g.connection.commit()
    return jsonify({"id": values["id"], "number": values["number"], "state": "received"}), 201


def update_api(id):
    """A change of a complaint; the row must still be as it was read."""
    values, wrong = checked(request.get_json(), PEOPLE, whole=False)
    if wrong:
        return jsonify({"problems": wrong}), 422
    old = one(id, [*SHOWN, complaint.c.version])
    if request.headers.get("If-Match", "*") not in ("*", f'"{old["version"]}"'):
        abort(412)
    changes = {key: (old[key], value) for key, value in values.items() if old[key] != value}
    at = now()
    set_to = {**values, "amended_at": at}
    done = g.connection.execute(
        update(complaint)
        .where(complaint.c.id == id, complaint.c.version == old["version"])
        .values(**set_to, version=complaint.c.version + 1)
    )
    if done.rowcount != 1:
        abort(409)
    write_audit(id, at, "update", changes)
    g.connection.commit()
    answer = jsonify(shown({key: value for key, value in {**old, **set_to}.items() if key != "version"}))
    answer.headers["ETag"] = f'"{old["version"] + 1}"'
    return answer


def list_page():
    """A page of complaints in HTML."""
    rows, cursor = page(LISTED)
    choices = {"state": STATES, "severity": SEVERITIES, "department": DEPARTMENTS}
    html = render_template("list.html", rows=rows, after=cursor, units=UNITS, choices=choices)
    return Response(html, mimetype="text/html")


def detail_page(id):
    """One complaint in HTML with what was done to it."""
    history = g.connection.execute(
        select(audit).where(audit.c.record == id).order_by(audit.c.seq.desc()).limit(20)
    )
    return render_template("detail.html", row=one(id), units=UNITS, history=history.mappings().all())


def form_page(id):
    """The form of one complaint."""
    return render_template("form.html", row=one(id), channels=CHANNELS, severities=SEVERITIES, people=PEOPLE)


def served():
    """The application for gunicorn, over the database that the environment names."""
    return create_app(os.environ["FLOOR_URL"])
