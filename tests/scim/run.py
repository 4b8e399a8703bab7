"""Lets an independent checker of RFC 7643 and 7644 (scim2-tester) loose on the real program.

Starts the demo with the directory's door open, and fails on everything that the checker finds fault with.
Usage: run.py PROGRAM
"""

import os
import random
import re
import secrets
import subprocess
import sys
import tempfile

from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server, filling

# With fewer, the checker has become blind.
AT_LEAST = 70


def main(program):
    token = secrets.token_hex(32)
    with tempfile.TemporaryDirectory(prefix="rugdekking-scim.") as room:
        child, url = start(program, room, token)
        try:
            headers = {"Authorization": f"Bearer {token}"}
            client = Client(base_url=f"{url}/scim/v2", headers=headers, timeout=30)
            results = check_server(SyncSCIMClient(client))
        finally:
            child.terminate()
            child.wait(30)
    report(results)


def start(program, room, token):
    env = os.environ | {
        "RUGDEKKING_ADDR": "127.0.0.1:0",
        "RUGDEKKING_DATABASE_URL": f"sqlite://{room}/scim.sqlite",
        "RUGDEKKING_SCIM__TOKEN": token,
        "RUGDEKKING_LOG_FILTER": "error",
    }
    child = subprocess.Popen([program, "demo"], env=env, stdout=subprocess.PIPE, text=True)
    for line in child.stdout:
        if found := re.match(r"Rugdekking demo: (\S+)", line):
            return child, found.group(1)
    sys.exit("the program did not start")


def sensible(made_up):
    """The checker makes up ten digits for a phone number and any text for a name; ours have to exist."""

    def value(context, path, *args, **kwargs):
        value = made_up(context, path, *args, **kwargs)
        if str(path).endswith("userName"):
            return f"{secrets.token_hex(8)}@enschede.example"
        if str(path).endswith("phoneNumbers.value"):
            return number()
        if str(path).endswith("phoneNumbers") and value:
            for item in value:
                item.value, item.type = number(), "mobile"
        return value

    return value


def number():
    return f"+316{random.randint(10_000_000, 59_999_999)}"


def everywhere(sensible):
    """The checks hold the function by its name."""
    for name, module in list(sys.modules.items()):
        if name.startswith("scim2_tester") and hasattr(module, "generate_random_value"):
            module.generate_random_value = sensible


def report(results):
    told = {status: [it for it in results if it.status == status] for status in Status}
    good = [Status.SUCCESS, Status.COMPLIANT, Status.ACCEPTABLE]
    passed = sum(len(told[status]) for status in good)
    bad = [it for it in results if it.status not in (*good, Status.SKIPPED)]
    for it in bad:
        print(f"{it.status.name} {it.title} {it.resource_type or ''}: {it.reason}\n  {it.data}")
    skipped = ", ".join(sorted({f"{it.title} ({it.reason})" for it in told[Status.SKIPPED]}))
    print(f"scim: {passed} checks passed, {len(bad)} failed; skipped: {skipped or 'none'}")
    if bad or passed < AT_LEAST:
        sys.exit("scim: the checker found faults, or too little to check")


if __name__ == "__main__":
    everywhere(sensible(filling.generate_random_value))
    main(sys.argv[1])
