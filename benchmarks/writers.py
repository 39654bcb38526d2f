"""Many processes append at the same time, each as fast as it can.

Parent and children share this module: `race` starts the children and opens the gate, `run` is what a child
does.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence


def race(argv: Sequence[str], processes: int) -> list[float]:
    """Start so many of a program that calls `run`, and let them go at the same moment.

    How long each of their appends took, in seconds. Raises CalledProcessError if one of them fails; it has
    said why on stderr.
    """
    gate, gatekeeper = os.pipe()
    crew = [subprocess.Popen(argv, stdin=gate, stdout=subprocess.PIPE, text=True) for _ in range(processes)]
    try:
        os.close(gate)
        for process in crew:
            assert process.stdout is not None
            process.stdout.readline()
        os.close(gatekeeper)  # the end of their input is the signal: it reaches all of them at once
        said = [process.communicate()[0] for process in crew]
        for process in crew:
            if process.returncode:
                raise subprocess.CalledProcessError(process.returncode, argv)
    finally:
        for process in crew:
            process.kill()
            process.wait()
    return [seconds for line in said for seconds in json.loads(line)]


def run(append: Callable[[int], None], count: int) -> None:
    """Say that we are ready, wait for the gate, append so often, and print how long each took in seconds."""
    print("ready", flush=True)
    sys.stdin.read()
    durations = []
    for number in range(count):
        began = time.perf_counter()
        append(number)
        durations.append(time.perf_counter() - began)
    print(json.dumps(durations))
