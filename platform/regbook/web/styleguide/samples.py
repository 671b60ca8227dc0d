"""Invented view models of an ordinary trading company, one for each page."""

from __future__ import annotations

from regbook.web import views as v

ME = v.Person("林嘉禾", "综合管理部 · 主管")
LEVELS = ("公开", "内部", "秘密", "机密", "绝密")
NAMES = ("许念安", "孟怀远", "沈知微", "郑书衡", "周以宁", "吴清越", "何景行", "陈沐阳")
STATES: tuple[tuple[str, v.Tone], ...] = (
    ("已提出", "amber"),
    ("已处理", "blue"),
    ("已逾期", "red"),
    ("已关闭", "grey"),
    ("已批准", "green"),
    ("退回", "violet"),
)
SUBJECTS = (
    "三楼打印机连续卡纸，影响合同用印",
    "华东仓退货单与系统数量不符",
    "客户来电录音保存位置不明",
    "新员工工位与门禁未开通",
    "供应商对账单逾期三日未回",
    "展会样品出库未登记",
    "报价单模板含旧税率",
    "会议室投影无法连接",
    "车辆年检到期未安排",
    "差旅报销单缺行程说明",
    "官网联系电话已停用",
    "库房温湿度记录缺两天",
    "合同审批退回后无人跟进",
    "印章外带未按时归还",
)


def secrecy(rank: int, term: str = "") -> v.Secrecy:
    """A level of the default scheme."""
    return v.Secrecy(rank, LEVELS[rank], term)


def nav(current: str) -> v.Nav:
    """The frame's navigation with one line marked."""

    def item(label: str, href: str, icon: str, key: str = "") -> v.NavItem:
        return v.NavItem(label, href, icon, key, href == current)

    return v.Nav(
        office="远山商贸有限公司",
        me=ME,
        counts_href="/counts",
        home_href="/workbench",
        account_href="/account",
        registers_href="/registers",
        new_href="/form",
        search_href="/list",
        tab={"/workbench": "home", "/inbox": "inbox", "/list": "registers"}.get(current, ""),  # type: ignore[arg-type]
        groups=(
            v.NavGroup(
                "",
                (
                    item("工作台", "/workbench", "layout-dashboard"),
                    item("待办", "/inbox", "inbox", "inbox"),
                    item("我发起的", "/mine", "send"),
                    item("抄送我的", "/copied", "at-sign", "copied"),
                ),
            ),
            v.NavGroup(
                "协调",
                (
                    item("部门内部问题", "/list", "message-square-warning"),
                    item("工作任务", "/tasks", "list-checks"),
                    item("延期申请", "/extensions", "timer"),
                    item("跨部门事项", "/cross", "git-branch"),
                    item("用印登记", "/seal", "stamp"),
                ),
            ),
            v.NavGroup(
                "组织",
                (
                    item("人员", "/people", "users"),
                    item("部门", "/departments", "building-2"),
                    item("全部台账", "/registers", "layout-grid"),
                ),
            ),
        ),
    )


def cell(text: str, kind: v.CellKind = "text", note: str = "") -> v.Cell:
    """A plain value."""
    return v.Cell(kind, text, note=note)


def who(*names: str, note: str = "") -> v.Cell:
    """One or several people."""
    return v.Cell("people", "、".join(names), people=tuple(v.Person(each, note) for each in names))


def _row(at: int, open_at: int) -> v.Row:
    label, tone = STATES[at * 5 % 6]
    rank = (2, 3, 1, 2, 1, 4, 0, 2)[at % 8]
    name = NAMES[at * 3 % 8]
    return v.Row(
        id=f"r{at}",
        href="/record",
        drawer_href=f"/list?open=r{at}",
        open=at == open_at,
        cells=(
            cell(f"WT-202611-{186 - at:04}", "mono"),
            cell(SUBJECTS[at % 14]),
            v.Cell("secrecy", LEVELS[rank], secrecy=secrecy(rank, "5年" if rank > 1 else "")),
            who(name),
            v.Cell("status", label, status=v.Status(label, tone)),
            v.Cell("date", f"2026-11-{20 - at % 18:02} {9 + at % 8:02}:30", overdue=tone == "red"),
            cell(f"{(at * 7919) % 90000 / 10:,.2f}", "number"),
        ),
    )


COLUMNS = (
    v.Column("number", "编号", "mono", 1, "number", "/list?sort=number"),
    v.Column("subject", "问题", "text", 1, "title"),
    v.Column("level", "密级", "secrecy", 2, "level"),
    v.Column("assignee", "当前处理人", "people", 2, "person"),
    v.Column("state", "状态", "status", 1, "state"),
    v.Column("occurred_at", "发生时间", "date", 3, "note", "/list?sort=occurred_at", "descending"),
    v.Column("loss", "损失（元）", "number", 3, ""),
)


