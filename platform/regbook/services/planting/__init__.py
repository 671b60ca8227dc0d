"""The demo office: an invented company and a year of its work, made by the engine itself.

Its accounts share one known password, so they are for a demo on loopback alone.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from regbook.services.office import Office
from regbook.services.planting.archives import plant_archives
from regbook.services.planting.customers import plant_customers
from regbook.services.planting.desk import Desk
from regbook.services.planting.handling import FOLLOW, plant_findings
from regbook.services.planting.issues import plant_issues
from regbook.services.planting.matters import plant_matters
from regbook.services.planting.organisation import company, plant_accounts, plant_organisation, plant_settings
from regbook.services.planting.rights import plant_rights
from regbook.services.planting.seals import plant_seals
from regbook.services.planting.secrecy import plant_secrecy
from regbook.services.planting.staff import plant_newcomers
from regbook.services.planting.tasks import plant_tasks

PASSWORD = "lianshan-demo-2026"  # noqa: S105
YEAR = timedelta(days=365)
SEED = 20_261_122

NAMED = {
    "he.jiaqi": "客服专员：只见自己提的、交到自己手上的和所在部门有份的事。",
    "ouyang.jia": "客服组主管：另见本组的内部问题、任务和用印，处理本组的罚款。",
    "su.wanqing": "客服部经理：掌管全部客户档案（知密等级绝密），管三个组。",
    "fang.zhengyi": "客户市场部经理（部经理）：见客服、市场、销售三个部门的事，处理部门之间的事。",
    "gu.huaiyuan": "董事长兼总经理：见全单位的事，裁决部与部之间的事；不见人员的隐私。",
    "tian.meng": "人力资源部经理：人员档案（可揭示身份证号）、罚款执行、责任追究。",
    "shen.jianing": "总经办秘书：保管公章和合同专用章，用印登记；不见客户档案。",
    "shao.wei": "流程管理员：接办没有人能接的事，查升级记录。",
}
"""The accounts that are printed, and what each may see."""


@dataclass(frozen=True, slots=True)
class Planted:
    """What planting made: how many people have an account, how many stories the definitions refused."""

    people: int
    refused: int = 0


def plant(office: Office, tell: Callable[[datetime], object] = lambda month: None) -> Planted:
    """Fills a fresh office, its definitions published, with the demo's company and its last year.

    ``tell`` hears of each month of that year as it begins. The same clock and keys give the same records.
    """
    now = office.now()
    chance = random.Random(SEED)  # noqa: S311
    make_id = _ids(chance)
    begun = replace(office, clock=lambda: now - YEAR, make_id=make_id, chance=chance)
    made = company(make_id)
    plant_organisation(begun, made, now)
    plant_settings(begun)
    desk = Desk(begun, made, chance, now - YEAR, now, FOLLOW)
    plant_issues(desk)
    plant_tasks(desk)
    plant_matters(desk)
    plant_findings(desk)
    plant_seals(desk)
    plant_customers(desk)
    plant_newcomers(desk)
    plant_rights(desk)
    plant_archives(desk)
    plant_secrecy(desk)
    desk.run(tell)
    plant_accounts(begun, {name: made.ids[name] for name in made.people}, PASSWORD)
    return Planted(len(made.people), desk.refused)


def accounts_text() -> str:
    """What a visitor of the demo needs to sign in: the named accounts, what each may see, the password."""
    lines = [f"{account:<14}{text}" for account, text in NAMED.items()]
    return "\n".join((*lines, f"密码（所有账号）：{PASSWORD}"))


def _ids(chance: random.Random) -> Callable[[], str]:
    return lambda: f"{chance.getrandbits(64):016x}"


__all__ = ["NAMED", "PASSWORD", "Planted", "accounts_text", "plant"]
