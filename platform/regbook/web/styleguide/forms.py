"""Invented forms: every widget, empty, filled and wrong."""

from __future__ import annotations

from dataclasses import replace

from regbook.web import views as v
from regbook.web.styleguide.samples import LEVELS, NAMES, secrecy

PEOPLE = tuple(v.Choice(each, each, note="仓储部", person=v.Person(each)) for each in NAMES)


def _pick(*names: str) -> tuple[v.Choice, ...]:
    return tuple(replace(each, chosen=each.value in names) for each in PEOPLE)


def _choices(words: str, chosen: str = "") -> tuple[v.Choice, ...]:
    return tuple(v.Choice(each, each, each in chosen.split()) for each in words.split())


def _levels(chosen: str) -> tuple[v.Choice, ...]:
    return tuple(v.Choice(each, each, each == chosen, rank=at) for at, each in enumerate(LEVELS))


def _line(index: str, what: str, kind: str, owner: str, hours: str, wrong: tuple[str, ...] = ()) -> v.LineRow:
    name = f"measures/{index}"
    return v.LineRow(
        f"line{index}",
        (
            v.FieldView("text", f"{name}/what", "措施", what, required=True, errors=wrong),
            v.FieldView(
                "one_of", f"{name}/kind", "类别", choices=(*_choices("现场 书面 电话 会议 外协 其他", kind),)
            ),
            v.FieldView("person", f"{name}/owner", "负责人", choices=_pick(owner)),
            v.FieldView("number", f"{name}/hours", "工时", hours),
        ),
    )


def lines() -> v.LinesEditor:
    """Child lines with three rows and totals."""
    blank = _line("__n__", "", "", "", "")
    rows = (
        _line("0", "调取中转站监控与交接单", "现场", "吴清越", "3.5"),
        _line("1", "", "书面", "", "1", ("请填写措施。",)),
        _line("2", "补录退货差异并附照片", "现场", "沈知微", "2"),
    )
    return v.LinesEditor(blank.cells, rows, blank, ("合计 3 行", "", "", "6.5"))


def _facts(wrong: bool) -> v.FormSection:
    field = v.FieldView
    short = ("问题至少写 2 个字。",) if wrong else ()
    late = ("发生时间不得晚于现在。",) if wrong else ()
    return v.FormSection(
        "facts",
        "情况",
        (
            (
                field(
                    "text",
                    "subject",
                    "问题",
                    "单" if wrong else SUBJECT,
                    required=True,
                    errors=short,
                    max_length=200,
                ),
            ),
            (
                field(
                    "person",
                    "reporter",
                    "提出人",
                    choices=_pick("周以宁"),
                    required=True,
                    help="仅列出在岗人员",
                ),
                field("secrecy_level", "level", "密级", choices=_levels("机密"), required=True),
            ),
            (
                field("date_time", "occurred_at", "发生时间", "2026-11-19 16:00", required=True, errors=late),
                field("date", "expected_on", "希望解决日期", "2026-12-05", help="机密级最长 30 天"),
            ),
            (
                field("yes_no", "outside", "涉及外部单位", "true", placeholder="需要客户或供应商配合"),
                field("one_of", "urgency", "紧急程度", choices=_choices("一般 较急 紧急 特急", "较急")),
            ),
            (
                field("department", "unit", "责任部门", choices=_choices("仓储部 采购部 客服部", "仓储部")),
                field("people", "helpers", "协办人员", choices=_pick("陈沐阳", "吴清越")),
            ),
            (field("long_text", "course", "经过", "到货 48 箱，系统登记 52 箱。"),),
        ),
    )


SUBJECT = "华东仓退货单与系统数量不符"


