"""The command line teaches, and refuses in one sentence that says what, where and what to do."""

import argparse
import json
import re
import shutil
import socket
from contextlib import nullcontext
from pathlib import Path

import pytest

from regbook import arguments, cli, serving
from regbook.services import planting
from regbook.settings import read_settings

ROOT = Path(__file__).resolve().parents[2]
NOBODY = "postgresql+psycopg://x:hidden-word@127.0.0.1:5999/zz"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """An office with an administrator's account."""
    folder = tmp_path_factory.mktemp("made") / "office"
    assert cli.main(["init", str(folder), "--json"]) == 0
    return folder


@pytest.fixture
def run(folder, monkeypatch, capsys):
    """Runs a command on the office and answers its exit code and what it said in both places."""
    monkeypatch.setattr(cli, "LANGUAGE", "en")
    monkeypatch.setenv("REGBOOK_OFFICE", str(folder))

    def run(*words):
        capsys.readouterr()
        try:
            code = cli.main(words)
        except SystemExit as ended:
            code = ended.code
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.mark.parametrize(
    "words",
    [
        ["tick"],
        ["publish"],
        ["faults"],
        ["serve"],
        ["worker"],
        ["user", "disable", "admin"],
        ["token", "admin"],
        ["init", "another"],
        ["demo", "a-third", "--no-serve"],
    ],
    ids=" ".join,
)
def test_a_database_that_nobody_answers_for_is_one_sentence(run, monkeypatch, tmp_path, words):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REGBOOK_DATABASE_URL", NOBODY)
    monkeypatch.setenv("REGBOOK_PORT", "0")
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert re.fullmatch(
        r"The database postgresql\+psycopg://x@127\.0\.0\.1:5999/zz cannot be opened \(Connection refused\);"
        r" check database_url \(or REGBOOK_DATABASE_URL\)[^\n]*\.\n",
        err,
    ), err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.postgresql
def test_a_refused_login_is_told_without_its_password(run, monkeypatch):
    monkeypatch.setenv(
        "REGBOOK_DATABASE_URL", "postgresql+psycopg://nobody-known:hidden-word@127.0.0.1:5432/zz"
    )
    code, out, err = run("tick")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "nobody-known" in err
    assert "hidden-word" not in err


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("hidden-word", "cannot be read"),
        ("postgresql://a:hidden-word@host:port/name", "cannot be read"),
        ("mysql://a:hidden-word@host/name?password=hidden-word", "mysql://a@host/name"),
    ],
)
def test_an_address_that_is_no_databases_is_told_without_what_it_holds(run, monkeypatch, url, expected):
    monkeypatch.setenv("REGBOOK_DATABASE_URL", url)
    code, _, err = run("tick")
    assert (code, expected in err, "hidden-word" in err, err.count("\n")) == (2, True, False, 1), err


def test_a_file_that_is_no_database_is_told(run, monkeypatch, tmp_path):
    (tmp_path / "letter").write_text("Dear all, this is no database. " * 40)
    monkeypatch.setenv("REGBOOK_DATABASE_URL", f"sqlite:///{tmp_path / 'letter'}")
    code, _, err = run("tick")
    assert (code, "file is not a database" in err, err.count("\n")) == (2, True, 1), err
    monkeypatch.setenv("REGBOOK_DATABASE_URL", f"sqlite:///{tmp_path / 'nowhere' / 'file'}")
    code, _, err = run("tick")
    assert (code, "unable to open database file" in err, err.count("\n")) == (2, True, 1), err


def test_an_address_of_redis_whose_port_is_no_number_is_told_without_its_password(run, monkeypatch):
    monkeypatch.setenv("REGBOOK_REDIS_URL", "redis://:hidden-word@127.0.0.1:abc/0")
    code, _, err = run("worker")
    assert (code, "/redis_url" in err, "hidden-word" in err) == (2, True, False), err


def test_settings_that_are_no_toml_and_a_folder_that_cannot_be_made_are_told(run, tmp_path):
    (tmp_path / "regbook.toml").write_text("port is eighty")
    code, _, err = run("tick", "--office", str(tmp_path))
    assert (code, "is not valid TOML" in err, err.count("\n")) == (2, True, 1), err
    code, _, err = run("init", str(tmp_path / "regbook.toml" / "office"))
    assert (code, "cannot be used (Not a directory)" in err, err.count("\n")) == (2, True, 1), err


