"""Tries every operation of the served document with good and bad input, as the people of the demo.

Starts the real program in a directory of its own, lets something of everything happen, and runs schemathesis once for
each person. Usage: run.py PROGRAM [--long] [--database URL] [--seed N]
"""

import argparse
import base64
import json
import os
import pathlib
import re
import secrets
import subprocess
import sys
import tempfile
import time

import town

HERE = pathlib.Path(__file__).parent

# Who does what: each operation is tried by whoever does it in earnest. With --long everybody tries everything.
DOES = {
    "worker": r"^/(visits|events|push|me|aftercare|address)",
    "manager": r"^/(alarms|incident|teams/\{id\}/(coverage|reports)|drills|visits/\{id\}/approval)",
    "desk": r"^/(register|privacy|incidents/\{id\}/|district-officers$)",
    "admin": r"^/(teams|people|organisation|policy|retention|webhooks|district-officers|access-log|openapi|register-imports$)",
}

# So many operations are done at least once by made-up input; the others would have to guess a secret, a code, or the
# one state in which they are possible. With fewer, the trial itself has become blind.
AT_LEAST = 70


def main():
    asked = argparse.ArgumentParser()
    asked.add_argument("program", type=pathlib.Path)
    asked.add_argument("--long", action="store_true")
    asked.add_argument("--database")
    asked.add_argument("--seed", default="1")
    asked.add_argument("--only")
    asked = asked.parse_args()
    reached = {}
    with tempfile.TemporaryDirectory(prefix="rugdekking-input.") as room:
        key = base64.b64encode(secrets.token_bytes(32)).decode()
        failed = [who for who in DOES if asked.only in (None, who) and not day_of(who, asked, key, room, reached)]
    never = sorted(name for name, times in reached.items() if not times)
    print(f"{len(reached) - len(never)} of {len(reached)} operations were done; never: {', '.join(never) or 'none'}")
    if asked.only is None and len(reached) - len(never) < AT_LEAST:
        failed.append("nobody: too little was reached")
    if failed:
        sys.exit(f"bad input: faults as {', '.join(failed)}")


def day_of(who, asked, key, room, reached):
    """A fresh municipality for each person: what one of them spoils is not in the way of the next."""
    program, url = start(asked.program, asked.database or f"sqlite://{room}/{who}.sqlite", key)
    try:
        os.environ["TRIAL_TEAM"] = town.live(url)
        return trial(who, url, asked, room, reached) and program.poll() is None
    finally:
        program.terminate()
        program.wait(30)


def start(program, database, key):
    env = os.environ | {
        "RUGDEKKING_ADDR": "127.0.0.1:0",
        "RUGDEKKING_DATABASE_URL": database,
        "RUGDEKKING_DATA_KEY": key,
        "RUGDEKKING_LOG_FILTER": "error",
        # No trial asks anybody outside.
        "RUGDEKKING_ADDRESSES_ENABLED": "false",
    }
    child = subprocess.Popen([program, "demo"], env=env, stdout=subprocess.PIPE, text=True)
    for line in child.stdout:
        if found := re.match(r"Rugdekking demo: (\S+)", line):
            return child, found.group(1)
    sys.exit("the program did not start")


def trial(who, url, asked, room, reached):
    begun = time.monotonic()
    report = pathlib.Path(room, f"{who}.json")
    command = [
        pathlib.Path(sys.executable).with_name("schemathesis"),
        *("--config-file", HERE / "schemathesis.toml"),
        *("run", f"{url}/v1/openapi.json", "--url", f"{url}/v1"),
        *("--seed", asked.seed),
        *("--report", "json", "--report-json-path", report),
    ]
    if asked.long:
        command += ["--max-examples", "100"]
    else:
        command += ["--include-path-regex", DOES[who], "--phases", "examples,coverage,fuzzing", "--max-examples", "5"]
    env = os.environ | {"TRIAL_TOKEN": town.sign_in(url, who), "PYTHONPATH": str(HERE)}
    well = subprocess.run(command, env=env, cwd=room).returncode == 0
    for name, phases in json.loads(report.read_text())["valid_rates"].items():
        reached[name] = reached.get(name, 0) + sum(phase["accepted"] for phase in phases.values() if phase)
    print(f"{who}: {'no faults' if well else 'FAULTS'} in {time.monotonic() - begun:.0f} s", flush=True)
    return well


if __name__ == "__main__":
    main()