def form(wrong: bool = False, inside: bool = False) -> v.FormView:
    """The form of a department issue; one from ``inside`` the house is asked for its effect."""
    problems = (
        v.Wrong("问题：至少写 2 个字。", "subject"),
        v.Wrong("发生时间：不得晚于现在。", "occurred_at"),
        v.Wrong("处理措施第 2 行：请填写措施。", "measures/1/what"),
    )
    return v.FormView(
        title="部门内部问题登记",
        subtitle="提交后由部门负责人在 4 个工作小时内处理",
        action="/form",
        secrecy=secrecy(3, "5年"),
        wrong=problems if wrong else (),
        sections=(
            _facts(wrong),
            v.FormSection(
                "handling", "处理措施", ((v.FieldView("lines", "measures", "措施明细", lines=lines()),),)
            ),
            v.FormSection(
                "files",
                "附件与说明",
                (
                    (
                        v.FieldView(
                            "file",
                            "attachments",
                            "附件",
                            files=(v.File("交接单.pdf", "1.8 MB", "#", "f1", "已查毒"),),
                            upload_href="/upload",
                        ),
                    ),
                    (
                        v.FieldView(
                            "one_of",
                            "effect",
                            "效果",
                            choices=_choices("有效 部分有效 无效果 不能处理 待观察 其他"),
                            visible=inside,
                        ),
                    ),
                ),
                optional=True,
            ),
        ),
        buttons=(
            v.Button("存草稿", name="_do", value="draft"),
            v.Button("提交", "primary", name="_do", value="submit"),
        ),
        notes=("机密级问题须在 30 天内关闭。", "涉及客户的，先通知客服部再登记。", "逾期将按 DWM 6.8 计时。"),
        path=(
            v.Step("部门负责人", "next", v.Person("陈沐阳")),
            v.Step("上级", "next", v.Person("何景行")),
        ),
        refresh_href="/form/refresh",
        draft_href="/form/draft",
        draft_saved="14:32",
    )


def widgets(state: str) -> tuple[v.FieldView, ...]:
    """Every widget: empty, filled, wrong or read-only."""
    filled = state != "empty"
    errors = ("说明哪里不对、怎么改。",) if state == "wrong" else ()

    def field(widget: v.Widget, label: str, value: str = "", **more: object) -> v.FieldView:
        made = v.FieldView(
            widget, f"{state}-{widget}", label, value if filled else "", errors=errors, required=True
        )
        return replace(made, **more)  # type: ignore[arg-type]

    return (
        field("text", "单行文本", "退货差异"),
        field("integer", "整数", "48", unit="箱"),
        field("number", "数字", "3.5"),
        field("percent", "百分比", "12.5", unit="%"),
        field("money", "金额", "12480.00", unit="元", help="人民币壹万贰仟肆佰捌拾元整"),
        field("date", "日期", "2026-11-21"),
        field("time", "时间", "09:30"),
        field("date_time", "日期时间", "2026-11-21 09:30"),
        field("span", "时长", "4wh"),
        field("yes_no", "是否", "true"),
        field("one_of", "单选（少）", choices=_choices("有效 无效果 不能处理", "有效" if filled else "")),
        field("several_of", "多选", choices=_choices("现场 书面 电话", "现场 电话" if filled else "")),
        field("person", "人员", choices=_pick("孟怀远" if filled else "")),
        field("people", "多位人员", choices=_pick(*(("孟怀远", "沈知微") if filled else ()))),
        field("record", "关联记录", choices=_choices("KH-0311 KH-0312", "KH-0311" if filled else "")),
        field("serial", "编号", "WT-202611-0186"),
        field("phone", "电话", "13800002046"),
        field("email", "邮箱", "shen@example.com"),
        field("identity_no", "身份证号", "11010519491231002X"),
        field("credit_code", "统一社会信用代码", "91350100M000100Y43"),
        field("secrecy_level", "密级", choices=_levels("秘密" if filled else "")),
        field("file", "文件", upload_href="/upload"),
        field("long_text", "多行文本", "第一行\n第二行"),
        field(
            "money",
            "计算字段",
            "6.50",
            name=f"{state}-computed",
            readonly=True,
            shown=v.Cell("number", "6.50 元"),
        ),
    )