@pytest.mark.parametrize("days", ["999999999", "-5", "0", "1.5", "soon", "3651", "９"])
def test_a_token_lasts_a_sensible_number_of_days(run, days):
    code, out, err = run("token", "admin", f"--days={days}")
    assert (code, out) == (2, "")
    assert "write a whole number from 1 to 3650" in err


def test_a_port_that_is_taken_is_told_before_anything_is_opened(run, folder, monkeypatch):
    monkeypatch.setattr(serving, "open_office", lambda *_, **__: pytest.fail("it was opened"))
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        monkeypatch.setenv("REGBOOK_PORT", str(port))
        code, out, err = run("serve")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert f"Port {port} of 127.0.0.1 is taken" in err
    assert "REGBOOK_PORT" in err
    monkeypatch.setenv("REGBOOK_HOST", "192.0.2.1")
    code, _, err = run("serve")
    assert (code, "REGBOOK_HOST" in err, err.count("\n")) == (2, True, 1), err
    monkeypatch.setenv("REGBOOK_PORT", "65536")
    assert run("serve")[0] == 2


def test_a_port_that_was_just_let_go_is_free():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    assert serving.refuse_taken("127.0.0.1", port) is None


def test_check_says_so_where_there_is_no_office(run, tmp_path):
    for place in (tmp_path, tmp_path / "nowhere"):
        code, out, err = run("check", "--office", str(place))
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert str(place) in err
        assert "--office" in err


def test_check_names_a_register_that_is_not_there(run):
    code, out, err = run("check", "tusk", "task")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("There is no register tusk; there are: ")
    assert "department_issue" in err


def test_check_tells_what_is_wrong_with_the_file_of_the_register_named(run, tmp_path):
    (tmp_path / "definitions" / "work").mkdir(parents=True)
    shutil.copytree(ROOT / "plugins", tmp_path / "plugins")
    (tmp_path / "definitions" / "work" / "visit.json").write_text("{")
    code, out, err = run("check", "visit", "--office", str(tmp_path))
    assert (code, err) == (1, "")
    assert "work/visit.json" in out


def commands():
    inner = next(each for each in cli.parser()._actions if isinstance(each, argparse._SubParsersAction))
    return inner.choices


@pytest.mark.parametrize("name", list(arguments.COMMANDS))
def test_every_command_says_what_it_does_what_it_takes_and_how_it_is_used(run, name):
    command = commands()[name]
    for each in command._actions:
        assert each.help, f"{name}: {each.dest} has no help"
    code, out, _ = run(name, "--help")
    said = re.findall(r"^  ([^#\n]*regbook .*)$", out.partition("examples:\n")[2], re.M)
    assert code == 0
    assert said, f"{name} has no example"
    for line in said:
        assert re.search(rf"regbook {name}\b", line), line


def test_the_examples_are_commands_that_it_takes():
    for name, each in arguments.COMMANDS.items():
        for example, _ in each.examples:
            words = example.partition("regbook ")[2].rstrip(")").split()
            if words[0] != name:  # an address that holds the word
                words = example.rpartition(" regbook ")[2].split()
            assert cli.parser().parse_args(words).run is cli.RUNS[name]


@pytest.mark.slow
def test_what_is_done_is_answered_to_a_program(run, folder, tmp_path):
    said = {}
    for words in (
        ["init", str(tmp_path / "office")],
        ["tick"],
        ["faults"],
        ["faults", "retry", "all"],
        ["user", "add", "li.na"],
        ["user", "password", "li.na"],
        ["token", "li.na", "--days", "3", "--label", "报表"],
        ["user", "disable", "li.na"],
        ["publish"],
    ):
        code, out, err = run(*words, "--json")
        assert (code, err) == (0, "")
        said[" ".join(words[:2])] = json.loads(out)
    assert said["user disable"] == {"account": "li.na", "disabled": True}
    assert said["tick"] == {"fired": 0, "put_off": 0}
    assert said["faults"] == {"faults": []}
    assert said["faults retry"] == {"retried": []}
    assert said["user add"]["password"] != said["user password"]["password"]
    assert set(said["token li.na"]) == {"account", "label", "until", "token"}
    assert said["token li.na"]["label"] == "报表"
    made = next(each for words, each in said.items() if words.startswith("init"))
    assert made["office"] == str(tmp_path / "office")
    assert {"administrator", "password"} < set(made)


def test_retry_asks_which(run):
    code, _, err = run("faults", "retry")
    assert (code, "or all" in err, err.count("\n")) == (2, True, 1)


