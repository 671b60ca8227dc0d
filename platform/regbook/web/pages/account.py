"""``/account``: the reader's own name, language, look, password and sessions."""

from __future__ import annotations

from flask import Response, g, request

from regbook.errors import Problem, RecordInvalid, RegbookError, SignInRefused
from regbook.model.office import Token
from regbook.services import accounts, own_access
from regbook.web import views as v
from regbook.web.callers import A_YEAR, close_session, doorkeeper, drop_cookie, put_cookie
from regbook.web.pages.desk import Desk
from regbook.web.pages.entrance import keep_chosen
from regbook.web.pages.frame import DENSITIES, KEYS, THEMES, draw, page
from regbook.web.pages.telling import go
from regbook.web.texts import LANGUAGES, t, titled

PATH = "/account"
NAMES = {"zh-Hans": "简体中文", "zh-Hant": "繁體中文", "en": "English"}
BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
"""What of a browser's name of itself says which it is; the first that is in it."""


def account(desk: Desk) -> Response:
    """One's own account."""
    return _page(desk)


def settings(desk: Desk) -> Response:
    """Keeps the language and the look in this browser."""
    answer = go(PATH, "settings")
    keep_chosen(answer)
    for name, known in (("theme", THEMES), ("density", DENSITIES), ("keys", KEYS)):
        value = request.form.get(name, "")
        if value in known:
            put_cookie(answer, name, value, A_YEAR)
        else:
            drop_cookie(answer, name)
    return answer


def password(desk: Desk) -> Response:
    """Changes one's own password; every session of the account ends with it."""
    old, new = request.form.get("old", ""), request.form.get("new", "")
    try:
        if new != request.form.get("again", ""):
            raise RecordInvalid([Problem("/again", "pages-password-differ")])
        accounts.set_password(desk.office, desk.actor, desk.caller.account, new, old=old)
    except SignInRefused as error:
        return _page(desk, (v.Wrong(t("pages-password-wrong"), "old"),), error)
    except RecordInvalid as error:
        return _page(desk, tuple(_wrong(desk, each) for each in error.problems), error)
    answer = go("/sign-in", "")
    close_session(answer)
    return answer


def _wrong(desk: Desk, problem: Problem) -> v.Wrong:
    field = problem.path.strip("/")
    return v.Wrong(desk.problem(problem), {"password": "new"}.get(field, field))


def end_session(desk: Desk) -> Response:
    """Ends one of one's own sessions."""
    accounts.end_session(desk.office, desk.actor, desk.caller.account, request.form.get("session", ""))
    return go(PATH, "session")


def end_others(desk: Desk) -> Response:
    """Ends every other session of one's own."""
    own_access.end_others(desk.office, desk.actor, desk.caller.account, _secret())
    return go(PATH, "sessions")


def issue(desk: Desk) -> Response:
    """Makes a token for a program of one's own: this answer alone shows it."""
    given = request.form
    days = int(text) if (text := given.get("days", "")).isascii() and text.isdigit() and len(text) < 5 else 0
    account = desk.caller.account
    try:
        made = own_access.issue(
            desk.office, desk.actor, account, given.get("name", ""), days, given.get("password", "")
        )
    except SignInRefused as error:
        return _page(desk, error=error, token_wrong=t("pages-password-wrong"))
    except RecordInvalid as error:
        return _page(desk, error=error, token_wrong=" ".join(desk.problem(each) for each in error.problems))
    return _page(desk, issued=made)


def revoke(desk: Desk) -> Response:
    """Ends one of one's own tokens."""
    accounts.revoke_token(desk.office, desk.actor, desk.caller.account, request.form.get("token", ""))
    return go(PATH, "token")


