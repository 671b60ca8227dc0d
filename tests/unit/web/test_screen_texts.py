"""Screen texts: Traditional is derived and can be overridden, values are escaped where they are made bold."""

from flask import Flask

from regbook.errors import catalogue
from regbook.web import texts
from regbook.web.views import FieldView, Person


def test_traditional_is_derived_for_every_text():
    for code, text in catalogue().items():
        assert texts.text_of(code, "zh-Hant") == (text.get("zh-Hant") or texts.traditional(text["zh"]))


def test_without_english_a_title_stays_chinese():
    assert texts.titled("问题", "", "en") == "问题"
    assert texts.titled("问题", "Issue", "en") == "Issue"
    assert texts.titled("问题", "Issue", "zh-Hant") == "問題"


def test_bold_values_are_escaped():
    app = Flask(__name__)
    with app.app_context():
        assert texts.t_strong("web-count", count="<i>") == "共 <b>&lt;i&gt;</b> 条"
        assert texts.t("web-remove", what="{0.__class__}") == "移除{0.__class__}"


def test_a_person_keeps_initials_and_colour():
    assert Person("孟怀远").initials == "怀远"
    assert Person("Ada Lovelace").initials == "AL"
    assert Person("孟怀远").hue == Person("孟怀远", "仓储部").hue


def test_a_fields_state_differs_only_when_it_would_be_drawn_otherwise():
    field = FieldView("text", "subject", "问题", "a")
    assert field.state == FieldView("text", "subject", "问题", "typed meanwhile").state
    assert field.state != FieldView("text", "subject", "问题", "a", visible=False).state
    assert (
        FieldView("money", "x", "x", "1", readonly=True).state
        != FieldView("money", "x", "x", "2", readonly=True).state
    )
