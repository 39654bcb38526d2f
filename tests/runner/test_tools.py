"""One runner for every tool: commands go by the allow-list, diagnostics to their own room."""

import threading
from pathlib import Path

import pytest

from tests.runner.conftest import Host
from tests.runner.programs import unheard, write_echo
from warroom.domain.errors import Invalid, Unknown
from warroom.domain.runbook import Automation
from warroom.probes.probes import Probes
from warroom.runner.supervised import carry_out
from warroom.runner.tools import Tools


def test_each_tool_is_run_by_the_one_whose_work_it_is(host: Host, tmp_path: Path) -> None:
    tools = Tools(host(f'[commands]\ntell = "{write_echo(tmp_path / "tell")}"\n'), Probes(carry_out))
    stop = threading.Event()
    assert tools.run(Automation("command", ("tell", "load")), unheard, stop).output == b'["load"]\n'
    assert tools.run(Automation("load"), unheard, stop).says.startswith("load ")
    with pytest.raises(Unknown, match="allow-list"):
        tools.check(Automation("command", ("load",)))
    with pytest.raises(Invalid, match="always that of this host"):
        tools.check(Automation("load", ("tell",)))