@pytest.mark.parametrize("terminal", [True, False])
def test_the_demo_tells_its_progress_to_a_terminal_alone(run, monkeypatch, tmp_path, terminal):
    def plant(office, tell):
        tell(office.now())

    class Unmade:
        store = type("Store", (), {"close": lambda self: None})()

        def now(self):
            return arguments.instant("2025-11-01T00:00:00Z")

    monkeypatch.setattr(cli, "setup", lambda *_, **__: Unmade())
    monkeypatch.setattr(planting, "plant", plant)
    monkeypatch.setattr("regbook.services.founding.administrator", lambda office: "a-password")
    monkeypatch.setattr("regbook.app.building", lambda folder: nullcontext(folder))
    monkeypatch.setattr("sys.stdout.isatty", lambda: terminal, raising=False)
    code, out, err = run("demo", str(tmp_path / "demo"), "--no-serve")
    assert (code, err) == (0, "")
    assert ("planting 2025-11" in out, "\r" in out) == (terminal, terminal)
    assert out.lstrip("\r").startswith("planting" if terminal else "administrator: admin\n")


def test_the_port_of_an_office_is_the_one_its_settings_name(folder):
    assert read_settings(folder, {"REGBOOK_PORT": "9000"}).port == 9000


GATE = {
    "$schema": "../register.schema.json",
    "register": "gate_pass",
    "title": "出门条",
    "clauses": ["LDC 3.2.1"],
    "entity": {
        "type": "object",
        "properties": {
            "what": {"type": "string", "title": "物品"},
            "note": {"type": "string", "title": "备注"},
        },
    },
    "access": [{"role": "staff", "do": ["enter", "read"], "scope": "own"}],
    "translations": {"en": {"title": "Gate pass", "fields.what.title": "What", "fields.note.title": "Note"}},
    "scenarios": [
        {"name": "出门", "steps": [{"as": "staff", "enter": {"what": "样品"}}], "then": {"state": "current"}}
    ],
}


@pytest.fixture
def gate(folder, run):
    """Writes the file of a register whose first edition is published."""
    file = folder / "definitions" / "made" / "gate_pass.json"
    file.parent.mkdir(exist_ok=True)

    def write(raw):
        file.write_text(json.dumps(raw, ensure_ascii=False), "utf-8")

    write(GATE)
    assert run("publish", "--yes")[0] == 0
    yield write
    file.unlink()


def less():
    raw = json.loads(json.dumps(GATE))
    raw["entity"]["properties"].pop("note")
    raw["translations"]["en"].pop("fields.note.title")
    return raw


@pytest.mark.slow
def test_publish_says_what_it_would_take_away_and_asks(gate, run, monkeypatch):
    gate(less())
    code, out, err = run("publish")
    assert code == 1
    assert "gate_pass: Retire the field 备注 (note): its 0 values are kept" in out
    assert "[publish-retired]" in err
    assert "--yes" in err
    assert "revision" not in out.replace("x-was", "")
    code, out, _ = run("publish", "--json")
    said = json.loads(out)
    assert (code, said["refused"], said["registers"]) == (1, "publish-asks", {})
    assert [(each["code"], each["asks"]) for each in said["changes"]] == [("publish-retired", True)]
    for terminal, answered, wanted in ((True, "n", 1), (False, "y", 1), (True, "y", 0)):
        monkeypatch.setattr("sys.stdin.isatty", lambda terminal=terminal: terminal, raising=False)
        monkeypatch.setattr("sys.stdout.isatty", lambda terminal=terminal: terminal, raising=False)
        monkeypatch.setattr("builtins.input", lambda text, answered=answered: answered)
        assert run("publish")[0] == wanted
    assert run("publish")[1] == "nothing changed\n"


@pytest.mark.slow
def test_publish_refuses_what_fails_its_own_scenarios(gate, run):
    wrong = json.loads(json.dumps(GATE))
    wrong["scenarios"][0]["then"]["state"] = "draft"
    wrong["scenarios"].append({"name": "无此人", "steps": [{"as": "staff", "amend": {"what": "x"}}]})
    gate(wrong)
    code, out, err = run("publish")
    assert code == 1
    assert "revision" not in out
    assert "出门" in err
    assert "无此人" in err
    assert "made/gate_pass.json#/scenarios/0" in err
    assert run("publish", "--yes")[0] == 1
    assert run("publish", "--no-scenarios")[0] == 0
