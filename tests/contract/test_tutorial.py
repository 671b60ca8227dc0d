"""The tutorial works: its commands run in their order in a scratch folder, and say what the page shows.

``regbook`` on the PATH is a client of this process, which runs the real command line here: so that a page of
thirty commands does not start Python thirty times. ``curl`` talks to the office's application over a socket.
"""

import json
import os
import re
import shutil
import socketserver
import subprocess
import sys
import threading
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from regbook import app, cli
from regbook.settings import read_settings
from regbook.web.application import create_app

PAGE = Path(__file__).resolve().parents[2] / "docs/tutorial/first-register.md"
BLOCK = re.compile(r"(?:Save this as `([\w./-]+)`:\n\n)?^```(\w+)\n(.*?)^```$", re.M | re.S)
CLIENT = """#!{python} -SE
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as line:
    line.connect({door!r})
    line.sendall(json.dumps([sys.argv[1:], os.environ.get("REGBOOK_OFFICE", ".")]).encode() + b"\\n")
    code, out, err = json.loads(line.makefile().read())
sys.stdout.write(out)
sys.stderr.write(err)
sys.exit(code)
"""


class Quiet(WSGIRequestHandler):
    """Answers without telling."""

    def log(self, type, message, *args):
        """Nothing."""


class Desk:
    """Runs commands in this process, and serves the office that ``regbook serve`` names."""

    def __init__(self):
        self.server = None

    def run(self, arguments, folder):
        if arguments[0] == "serve":
            return self.serve(Path(arguments[-1]))
        os.environ["REGBOOK_OFFICE"] = folder
        out, err = StringIO(), StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = cli.main(arguments)
        return code, out.getvalue(), err.getvalue()

    def serve(self, folder):
        office = app.open_office(read_settings(folder))
        made = create_app(
            office, production=False, secret=app.web_secret(folder), base_url="http://127.0.0.1"
        )
        self.server = make_server("127.0.0.1", 0, made, request_handler=Quiet)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        Path("port").write_text(str(self.server.port))
        return 0, "", ""


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A scratch folder in which ``.venv/bin/regbook`` is this process."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REGBOOK_OFFICE", ".")
    monkeypatch.setattr(cli, "LANGUAGE", "en")
    desk = Desk()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            answer = desk.run(*json.loads(self.rfile.readline()))
            self.wfile.write(json.dumps(answer).encode())

    client = tmp_path / ".venv" / "bin" / "regbook"
    client.parent.mkdir(parents=True)
    client.write_text(CLIENT.format(python=sys.executable, door="door"))
    client.chmod(0o755)
    with socketserver.UnixStreamServer("door", Handler) as door:
        threading.Thread(target=door.serve_forever, daemon=True).start()
        yield desk
        door.shutdown()
    if desk.server is not None:
        desk.server.shutdown()
        desk.server.server_close()


def script(page):
    """The page as one script that marks where each block's output begins, and what each should say."""
    lines, wanted = ["set -e"], []
    for path, language, text in BLOCK.findall(page):
        if language == "json":
            lines += [f"mkdir -p {Path(path).parent}", f"cat > {path} << 'END'", text + "END"]
        elif language == "sh":
            wanted.append(None)
            lines += ["echo '=== block'", text.replace(":8321", ":$(cat port)")]
        elif language == "text":
            wanted[-1] = text.strip()
    return "\n".join(lines), wanted


def pattern(text):
    return ".*".join(re.escape(part) for part in text.split("…"))


@pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl: the tutorial did NOT run")
def test_every_command_of_the_tutorial_does_what_the_page_says(desk):
    text, wanted = script(PAGE.read_text("utf-8"))
    ran = subprocess.run(["bash", "-c", text], capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    said = [block.strip() for block in ran.stdout.split("=== block\n")[1:]]
    assert len(said) == len(wanted)
    for block, expected in zip(said, wanted, strict=True):
        assert re.fullmatch(pattern(expected or ""), block, re.S), f"{block}\n--- the page says\n{expected}"
    assert ran.stderr == ""
