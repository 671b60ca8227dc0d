"""Serves the sample pages on loopback: ``python -m regbook.web.styleguide [port]``."""

from __future__ import annotations

import sys
from typing import Any

from flask import Flask, g, render_template, request

from regbook.web import look
from regbook.web import views as v
from regbook.web.headers import put_headers
from regbook.web.styleguide import forms, samples
from regbook.web.watermark import watermark


def page(title: str, current: str, layout: Any = "paper", **more: Any) -> v.Page:
    """A frame around a sample."""
    theme = request.args.get("theme", "")
    return v.Page(title, v.Once(samples.nav(current)), layout=layout, theme=theme, **more)  # type: ignore[arg-type]


def sample_app() -> Flask:
    """An application that draws every page from the samples, and does nothing else."""
    app = Flask("regbook.web", static_folder="static", static_url_path="/static")
    look.dress(app, csrf_token=lambda: "sample")
    put_headers(app, over_tls=False)
    app.before_request(_choose_language)
    for rule, draw in DRAWN.items():
        app.add_url_rule(rule, rule.strip("/") or "home", draw, methods=["GET", "POST"])
    return app


def _choose_language() -> None:
    g.language = request.args.get("lang", "zh-Hans")


def _list() -> str:
    at = int(request.args.get("open", "r-1")[1:])
    if look.is_partial("drawer"):
        return render_template("record_drawer.html", record=samples.record())
    view = samples.listing(at, 0 if "none" in request.args else 20)
    if look.is_partial("list"):
        return render_template("register_list_part.html", view=view)
    new = (v.Button("导出", "quiet", "download", "#"), v.Button("新建问题", "primary", "plus", "/form"))
    frame = page("部门内部问题", "/list", "fixed", crumbs=(v.Link("协调", "#"),), actions=new)
    return render_template("register_list.html", page=frame, view=view)


def _inbox() -> str:
    if look.is_partial("drawer"):
        return render_template("record_drawer.html", record=samples.record())
    frame = page("待办", "/inbox", "fixed", note="12 项待处理，2 项即将超时")
    return render_template("inbox.html", page=frame, view=samples.inbox(-1 if "none" in request.args else 2))


def _form() -> str:
    frame = page("新建问题", "/list", "bg", back="/list", crumbs=(v.Link("部门内部问题", "/list"),))
    return render_template("form.html", page=frame, form=forms.form("wrong" in request.args))


def _refresh() -> str:
    inside = "true" not in request.form.getlist("outside")
    return render_template("parts/form_body.html", form=forms.form(inside=inside))


def _draft() -> dict[str, str]:
    return {"saved": "14:33", "token": "next"}


def _upload() -> dict[str, str]:
    return {"id": "f9", "size": "12 KB"}


def _record() -> str:
    edit = (v.Button("打印", "quiet", "printer", "#"), v.Button("编辑", "plain", "pencil", "/form"))
    crumbs = (v.Link("部门内部问题", "/list"),)
    toasts = (
        (v.Toast("已同意，交 何景行 决定。", action=v.Link("查看", "#")),) if "toast" in request.args else ()
    )
    frame = page(
        "WT-202611-0185", "/list", "bg", kind="record", back="/list", crumbs=crumbs, actions=edit,
        banner=samples.secrecy(3),
        watermark=watermark(("林嘉禾 0417", "2026-11-21 14:32")), toasts=toasts,
    )  # fmt: skip
    return render_template("record.html", page=frame, record=samples.record())


def _workbench() -> str:
    new = (v.Button("新建", "primary", "plus", "/form"),)
    return render_template(
        "workbench.html", page=page("工作台", "/workbench", "bg", actions=new), view=samples.workbench()
    )


def _registers() -> str:
    shown = samples.workbench().shortcuts
    view = v.RegistersView((("协调", shown), ("组织", shown[:3])))
    return render_template("registers.html", page=page("全部台账", "/registers", "bg"), view=view)


def _people() -> str:
    view = v.PeopleView(samples.listing())
    return render_template("people.html", page=page("人员", "/people", "fixed"), view=view)


def _departments() -> str:
    frame = page("部门", "/departments", "bg")
    return render_template("departments.html", page=frame, view=samples.departments())


def _sign_in() -> str:
    problem = "账号或密码不对。" if "wrong" in request.args else ""
    theme = request.args.get("theme", "")
    frame = v.Page("登录", None, theme=theme)  # type: ignore[arg-type]
    return render_template("sign_in.html", page=frame, view=samples.sign_in(problem))


def _account() -> str:
    password = v.FormView("修改密码", "#", (), (v.Button("修改密码", "primary"),))
    languages = (v.Choice("zh-Hans", "简体", True), v.Choice("zh-Hant", "繁體"), v.Choice("en", "English"))
    themes = (v.Choice("", "跟随系统", True), v.Choice("light", "浅色"), v.Choice("dark", "深色"))
    facts = (v.Property("知密等级", samples.cell("机密")), v.Property("上级", samples.who("何景行")))
    view = v.AccountView(samples.ME, "lin.jiahe", facts, languages, themes, password=password)
    return render_template("account.html", page=page("我的账号", "/account", "bg"), view=view)


def _error() -> str:
    back = (v.Button("回到工作台", "primary", href="/workbench"), v.Button("重试", href="/error"))
    view = v.ErrorView(500, "系统出错", "没有保存任何内容，您填写的仍在上一页。", "7f3a-91c2", actions=back)
    return render_template("error.html", page=page("系统出错", "", "paper"), view=view)


def _counts() -> str:
    return render_template("counts.html", view=v.CountsView((("inbox", "12"), ("copied", "3"))))


def _guide() -> str:
    return render_template(
        "styleguide.html",
        page=page("样式", "", "bg"),
        record=samples.record(),
        states=[v.Status(*each) for each in samples.STATES],
        levels=[samples.secrecy(rank, "5年" if rank > 1 else "") for rank in range(5)],
        people=[v.Person(each) for each in samples.NAMES],
        widgets={state: forms.widgets(state) for state in ("empty", "filled", "wrong")},
        nothing=v.Empty(
            "还没有记录", "第一条由您来写。", "inbox", v.Button("新建问题", "primary", "plus", "#")
        ),
        pages=sorted(each for each in DRAWN if each.count("/") == 1),
    )


DRAWN: dict[str, Any] = {
    "/": _guide,
    "/styleguide": _guide,
    "/list": _list,
    "/inbox": _inbox,
    "/form": _form,
    "/form/refresh": _refresh,
    "/form/draft": _draft,
    "/upload": _upload,
    "/record": _record,
    "/workbench": _workbench,
    "/people": _people,
    "/registers": _registers,
    "/departments": _departments,
    "/sign-in": _sign_in,
    "/account": _account,
    "/error": _error,
    "/counts": _counts,
}


if __name__ == "__main__":
    sample_app().run(port=int(sys.argv[1]) if len(sys.argv) > 1 else 5099)
