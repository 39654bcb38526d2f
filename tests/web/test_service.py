"""`warroom serve` whole: pages go out with links that work, and it ends, waits and comes back as it should."""

import json
import signal
import socket
import stat
import subprocess
import sys
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from tests.cli.shell import ROOT, Shell
from tests.outreach.receivers import never, receiver, status
from tests.store.support import open_url
from tests.support.postgres import Server
from tests.web.service import PATIENCE, health, served, until
from tests.web.site import PLAYBOOK
from warroom.domain.contacts import Channel
from warroom.room.engines import LEAD
from warroom.room.room import Actor, Room
from warroom.web.unit import quoted, unit

pytestmark = pytest.mark.fault
KEY = "a key of the receiver, long enough"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def shell(request: pytest.FixtureRequest, tmp_path: Path) -> Shell:
    """A shell on a database of each kind in which the shop's playbook is in force."""
    url = str(tmp_path / "warroom.db") if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    publish(url)
    return Shell(url)


def publish(url: str) -> None:
    channels = (Channel("push", "webhook", "push"), *PLAYBOOK.channels[1:])
    with closing(open_url(url)) as store:
        Room(store, Actor("ana")).publish(replace(PLAYBOOK, channels=channels))


def leaders(url: str) -> list[str]:
    """Who holds the lease of the engine that leads."""
    with closing(open_url(url)) as store:
        now = store.now()
        return [each.holder for each in store.leases() if each.name == LEAD and each.until > now]


def test_a_page_goes_out_with_a_link_that_acknowledges(shell: Shell) -> None:
    with receiver(status(200)) as taker:
        secret = json.dumps({"url": taker.url, "key": KEY})
        with served(Shell(shell.db, {"WARROOM_SECRET_PUSH": secret}), "--url", "https://war.example.org/w/") as service:
            base = service.base()
            shell.run("declare", "card payments fail", "--sev", "1")
            until(lambda: bool(taker.asked), "a page goes out")
            page = json.loads(taker.asked[0].body)
            assert page["link"].startswith("https://war.example.org/w/ack/")
            assert f"Acknowledge: {page['link']}" in page["text"]
            link = base + page["link"].removeprefix("https://war.example.org/w")
            shown = httpx.get(link, trust_env=False)
            assert "Acknowledge as ana" in shown.text
            assert shell.ask("show", "1")["milestones"]["acknowledgment"] is None
            assert httpx.post(link, trust_env=False).status_code == 200
            assert shell.ask("show", "1")["milestones"]["acknowledgment"]["by"] == "ana"
            assert service.end() == 0


def test_the_key_of_links_is_made_once_and_for_its_owner_alone(shell: Shell) -> None:
    with served(shell) as service:
        path = Path(service.wait_for(r"A key for acknowledge links was made: (.*?)\. Other")[1])
        service.base()
        service.end()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    made = path.read_bytes()
    assert len(made) >= 43
    with served(shell) as again:
        again.base()
        assert not any("was made" in line for line in again.said)
    assert path.read_bytes() == made
    assert [each.name for each in path.parent.iterdir()] == ["link-key"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_ends_when_it_is_told_and_gives_the_lead_back(shell: Shell, number: signal.Signals) -> None:
    with served(shell) as service:
        base = service.base()
        until(lambda: health(base) == 200, "the engine leads")
        assert len(leaders(shell.db)) == 1
        assert service.end(number) == 0
    assert leaders(shell.db) == []
    assert health(base) == 0


def test_a_message_that_hangs_does_not_hold_up_the_end(shell: Shell) -> None:
    with receiver(never) as taker:
        secret = json.dumps({"url": taker.url, "key": KEY})
        with served(Shell(shell.db, {"WARROOM_SECRET_PUSH": secret})) as service:
            service.base()
            shell.run("declare", "card payments fail", "--sev", "1")
            until(lambda: bool(taker.asked), "a page is being sent")
            assert service.end() == 0
    assert leaders(shell.db) == []


@pytest.mark.postgres
def test_it_waits_for_its_database_and_survives_a_restart(private_postgres: Server) -> None:
    url = private_postgres.create()
    publish(url)
    private_postgres.stop()
    with served(Shell(url)) as service:
        service.wait_for(r"Waiting for it\.")
        private_postgres.start()
        base = service.base()
        until(lambda: health(base) == 200, "the engine leads")
        private_postgres.stop("immediate")
        until(lambda: health(base) == 503, "health says that something is wrong")
        private_postgres.start()
        until(lambda: health(base) == 200, "the engine leads again")
        assert service.end() == 0
    assert leaders(url) == []


@pytest.mark.postgres
def test_it_ends_while_it_waits_for_its_database(private_postgres: Server) -> None:
    url = private_postgres.create()
    private_postgres.stop()
    with served(Shell(url)) as service:
        service.wait_for(r"Waiting for it\.")
        assert service.end() == 0


@pytest.mark.parametrize("abstract", [False, True])
def test_systemd_hears_that_it_runs_lives_and_stops(shell: Shell, tmp_path: Path, abstract: bool) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        name = f"@warroom-{tmp_path.name}" if abstract else str(tmp_path / "notify")
        heard.bind(f"\0{name[1:]}" if abstract else name)
        heard.settimeout(PATIENCE)
        with served(Shell(shell.db, {"NOTIFY_SOCKET": name})) as service:
            assert heard.recv(100) == b"READY=1"
            assert heard.recv(100) == b"WATCHDOG=1"
            service.base()
            assert heard.recv(100) == b"WATCHDOG=1"
            assert service.end() == 0
            said = b""
            while said != b"STOPPING=1":
                said = heard.recv(100)
                assert said in (b"WATCHDOG=1", b"STOPPING=1")


def test_what_people_should_know_is_said(tmp_path: Path) -> None:
    shell = Shell(str(tmp_path / "warroom.db"))
    shell.run("declare", "one")
    with served(shell, "--bind", "0.0.0.0:0") as service:
        service.base()
        assert any("Without --url pages bear no links" in line for line in service.said)
        assert any("nothing here encrypts: put a TLS proxy in front" in line for line in service.said)
    with served(shell, "--url", "https://war.example.org") as service:
        service.base()
        assert not any("--url" in line or "encrypts" in line for line in service.said)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--url", "http://war.example.org"), "--url: links must be https"),
        (("--url", "war.example.org"), "is no address"),
        (("--url", "https://war.example.org/\n"), "is no address"),
        (("--url", "https://[war"), "is no address"),
        (("--url", "https://war.example.org:x"), "is no address"),
        (("--url", "https://ana:pw@war.example.org"), "has more than a host and a path"),
        (("--url", "https://war.example.org/?a=b"), "has more than a host and a path"),
        (("--bind", "8008"), "is no HOST:PORT"),
    ],
)
def test_what_cannot_be_served_is_refused(tmp_path: Path, words: tuple[str, ...], sentence: str) -> None:
    done = Shell(str(tmp_path / "warroom.db")).run("serve", *words)
    assert (done.code, sentence in done.err, "Traceback" in done.err) == (1, True, False)


