"""What the supervisor asks of the operating system."""

import os
import subprocess

from warroom.runner.processes import signal_name, strays


def test_strays_are_living_children_outside_the_group() -> None:
    with subprocess.Popen(["/bin/sleep", "1000"], start_new_session=True) as child:
        try:
            assert child.pid in strays(os.getpgrp())
            assert child.pid not in strays(child.pid)
        finally:
            child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # dead, and not buried yet
        assert child.pid not in strays(os.getpgrp())


def test_a_signal_without_a_name_has_a_number() -> None:
    assert (signal_name(9), signal_name(60)) == ("SIGKILL", "signal 60")
