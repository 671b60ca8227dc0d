"""The house stands as drawn: guards that cost nothing and hold from the first day."""

import platform
import re
import sysconfig
from pathlib import Path

from regbook.errors import catalogue

ROOT = Path(__file__).resolve().parents[2]


def test_platform_is_still_the_standard_librarys():
    assert not (ROOT / "platform" / "__init__.py").exists()
    assert platform.system()
    assert Path(platform.__file__).is_relative_to(sysconfig.get_paths()["stdlib"])


def test_every_text_of_the_catalogue_is_in_both_languages_with_the_same_values():
    for code, text in catalogue().items():
        assert {"zh", "en"} <= set(text) <= {"zh", "en", "zh-Hant"}, code
        assert all(text.values()), code
        assert set(re.findall(r"\{(\w+)\}", text["zh"])) == set(re.findall(r"\{(\w+)\}", text["en"])), code


def test_no_two_test_modules_share_a_name():
    """Their folders are no packages, so pytest knows a module by its file name alone."""
    names = [path.name for path in (ROOT / "tests").rglob("*.py") if path.name != "conftest.py"]
    assert sorted({name for name in names if names.count(name) > 1}) == []