def listing(open_at: int = -1, rows: int = 20) -> v.ListView:
    """A register's list, with its drawer when one record is open."""
    choices = tuple(v.Choice(each[0], each[0], at < 3) for at, each in enumerate(STATES))
    head = v.ListHead(
        title="部门内部问题",
        href="/list",
        columns=COLUMNS,
        tabs=(
            v.Link("全部", "/list", current=True, count="186"),
            v.Link("我提出的", "/list?view=mine", count="14"),
            v.Link("待处理", "/list?view=open", count="46"),
            v.Link("已逾期", "/list?view=late", count="5"),
        ),
        shapes=(
            v.Link("表格", "/list", "table-2", True),
            v.Link("看板", "/list?as=board", "square-kanban"),
            v.Link("日历", "/list?as=calendar", "calendar-days"),
        ),
        filters=(
            v.Filter("state", "状态", words="已提出、已处理、已逾期", choices=choices, clear_href="/list"),
            v.Filter("level", "密级", choices=tuple(v.Choice(each, each) for each in LEVELS), icon="shield"),
            v.Filter("occurred_at", "发生时间", "range"),
        ),
        clear_href="/list?clear=1",
    )
    return v.ListView(
        register="department_issue",
        head=v.Once(head),
        rows=tuple(_row(at, open_at) for at in range(rows)),
        pager=v.Pager("1,000+", "第 1–20 条", "", "/list?after=x") if rows else v.Pager(),
        empty=v.Empty("没有符合条件的记录", "换个条件试试，或清除筛选。", "search-x"),
        drawer=record() if open_at >= 0 else None,
    )


def record() -> v.RecordView:
    """A record with everything a record can have."""
    return v.RecordView(
        id="r1",
        register="department_issue",
        register_title="部门内部问题",
        number="WT-202611-0185",
        title="华东仓退货单与系统数量不符",
        href="/record",
        close_href="/list",
        previous_href="/list?open=r0",
        next_href="/list?open=r2",
        status=v.Status("已提出", "amber"),
        secrecy=secrecy(3, "5年"),
        badges=(v.Badge("已升级一次", "amber", "trending-up"),),
        sections=(
            v.SectionView(
                "情况",
                (
                    v.Property("提出人", who("孟怀远", note="仓储部")),
                    v.Property("发生时间", cell("2026-11-19 16:00", "date")),
                    v.Property("负责人", who("吴清越", "陈沐阳")),
                    v.Property("损失", cell("12,480.00 元", "number")),
                    v.Property("联系电话", cell("138****2046", "mono")),
                    v.Property("来源记录", v.Cell("link", "KH-2026-0311 恒通纺织", href="#")),
                    v.Property("上级决定", v.Cell("empty")),
                    v.Property(
                        "经过",
                        cell(
                            "到货 48 箱，系统登记 52 箱。\n已与承运方核对签收单，差异发生在中转站。", "long"
                        ),
                        True,
                    ),
                ),
                lines=(
                    v.LinesTable(
                        "处理措施",
                        (
                            v.Column("what", "措施"),
                            v.Column("owner", "负责人"),
                            v.Column("n", "工时", "number"),
                        ),
                        (
                            (cell("调取中转站监控与交接单"), who("吴清越"), cell("3.5", "number")),
                            (cell("通知客户暂缓签收"), who("陈沐阳"), cell("1", "number")),
                            (cell("补录退货差异并附照片"), who("沈知微"), cell("2", "number")),
                        ),
                        ("", "", "6.5"),
                    ),
                ),
                files=(
                    v.File("中转站交接单（扫描件）.pdf", "1.8 MB", "#", scan="已查毒"),
                    v.File("现场照片.zip", "24.6 MB", "#", scan="等待查毒", scan_tone="warn"),
                ),
            ),
        ),
        deadlines=(
            v.DeadlineView(
                "处理",
                "2026-11-20 11:00",
                "逾期 1 天 2 小时",
                "red",
                "沈知微 · DWM 6.4 · 自然时则为 11-19 20:00",
            ),
            v.DeadlineView("上级决定", "2026-11-23 11:00", "还剩 3 小时", "amber", "何景行 · DWM 6.4"),
            v.DeadlineView("归档", "2026-12-20", "还剩 29 天", "grey"),
        ),
        steps=(
            v.Step("提出问题", "done", v.Person("孟怀远"), "11-19 16:10"),
            v.Step(
                "部门负责人 同意", "done", v.Person("陈沐阳"), "11-19 17:40", "数量已核对，同意按差异处理。"
            ),
            v.Step("上级 决定", "now", v.Person("何景行"), "已等待 1 天 4 小时"),
            v.Step("关闭", "next"),
        ),
        entries=(
            v.EntryView(
                v.Person("陈沐阳"),
                "修改了记录",
                "11-19 17:38",
                (
                    v.Change("损失", "", "12,480.00 元"),
                    v.Change("效果", "有效", "无效果"),
                    v.Change("联系人", "赵工", ""),
                ),
            ),
            v.EntryView(
                v.Person("计时"), "按 DWM 6.4 升级到 何景行", "11-20 11:00", note="逾期 0 小时，第 1 级"
            ),
        ),
        entries_href="#",
        related=(v.Link("整改 ZG-2026-0042", "#", "link", note="进行中"),),
        actions=(v.Button("编辑", href="/form", icon="pencil"), v.Button("打印", href="#", icon="printer")),
        decision=v.Decision(
            "/record",
            "token",
            (
                v.Move("return", "退回"),
                v.Move("transfer", "转办", href="/form"),
                v.Move("approve", "同意", "primary", "check"),
            ),
        ),
    )