def _page(
    desk: Desk,
    wrong: tuple[v.Wrong, ...] = (),
    error: RegbookError | None = None,
    issued: str = "",
    token_wrong: str = "",
) -> Response:
    directory = desk.edition.directory
    person = directory.people.get(desk.me)
    theme, density, keys = (request.cookies.get(each, "") for each in ("theme", "density", "keys"))
    shown = (("", "system"), ("light", "light"), ("dark", "dark"))
    view = v.AccountView(
        desk.person(desk.me, desk.unit_of(desk.me)) if person else v.Person(desk.caller.account),
        desk.caller.account,
        _facts(desk),
        tuple(v.Choice(each, NAMES[each], each == g.language) for each in LANGUAGES),
        tuple(v.Choice(value, t(f"pages-theme-{name}"), value == theme) for value, name in shown),
        f"{PATH}/settings",
        v.FormView(
            t("pages-password"),
            f"{PATH}/password",
            (),
            (v.Button(t("pages-password"), "primary"),),
            wrong=wrong,
        ),
        sessions=_sessions(desk),
        densities=_choices("density", ("", *DENSITIES), density),
        keys=_choices("keys", ("", *KEYS), keys),
        tokens=_tokens(desk, issued, token_wrong),
    )
    frame = page(desk, t("pages-account"), PATH, layout="bg")
    return draw("account.html", error.status if error else 200, page=frame, view=view)


def _choices(name: str, values: tuple[str, ...], chosen: str) -> tuple[v.Choice, ...]:
    return tuple(
        v.Choice(each, t(f"pages-{name}-{each or 'usual'}"), each == (chosen if chosen in values else ""))
        for each in values
    )


def _tokens(desk: Desk, issued: str, wrong: str) -> v.TokensView:
    again = request.form if wrong else {}
    return v.TokensView(
        tuple(_token(desk, each) for each in own_access.tokens(desk.office, desk.caller.account)),
        f"{PATH}/tokens",
        tuple(
            v.Choice(str(each), t("pages-token-days", days=each), str(each) == again.get("days", "90"))
            for each in own_access.DAYS
        ),
        issued,
        wrong,
        again.get("name", ""),
    )


def _token(desk: Desk, token: Token) -> v.TokenView:
    until, used = desk.lately(token.until), desk.lately(token.used_at)
    return v.TokenView(
        token.name,
        t("pages-token-until", when=until) if until else t("pages-token-ever"),
        t("pages-token-used", when=used) if used else t("pages-token-unused"),
        v.Button(
            t("pages-token-end"),
            post=f"{PATH}/tokens/end",
            name="token",
            value=token.id,
            confirm=t("pages-token-end-sure"),
        ),
    )


def _facts(desk: Desk) -> tuple[v.Property, ...]:
    directory = desk.edition.directory
    person = directory.people.get(desk.me)
    if person is None:
        return ()
    post = directory.posts.get(person.post or "")
    level = desk.level(person.clearance)
    superior = (desk.person(person.superior),) if person.superior else ()
    return (
        v.Property(t("pages-unit"), v.Cell("text", desk.unit_name(person.unit))),
        v.Property(t("pages-post"), v.Cell("text", post.name if post else "")),
        v.Property(t("pages-superior"), v.Cell("people", "", people=superior)),
        v.Property(t("pages-clearance"), v.Cell("secrecy", level.label, secrecy=level)),
        v.Property(t("pages-roles"), v.Cell("text", _roles(desk))),
    )


def _roles(desk: Desk) -> str:
    held = desk.edition.directory.roles(desk.me)
    return "、".join(
        titled(str(each.get("title", name)), str(each["english"]), desk.language)
        for name, each in desk.edition.roles.items()
        if name in held
    )


def browser_of(agent: str) -> str:
    """Which browser on which system, from what it calls itself.

    >>> browser_of("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36")
    'Chrome · Linux'
    """
    found = [next((name for mark, name in known if mark in agent), "") for known in (BROWSERS, SYSTEMS)]
    return " · ".join(each for each in found if each) or agent.split("/")[0][:LONGEST_AGENT]


LONGEST_AGENT = 30


def _secret() -> str:
    """The secret of the session in hand."""
    return request.cookies.get(doorkeeper().session_cookie, "")


def _sessions(desk: Desk) -> tuple[v.SessionView, ...]:
    token = _secret()
    return tuple(
        v.SessionView(
            browser_of(each.agent) or each.address,
            each.address,
            desk.lately(each.seen_at),
            here,
            None
            if here
            else v.Button(t("pages-session-end"), post=f"{PATH}/sessions/end", name="session", value=each.id),
        )
        for each, here in accounts.sessions(desk.office, desk.caller.account, token)
    )
