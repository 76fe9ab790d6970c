"""Agents who were there before the first call and have gone: configured, with a stored state of their own, and no phone. They make a domain as large as a real one without taking any call."""

import asyncio
import http.client
import json
import threading
import time

CONNECTIONS = 32  # that set states at a time
REQUEST_SECONDS = 30
RANGE_MAX = 100_000  # ids that one entry of a configuration may stand for
COPY_LEAST_ROWS = 2_000  # smaller domains are not copied (WarmCopyOptions.LeastRows)
COPY_SECONDS = 90.0  # for a copy to be there: a domain that was too small when somebody looked is looked at again after 30 s
REASON = "gone home"  # says that this agent was logged out by somebody: one to whom nothing ever happened has no row

AGENTS = """  - id: idle[1-{count}]
    password: "{{id}}-{realm}"
"""


def configuration(count, realm):
    """What of a list of agents is about them."""
    return AGENTS.format(count=count, realm=realm) if count else ""


async def log_out(addresses, domain, count):
    """Gives each of a domain's idle agents their row, by REST, as a supervisor would; over all gateways, as fast as they let one key."""
    numbers = iter(range(1, count + 1))
    gate = threading.Lock()
    await asyncio.gather(*(asyncio.to_thread(_log_out, addresses[at % len(addresses)], domain, numbers, gate) for at in range(CONNECTIONS)))


async def copied(addresses):
    """Until a silo keeps a copy of a domain that another one has: who takes over a domain that has been there for a while has one."""
    until = asyncio.get_running_loop().time() + COPY_SECONDS
    while not any([await asyncio.to_thread(_copies, address) for address in addresses]):
        if asyncio.get_running_loop().time() > until:
            raise RuntimeError(f"no silo has a copy of the domain after {COPY_SECONDS:g} s")
        await asyncio.sleep(0.5)


def _log_out(address, domain, numbers, gate):
    connection = http.client.HTTPConnection(address, timeout=REQUEST_SECONDS)
    headers = {"Authorization": f"Bearer {domain.key}", "Content-Type": "application/json"}
    body = json.dumps({"state": "logged-out", "reason": REASON})
    while True:
        with gate:
            number = next(numbers, None)
        if number is None:
            connection.close()
            return
        status = 429
        while status == 429:
            connection.request("PUT", f"/api/v1/domains/{domain.name}/agents/idle{number}/state", body, headers)
            answer = connection.getresponse()
            status, text = answer.status, answer.read().decode()
            if status == 429:
                time.sleep(int(answer.headers["Retry-After"]))
        if status != 200:
            raise RuntimeError(f"idle{number} of {domain.name} was not logged out: {status} {text}")


def _copies(address):
    connection = http.client.HTTPConnection(address, timeout=REQUEST_SECONDS)
    connection.request("GET", "/metrics")
    lines = connection.getresponse().read().decode().splitlines()
    connection.close()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith("routing_domain_copies "))
