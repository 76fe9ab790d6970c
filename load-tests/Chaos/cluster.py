#!/usr/bin/env python3
"""Harms the processes of a local cluster, again and again, under callers who wait, ring and talk, and settles from the packets what became of every call.

    python3 cluster.py --binary ../../src/Silo/bin/Release/net10.0/routing --faults 30

SIGKILL, SIGTERM and SIGSTOP of silos (half of them of the one that has the domain) and restarts of PostgreSQL; callers and agents are at gateway 1, which is not
harmed, so that nobody has an excuse. Ends with one line of JSON, the longest wait for a first response after each kind of fault in it, and exit code 0 when no call was lost,
doubled or overtaken, else 1."""

import argparse
import asyncio
import bisect
import json
import os
import random
import signal
import sys
import time

import chaos
import wire

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "deploy", "local-cluster.sh")
FAULTS = {"kill": 0.4, "term": 0.2, "stop": 0.25, "postgres": 0.15}  # how often each comes
OWNER_SHARE = 0.5
FROZEN_SECONDS = (1.0, 4.0)
WINDOW_SECONDS = 4.0  # calls that begin so shortly after a fault are counted as having met it
START_SECONDS = "120"


class Cluster:
    """Runs deploy/local-cluster.sh; stands where chaos.py has one program."""

    def __init__(self, options, configuration):
        self.lives = 1
        self.exits = []
        self._options = options
        self._configuration = configuration
        self._folder = os.path.join(options.out, "cluster")

    async def start(self):
        options = self._options
        await self.script("start", "--silos", str(options.silos), "--gateways", "1", "--net", options.cluster_net, "--binary", options.binary,
                          "--config", self._configuration, "--seconds", START_SECONDS)

    async def ready(self):
        """start has waited."""

    async def stop(self):
        await self.script("stop")
        return 0

    async def script(self, *arguments):
        code, text = await self._run(["bash", SCRIPT, *arguments, "--folder", self._folder])
        if code != 0:
            raise RuntimeError(f"local-cluster.sh {arguments[0]}: {text}")

    async def owner(self):
        """The silo that has the domain, or None while nobody has."""
        store = f"postgres:Host={os.path.realpath(self._folder)}/postgres/socket;Username=postgres;Database=postgres"
        code, text = await self._run([self._options.binary, "cluster", "partitions", "--format", "json", "--store", store])
        owners = [partition.get("owner") for partition in json.loads(text)["partitions"] if partition["domains"]] if code == 0 else []
        return owners[0] if owners else None

    def signal(self, name, number):
        os.kill(self._pid(name), number)

    def note_deaths(self):
        """start begins again whoever is not there: those whom nobody harmed ended by themselves."""
        for name in [f"silo-{number + 1}" for number in range(self._options.silos)] + ["gateway-1"]:
            try:
                os.kill(self._pid(name), 0)
            except OSError as gone:
                self.exits.append(f"{name}: {gone}")

    def _pid(self, name):
        with open(os.path.join(self._folder, "run", f"{name}.pid"), encoding="ascii") as file:
            return int(file.read().split()[0])

    @staticmethod
    async def _run(command):
        process = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)
        output, _ = await process.communicate()
        return process.returncode, output.decode()


class ClusterScene(chaos.Scene):
    def make_server(self, configuration, http, data):
        return Cluster(self.options, os.path.abspath(configuration))


