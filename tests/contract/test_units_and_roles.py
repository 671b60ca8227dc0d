"""What a number counts, who one is and what points here are told in the reader's own language."""

import re
from datetime import UTC, datetime

import pytest
from web_offices import library, opened, plugins

from regbook.services.founding import Seed, seed
from regbook.services.sample import sample_office

LANGUAGES = {"zh": "zh-CN", "zh-Hant": "zh-TW", "en": "en"}


@pytest.fixture(scope="module")
def web():
    sample = sample_office(library(), plugins(), "seal_use")
    sample.time = datetime(2026, 9, 30, 8, tzinfo=UTC)
    web = opened(sample)
    seed(web.sample.office, [Seed("posts", {"name": "出纳主管", "rotation_months": 12}, "cashier_head")])
    return web


def page(web, path, language):
    answer = web.browser("staff").get(path, headers={"Accept-Language": LANGUAGES[language]})
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.mark.parametrize(("language", "units"), [("zh", "份页"), ("zh-Hant", "份頁"), ("en", None)])
def test_a_forms_units_are_the_readers(web, language, units):
    found = re.findall(r'<span class="unit">([^<]+)</span>', page(web, "/r/seal_use/new", language))
    assert found[:2] == (list(units) if units else ["copies", "pages"])


@pytest.mark.parametrize(("language", "shown"), [("zh", "12 月"), ("zh-Hant", "12 月"), ("en", "12 months")])
def test_a_values_unit_is_the_readers(web, language, shown):
    answer = page(web, "/r/post/cashier_head", language)
    assert shown in answer
    assert ("12 月" in answer) is (language != "en")


@pytest.mark.parametrize(
    ("language", "said", "unsaid"),
    [("zh", "员工", "Staff"), ("zh-Hant", "員工", "员工"), ("en", "Staff", "员工")],
)
def test_ones_roles_are_told_in_ones_language(web, language, said, unsaid):
    answer = page(web, "/account", language)
    assert said in answer
    assert unsaid not in answer