def test_without_a_database_there_is_nothing_to_serve(tmp_path: Path) -> None:
    done = Shell(str(tmp_path / "warroom.db")).run("serve", "--bind", "127.0.0.1:0")
    assert (done.code, "There is no database at" in done.err) == (1, True)


@pytest.mark.parametrize("library", ["starlette", "uvicorn"])
def test_what_is_not_installed_is_named(tmp_path: Path, library: str) -> None:
    code = f"import sys; sys.modules['{library}'] = None; from warroom.__main__ import main; sys.exit(main(['serve']))"
    env = Shell(str(tmp_path / "warroom.db")).environ()
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"`warroom serve` needs {library}.\nRun: pip install" in done.stderr


def test_the_unit_runs_this_program_with_these_options(tmp_path: Path) -> None:
    shell = Shell(str(tmp_path / "warroom.db"))
    words = ("--print-unit", "--bind", "127.0.0.1:9", "--url", "https://war.example.org/a%20b")
    done = shell.run("serve", *words)
    assert done.code == 0
    lines = done.out.splitlines()
    start = next(line for line in lines if line.startswith("ExecStart="))
    assert start.endswith(" serve --bind 127.0.0.1:9 --url https://war.example.org/a%%20b")
    for line in ("Type=notify", "DynamicUser=yes", "StateDirectory=warroom", "Restart=always", "WatchdogSec=60"):
        assert line in lines
    assert not Path(shell.db).exists()


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--url", "http://war.example.org", "links must be https"),
        ("--url", "https://war.example.org/a b", "is no address"),
        ("--url", "https://war.example.org\nExecStartPre=/bin/true", "is no address"),
        ("--bind", "somewhere", "is no HOST:PORT"),
        ("--bind", "a\nb:9", "cannot stand in a unit"),
    ],
)
def test_what_cannot_be_served_gets_into_no_unit(tmp_path: Path, option: str, value: str, said: str) -> None:
    done = Shell(str(tmp_path / "warroom.db")).run("serve", "--print-unit", option, value)
    assert (done.code, done.out) == (1, "")
    assert said in done.err


@pytest.mark.parametrize(
    ("word", "written"),
    [
        ("/opt/war room/bin", '"/opt/war room/bin"'),
        ('a"b', '"a\\"b"'),
        ("a\\b", '"a\\\\b"'),
        ("100%", "100%%"),
        ("it's", '"it\'s"'),
    ],
)
def test_a_word_stays_one_in_a_unit(word: str, written: str) -> None:
    assert quoted(word) == written


def test_a_dollar_sign_in_an_address_begins_no_variable() -> None:
    assert "--url https://war.example.org/$$HOME\n" in unit("127.0.0.1:9", "https://war.example.org/$HOME")


@pytest.mark.postgres
def test_an_outage_is_said_once_and_not_every_second(private_postgres: Server) -> None:
    url = private_postgres.create()
    publish(url)
    with served(Shell(url)) as service:
        base = service.base()
        until(lambda: health(base) == 200, "the engine leads")
        private_postgres.stop("immediate")
        until(lambda: health(base) == 503, "health says that something is wrong")
        private_postgres.start()
        until(lambda: health(base) == 200, "the engine leads again")
        assert service.end() == 0
        said = service.rest()
        assert len(said) > 3, "nothing was said about the outage"
        assert not [line for line, after in pairwise(said) if line == after]
