"""The work both sides do: 22 columns of deterministic Chinese complaints, and who reads them.

The reader is not an administrator: she sees 16 of 40 departments, never the secret third of the records,
never the identity number.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from regbook.rules.kinds.identity_no import check_digit

NOW = datetime(2026, 9, 30, 8, 0, tzinfo=UTC)
READER = "reader"
HANDLERS = tuple(f"p{n:03d}" for n in range(60))
DEPARTMENTS = tuple(f"d{n:02d}" for n in range(40))
SEEN = DEPARTMENTS[:16]
"""The reader's department and the fifteen below it."""
CLEARANCE = 1
LEVELS = (0, 1, 2)
STATES = ("received", "handling", "replied", "closed")
CHANNELS = ("phone", "visit", "letter", "web")
SEVERITIES = ("low", "middle", "high")
PAGE = 25
SECONDS = 3 * 365 * 86_400

_FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英文华建国春梅晓东志远"
_GOODS = ("净水机", "热水器", "空调", "油烟机", "洗衣机", "电饭煲", "扫地机", "冰箱", "电视机", "路由器")
_FAULTS = ("漏水", "不启动", "噪声大", "外壳破损", "发错型号", "少配件", "安装超时", "退款未到账", "上门失约")
_PLACES = ("江北仓", "城西门店", "官方网站", "热线中心", "南山服务点", "东湖旗舰店", "高新区经销商")
_SAID = (
    "客户称收货当天即发现问题，多次联系未得到明确答复。",
    "经核对订单，型号与合同不一致，客户要求更换并赔偿误工费。",
    "上门人员未按约定时间到达，也没有提前通知，客户情绪激动。",
    "已请客户保留原包装并拍照，待质检部门出具意见后再行回复。",
    "客户表示如三日内不能解决，将向市场监督管理部门反映。",
    "初步判断为运输途中挤压所致，须与承运单位确认责任。",
)


def records(count: int) -> Iterator[dict[str, Any]]:
    """The records of a register of that many: the same each time, by column."""
    chance = random.Random(20_260_930)
    for n in range(count):
        at = NOW - timedelta(seconds=chance.randrange(60, SECONDS))
        facts = body(chance, at)
        state = chance.choice(STATES)
        yield {
            **facts,
            "id": f"{chance.getrandbits(64):016x}",
            "number": f"TS-{n:08d}",
            "state": state,
            "owner": chance.choice(HANDLERS),
            "department": chance.choice(DEPARTMENTS),
            "level": LEVELS[n % 3],
            "entered_at": at,
            "amended_at": at + timedelta(hours=2),
            "identity_no": identity_no(chance),
            "handler": chance.choice(HANDLERS),
            "outcome": chance.choice(_SAID) if state in ("replied", "closed") else None,
            "satisfied": chance.random() < 0.7 if state == "closed" else None,
        }


def body(chance: random.Random, at: datetime) -> dict[str, Any]:
    """What someone who enters a complaint brings."""
    goods, fault = chance.choice(_GOODS), chance.choice(_FAULTS)
    return {
        "subject": f"{goods}{fault}（{chance.choice(_PLACES)}第{chance.randint(1, 9999)}号订单）",
        "body": "".join(chance.sample(_SAID, 3)),
        "customer": chance.choice(_FAMILY) + chance.choice(_GIVEN) + chance.choice(_GIVEN),
        "phone": f"0799-2000{chance.randint(100, 999)}",
        "channel": chance.choice(CHANNELS),
        "product": goods,
        "severity": chance.choice(SEVERITIES),
        "occurred_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "promised_on": (at + timedelta(days=7)).date().isoformat(),
        "amount": f"{chance.randint(10, 9_999_999) / 100:.2f}",
    }


def identity_no(chance: random.Random) -> str:
    """A number of a region that issues none."""
    first_17 = f"710000{chance.randint(1960, 2004)}{chance.randint(1, 12):02d}{chance.randint(1, 28):02d}"
    first_17 += f"{chance.randint(1, 999):03d}"
    return first_17 + check_digit(first_17)


def new_ones(count: int, seed: int) -> list[dict[str, Any]]:
    """Bodies of requests that enter a complaint, handled by somebody."""
    chance = random.Random(seed)
    at = NOW - timedelta(minutes=5)
    return [{**body(chance, at), "handler": chance.choice(HANDLERS)} for _ in range(count)]


def changes(count: int, seed: int) -> list[dict[str, Any]]:
    """Bodies of requests that amend a complaint: three fields of 22."""
    chance = random.Random(seed)
    return [
        {
            "outcome": chance.choice(_SAID) + f"（第{n}次回访）",
            "severity": chance.choice(SEVERITIES),
            "amount": f"{chance.randint(10, 9_999_999) / 100:.2f}",
        }
        for n in range(count)
    ]
