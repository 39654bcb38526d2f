"""The diagnostics that ask only this machine and its resolver: tcp, dns, disk, load."""

import os
from pathlib import Path

import pytest

from tests.probes.asking import ask, refusal
from tests.probes.conftest import Answers
from tests.probes.servers import HttpServer, closed
from warroom.probes import load

# tcp


def test_a_port_that_listens_passes(server: HttpServer) -> None:
    ran = ask("tcp", f"127.0.0.1:{server.port}")
    assert ran.outcome == "passed"
    assert ran.says.startswith(f"127.0.0.1:{server.port} accepts connections: ")
    assert "address  127.0.0.1\n" in ran.output.decode()
    assert server.asked == []


def test_a_port_that_does_not_listen_fails() -> None:
    with closed() as port:
        ran = ask("tcp", f"127.0.0.1:{port}")
    assert (ran.outcome, ran.says) == ("failed", f"127.0.0.1:{port} cannot be reached: Connection refused.")


@pytest.mark.parametrize("target", ["localhost", "localhost:", "localhost:0", "localhost:65536", "::1:80", "a_b c:1"])
def test_a_target_without_a_port_is_refused(target: str) -> None:
    refusal("tcp", target)


def test_an_address_of_the_sixth_version_stands_in_brackets() -> None:
    with closed() as port:
        assert ask("tcp", f"[::1]:{port}").says.startswith(f"[::1]:{port} cannot be reached: ")


# dns


def test_addresses_are_told_with_their_kind(resolver: Answers) -> None:
    resolver("shop.test", ["127.0.0.5"], ["::5"])
    ran = ask("dns", "shop.test")
    assert ran.outcome == "passed"
    assert ran.says.startswith("shop.test is 127.0.0.5, ::5 (")
    report = ran.output.decode()
    assert report.startswith("A     127.0.0.5  ")
    assert "\nAAAA  ::5        " in report


@pytest.mark.parametrize(
    ("expect", "outcome"), [("127.0.0.5", "passed"), ("::5", "passed"), ("0:0:0::5", "passed"), ("10.0.0.1", "failed")]
)
def test_the_expected_address_must_be_among_them(resolver: Answers, expect: str, outcome: str) -> None:
    resolver("shop.test", ["127.0.0.5"], ["::5"])
    ran = ask("dns", "shop.test", expect)
    assert ran.outcome == outcome
    assert ("without 10.0.0.1" in ran.says) == (outcome == "failed")


def test_a_name_without_addresses_fails() -> None:
    ran = ask("dns", "name.invalid")
    assert ran.outcome == "failed"
    assert ran.says.startswith("name.invalid has no address: ")


def test_an_expected_address_that_is_none_is_refused() -> None:
    assert "“db1” is no address" in refusal("dns", "localhost", "db1").message


# disk


def test_a_file_system_is_described(tmp_path: Path) -> None:
    ran = ask("disk", str(tmp_path), "100")
    assert ran.outcome == "passed", ran.says
    for row in ("mounted on  /", "size        ", "used        ", "free        ", "inodes      "):
        assert row in ran.output.decode()


def test_a_file_system_that_is_fuller_than_expected_fails(tmp_path: Path) -> None:
    found = os.statvfs(tmp_path)
    assert found.f_bfree < found.f_blocks, "a file system without a single block in use"
    ran = ask("disk", str(tmp_path), "0%")
    assert ran.outcome == "failed"
    assert ran.says.endswith("at most 0 % are expected.")


@pytest.mark.parametrize(
    ("used", "inodes", "outcome"), [(89, 10, "passed"), (91, 10, "failed"), (10, 89, "passed"), (10, 91, "failed")]
)
def test_ninety_per_cent_of_bytes_or_inodes_is_the_most(
    used: int, inodes: int, outcome: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # f_bsize, f_frsize, f_blocks, f_bfree, f_bavail, f_files, f_ffree, f_favail, f_flag, f_namemax
    found = os.statvfs_result((4096, 4096, 100, 100 - used, 100 - used, 100, 100 - inodes, 100 - inodes, 0, 255))
    monkeypatch.setattr(os, "statvfs", lambda path: found)
    ran = ask("disk", "/")
    assert ran.outcome == outcome
    assert ran.says.startswith(f"/ is {used} % full, ")


def test_the_path_decides_which_file_system_it_is() -> None:
    assert "mounted on  /proc\n" in ask("disk", "/proc/self", "100").output.decode()


def test_a_path_that_is_not_there_fails() -> None:
    ran = ask("disk", "/missing/of/ours")
    assert (ran.outcome, ran.says) == ("failed", "/missing/of/ours cannot be read: No such file or directory.")


@pytest.mark.parametrize("expect", ["full", "-5", "90 %%"])
def test_a_share_that_is_none_is_refused(expect: str) -> None:
    assert "is no number" in refusal("disk", "/", expect).message


# load


def test_the_load_is_told_against_the_cores() -> None:
    ran = ask("load")
    assert ran.outcome == "passed"
    assert f"on {os.cpu_count()} cores" in ran.says
    assert "for each core  " in ran.output.decode()


def test_a_load_above_what_is_expected_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    cores = os.cpu_count() or 1
    monkeypatch.setattr(os, "getloadavg", lambda: (2.0 * cores, 1.0, 1.0))
    assert ask("load", expect="2").outcome == "passed"
    ran = ask("load", expect="1.5")
    assert ran.outcome == "failed"
    assert "2.00 for each" in ran.says
    assert "at most 1.5 for each is expected" in ran.says


def test_memory_is_told_where_the_kernel_tells_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    meminfo = tmp_path / "meminfo"
    monkeypatch.setattr(load, "MEMORY", meminfo)
    meminfo.write_text("MemTotal: 4194304 kB\nMemAvailable: 1048576 kB\nHugePages_Total: 0\n")
    ran = ask("load")
    assert "1.0 GiB of memory available" in ran.says
    assert "memory         4.0 GiB" in ran.output.decode()
    for nothing in ("", "MemTotal: lots\n"):
        meminfo.write_text(nothing)
        assert "memory" not in ask("load").says
    meminfo.unlink()
    assert "memory" not in ask("load").says


def test_load_has_no_target() -> None:
    assert "always that of this host" in refusal("load", "db1").message