async def harm(scene, faults, say):
    """One fault after the other; the next one comes when everything is ready again."""
    plans = random.Random(scene.options.seed + 2)
    cluster = scene.server
    for done in range(1, faults + 1):
        await asyncio.sleep(plans.uniform(0.5, 2 * scene.options.up))
        kind = plans.choices(list(FAULTS), FAULTS.values())[0]
        silo = f"silo-{plans.randint(1, scene.options.silos)}"
        if plans.random() < OWNER_SHARE:
            silo = await cluster.owner() or silo
        scene.record.mark(f"fault {kind}")
        if kind == "postgres":
            await cluster.script("restart", "postgres")
        elif kind == "stop":
            cluster.signal(silo, signal.SIGSTOP)
            await asyncio.sleep(plans.uniform(*FROZEN_SECONDS))
            cluster.signal(silo, signal.SIGCONT)
        else:
            cluster.signal(silo, signal.SIGKILL if kind == "kill" else signal.SIGTERM)
            await asyncio.sleep(plans.uniform(0.0, scene.options.down))
            await cluster.script("restart", silo, "--seconds", START_SECONDS)
        cluster.note_deaths()
        await cluster.script("start", "--seconds", START_SECONDS)
        say(f"{done}: {kind} {'' if kind == 'postgres' else silo}, {scene.calls} calls")


def pauses(path, book):
    """Longest and 99th of a hundred waits for the first response to an INVITE that was sent within a window after a fault, milliseconds, by kind of fault."""
    marks = [(at, data.decode().split(" ")[1]) for at, source, _, data in wire.read(path) if source == wire.NOWHERE and data.startswith(b"fault ")]
    waits = {}
    times = [at for at, _ in marks]
    for leg in book.reading.callers.values():
        index = bisect.bisect_right(times, leg.start) - 1
        if index >= 0 and leg.start - times[index] <= WINDOW_SECONDS and leg.first_response is not None:
            waits.setdefault(marks[index][1], []).append(leg.first_response - leg.start)
    result = {}
    for kind, found in waits.items():
        found.sort()
        result[kind] = {"faults": sum(name == kind for _, name in marks), "calls": len(found), "p99_ms": round(found[int(0.99 * (len(found) - 1))] * 1000), "max_ms": round(found[-1] * 1000)}
    return {"pause_after": result}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--binary", required=True, help="the built program")
    parser.add_argument("--faults", dest="kills", type=int, default=30)
    parser.add_argument("--silos", type=int, default=3)
    parser.add_argument("--rate", type=float, default=20.0, help="calls a second")
    parser.add_argument("--waiting", type=int, default=50, help="callers who wait, about")
    parser.add_argument("--agents", type=int, default=5)
    parser.add_argument("--up", type=float, default=2.0, help="mean seconds from ready to the next fault")
    parser.add_argument("--down", type=float, default=2.0, help="longest time from a kill to the next start, in seconds")
    parser.add_argument("--drain", type=float, default=chaos.DRAIN_SECONDS, help="longest time for the callers of the end, in seconds")
    parser.add_argument("--seed", type=int, default=None, help="another one each run when left out; printed")
    parser.add_argument("--net", default="127.67.0", help="first three bytes of the addresses of phones")
    parser.add_argument("--cluster-net", default="127.67.1", help="first three bytes of the addresses of the cluster")
    parser.add_argument("--out", default="out/cluster", help="folder for packets, logs and data of the run; PostgreSQL's user must be able to enter it")
    parser.add_argument("--show", type=int, default=100, help="violations to print")
    options = parser.parse_args()
    options.host, options.quick, options.verdict = f"{options.cluster_net}.21", True, None
    options.binary = os.path.abspath(options.binary)
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1 << 31)
    os.makedirs(options.out, exist_ok=True)
    started = time.monotonic()
    print(f"seed {options.seed}", flush=True)
    try:
        own, faults = asyncio.run(chaos.run(options, lambda text: print(f"{time.monotonic() - started:7.1f} s: {text}", flush=True), ClusterScene, harm))
    except (RuntimeError, OSError, asyncio.TimeoutError) as fault:
        print(f"the scene could not be set: {type(fault).__name__}: {fault}", flush=True)
        return 2
    return chaos.verdict(options, own, faults, time.monotonic() - started, lambda book: pauses(os.path.join(options.out, "packets.pcap"), book))


if __name__ == "__main__":
    sys.exit(main())
