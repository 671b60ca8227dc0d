"""What a demo office may not do."""

from pathlib import Path

import pytest

from regbook import app, cli, serving
from regbook.errors import SettingsInvalid
from regbook.settings import read_settings


def test_a_demo_office_is_served_on_this_machine_alone(tmp_path: Path):
    folder = tmp_path / "office"
    app.init_office(folder, production=False, demo=True)
    with pytest.raises(SettingsInvalid) as refused:
        serving.serve(read_settings(folder, {"REGBOOK_HOST": "0.0.0.0"}))
    assert [each.code for each in refused.value.problems] == ["demo-on-loopback"]


def test_no_office_is_made_over_another(tmp_path: Path):
    app.init_office(tmp_path / "office", production=False)
    keys = (tmp_path / "office" / "data" / "keys.json").read_bytes()
    with pytest.raises(SettingsInvalid):
        app.init_office(tmp_path / "office", production=False)
    assert (tmp_path / "office" / "data" / "keys.json").read_bytes() == keys


def test_settings_say_everything_that_is_wrong(tmp_path: Path):
    app.init_office(tmp_path / "office", production=False)
    path = tmp_path / "office" / "regbook.toml"
    path.write_text(path.read_text("utf-8") + 'surprise = 1\nport = "eighty"\n', "utf-8")
    with pytest.raises(SettingsInvalid) as refused:
        read_settings(tmp_path / "office", {})
    assert {each.path for each in refused.value.problems} == {"/surprise", "/port"}


@pytest.mark.parametrize("value", ["-1", "two", "1.5"])
def test_the_number_of_proxies_is_a_number(tmp_path: Path, value: str):
    app.init_office(tmp_path, production=False)
    with pytest.raises(SettingsInvalid) as refused:
        read_settings(tmp_path, {"REGBOOK_PROXIES": value})
    assert [each.path for each in refused.value.problems] == ["/proxies"]


@pytest.mark.parametrize(("environment", "expected"), [({}, 0), ({"REGBOOK_PROXIES": "2"}, 2)])
def test_the_application_is_told_how_many_proxies_stand_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], expected: int
):
    app.init_office(tmp_path, production=False)
    told: list[int] = []

    class Unserved:
        def __init__(self, app, options):
            pass

        def run(self):
            pass

    monkeypatch.setattr(serving, "Server", Unserved)
    monkeypatch.setattr(serving, "refuse_taken", lambda host, port: None)
    monkeypatch.setattr(serving, "beside_web", lambda office, redis: ())
    monkeypatch.setattr(serving, "create_app", lambda office, *, proxies, **more: told.append(proxies))
    serving.serve(read_settings(tmp_path, environment))
    assert told == [expected]


def test_a_production_office_without_an_https_address_is_refused_before_any_process_starts(tmp_path):
    app.init_office(tmp_path, production=True)
    with pytest.raises(SettingsInvalid) as refused:
        serving.serve(read_settings(tmp_path, {}))
    assert [each.path for each in refused.value.problems] == ["/base_url"]
    assert not (tmp_path / "data" / "regbook.db").exists()


def test_an_office_interrupted_in_the_making_is_made_again(tmp_path: Path):
    folder = tmp_path / "office"
    with pytest.raises(KeyboardInterrupt), app.building(folder) as part:
        app.init_office(part)
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []
    killed = app.building(folder)
    app.init_office(killed.__enter__())
    assert not folder.exists()
    with app.building(folder) as part:
        app.init_office(part)
    assert [each.name for each in tmp_path.iterdir()] == ["office"]
    assert read_settings(folder, {}).folder == folder
    with pytest.raises(SettingsInvalid), app.building(folder):
        pass


def test_a_folder_that_holds_something_is_filled_where_it_is(tmp_path: Path):
    (tmp_path / "ours.txt").write_text("ours", "utf-8")
    with app.building(tmp_path) as part:
        app.init_office(part)
    assert part == tmp_path
    assert (tmp_path / "ours.txt").read_text("utf-8") == "ours"


def test_a_database_that_holds_an_office_gets_no_second_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    cli.setup(tmp_path / "one", production=False, demo=False).store.close()
    monkeypatch.setenv("REGBOOK_DATABASE_URL", f"sqlite:///{tmp_path / 'one' / 'data' / 'regbook.db'}")
    with pytest.raises(SettingsInvalid) as refused:
        cli.setup(tmp_path / "two", production=False, demo=False)
    assert [each.code for each in refused.value.problems] == ["database-taken"]


def test_what_an_office_keeps_is_its_own_accounts_alone(tmp_path: Path):
    app.init_office(tmp_path / "office")
    assert (tmp_path / "office" / "data").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "office" / "data" / "keys.json").stat().st_mode & 0o777 == 0o600