def inbox(open_at: int = 2) -> v.InboxView:
    """Two panes, one open."""
    waits: tuple[tuple[str, v.Tone | str], ...] = (
        ("1 小时", ""),
        ("2 小时", ""),
        ("1 天 4 小时", "amber"),
        ("逾期 2 小时", "red"),
    )
    items = tuple(
        v.InboxItem(
            id=f"r{at}",
            href=f"/inbox?open=r{at}",
            who=v.Person(NAMES[at]),
            register_title=("部门内部问题", "用印登记", "延期申请")[at % 3],
            title=SUBJECTS[at],
            waiting=waits[at % 4][0],
            tone=waits[at % 4][1],  # type: ignore[arg-type]
            secrecy=secrecy((2, 1, 3, 0)[at % 4], "5年" if at % 4 in (0, 2) else ""),
            note=f"第 {at + 1} 步",
            open=at == open_at,
        )
        for at in range(8)
    )
    tabs = (
        v.Link("待我处理", "/inbox", current=True, count="12"),
        v.Link("已处理", "#"),
        v.Link("抄送我的", "#", count="3"),
    )
    return v.InboxView(tabs, items, record=record() if open_at >= 0 else None)


def workbench() -> v.WorkbenchView:
    """The first page."""
    return v.WorkbenchView(
        greeting="下午好，嘉禾",
        summary="今天有 12 项待办，其中 2 项即将超时。",
        figures=(
            v.Figure("待我处理", "12", "inbox", "/inbox", "较昨日 +3"),
            v.Figure("进行中的任务", "41", "list-checks", "/list", "占全部 22%", "amber"),
            v.Figure("已逾期", "9", "alarm-clock", "/list", "较上周 −2", "red"),
            v.Figure("本月关闭", "58", "circle-check", "/list", "月均 51", "green"),
        ),
        todo=inbox(-1).items[:5],
        mine=inbox(-1).items[5:7],
        mine_href="#",
        shortcuts=(
            v.Link("部门内部问题", "/list", "message-square-warning"),
            v.Link("工作任务", "#", "list-checks"),
            v.Link("用印登记", "#", "stamp"),
            v.Link("延期申请", "#", "timer"),
            v.Link("客户", "#", "handshake"),
        ),
    )


def departments() -> v.DepartmentsView:
    """Three levels of the tree."""
    below = tuple(
        v.Unit(name, "#", v.Person(NAMES[at]), people=f"{6 + at} 人")
        for at, name in enumerate(("仓储部", "采购部", "客服部"))
    )
    sides = (
        v.Unit("运营中心", "#", v.Person("何景行"), "中心", "23 人", below),
        v.Unit("综合管理部", "#", v.Person("林嘉禾"), "部门", "8 人"),
    )
    return v.DepartmentsView(
        (v.Unit("远山商贸有限公司", "#", v.Person("周以宁", "总经理"), "公司", "61 人", sides),)
    )


def sign_in(problem: str = "") -> v.SignInView:
    """Signing in, in a demo office."""
    demo = (("head", "部门负责人"), ("staff", "经办人"))
    sso = (v.Link("企业微信登录", "#", "key-round"),)
    return v.SignInView(
        "远山商贸有限公司",
        "/sign-in",
        problem=problem,
        demo=demo,
        providers=sso,
        account="head" if problem else "",
    )
