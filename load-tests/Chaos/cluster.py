#!/usr/bin/env python3
"""Harms the processes of a local cluster, again and again, under callers who wait, ring and talk, and settles from the packets what became of every call.

    python3 cluster.py --binary ../../src/Silo/bin/Release/net10.0/routing --faults 40 --standbys

SIGKILL, SIGTERM and SIGSTOP of silos (half of them of the one that has a domain) and of gateways, restarts of PostgreSQL, and with --standbys promotions of a synchronous standby. Callers call
all gateways and agents are registered at all, mostly at another one than their caller's. Ends with one line of JSON and exit code 0 when no call was lost, doubled or overtaken, no pause
was longer than allowed, nobody was refused while the database was there, and every process that was asked to end did so with exit code 0; else 1."""

import argparse
import asyncio
import collections
import json
import os
import random
import signal
import sys
import time

import chaos
import domains
import idle
import pauses
from databases import Databases

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "deploy", "local-cluster.sh")
FAULTS = {"kill": 0.24, "term": 0.14, "stop": 0.14, "gateway-kill": 0.12, "gateway-term": 0.08, "gateway-stop": 0.08, "gateway-away": 0.04, "postgres": 0.08, "promote": 0.05, "promote-frozen": 0.03,
          "kill-owner": 0.0}
OWNER_SHARE = 0.5
FROZEN_SECONDS = (1.0, 4.0)
AWAY_SECONDS = (7.0, 12.0)  # longer than a gateway's lease: its calls are suspended
FROZEN_PRIMARY_SECONDS = (0.5, 3.0)
END_SECONDS = 15.0  # for a process to end that was asked to
START_SECONDS = "120"
APART_SECONDS = 60.0  # for the cluster to divide the domains among its silos
BUSIER_FACTOR = 1.2  # so that several domains have no agent left now and then


class Cluster:
    """Runs deploy/local-cluster.sh; stands where chaos.py has one program."""

    def __init__(self, options, configurations):
        self.lives = 1
        self.exits = []
        self.databases = Databases(os.path.join(options.out, "pg")) if options.standbys else None
        self._options = options
        self._configurations = configurations
        self._folder = os.path.join(options.out, "cluster")

    @property
    def silos(self):
        return [f"silo-{number + 1}" for number in range(self._options.silos)]

    @property
    def gateways(self):
        return [f"gateway-{number + 1}" for number in range(self._options.gateways)]

    async def start(self):
        options = self._options
        if os.path.isdir(self._folder):
            await self.script("stop", "--clean")  # a former run's calls have the Call-IDs of this one's
        store = []
        if self.databases:
            await self.databases.start()
            store = ["--store", self.databases.store]
        await self.script("start", "--silos", str(options.silos), "--gateways", str(options.gateways), "--net", options.cluster_net, "--binary", options.binary,
                          *(word for path in self._configurations for word in ("--config", path)), "--seconds", START_SECONDS, *store)
        if self.databases:
            await self.databases.confirmed()

    async def ready(self):
        """start has waited."""

    async def stop(self):
        try:
            await self.script("stop")
        finally:
            if self.databases:
                await self.databases.stop()
        return 0

    async def script(self, *arguments):
        code, text = await self._run(["bash", self._options.script, *arguments, "--folder", self._folder])
        if code != 0:
            raise RuntimeError(f"local-cluster.sh {' '.join(arguments)}: {text}")

    async def owners(self):
        """How many domains each silo has that has any, in order; none while nobody has."""
        own = f"postgres:Host={os.path.realpath(self._folder)}/postgres/socket;Username=postgres;Database=postgres"
        store = self.databases.store if self.databases else own
        code, text = await self._run([self._options.binary, "cluster", "partitions", "--format", "json", "--store", store])
        partitions = json.loads(text)["partitions"] if code == 0 else []
        counts = collections.Counter()
        for partition in partitions:
            if partition["domains"] and partition.get("owner"):
                counts[partition["owner"]] += partition["domains"]
        return dict(sorted(counts.items()))

    def memory(self):
        """Of each silo, in words: what it has for itself and its share of what it has with others (PSS)."""
        found = []
        for name in self.silos:
            with open(f"/proc/{self._pid(name)}/smaps_rollup", encoding="ascii") as file:
                found.append(next(int(line.split()[1]) // 1024 for line in file if line.startswith("Pss:")))
        return ", ".join(map(str, found)) + " MiB"

    def signal(self, name, number):
        os.kill(self._pid(name), number)

    async def end(self, name):
        """SIGTERM; the exit code is judged."""
        pid = self._pid(name)
        os.kill(pid, signal.SIGTERM)
        code, until = None, time.monotonic() + END_SECONDS
        while code is None and time.monotonic() < until:
            await asyncio.sleep(0.05)
            code = self._exit_code(name)
        if code != 0:
            self.exits.append(f"{name}: " + (f"SIGTERM ended it with {code}" if code is not None else f"not ended {END_SECONDS:g} s after SIGTERM"))

    def note_deaths(self):
        """start begins again whoever is not there: those whom nobody harmed ended by themselves."""
        for name in self.silos + self.gateways:
            try:
                os.kill(self._pid(name), 0)
            except OSError as gone:
                self.exits.append(f"{name}: {gone}; exit code {self._exit_code(name)}")

    def _exit_code(self, name):
        try:
            with open(os.path.join(self._folder, "run", f"{name}.exit"), encoding="ascii") as file:
                return int(file.read() or -1)
        except FileNotFoundError:
            return None

    def _pid(self, name):
        with open(os.path.join(self._folder, "run", f"{name}.pid"), encoding="ascii") as file:
            return int(file.read().split()[0])

    @staticmethod
    async def _run(command):
        process = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)
        output, _ = await process.communicate()
        return process.returncode, output.decode()


class ClusterScene(chaos.Scene):
    def make_server(self, configurations, http, data):
        return Cluster(self.options, [os.path.abspath(path) for path in configurations])

    async def open(self):
        """Until the domains lie on different silos as well: the first silo may have them all for a moment."""
        await super().open()
        try:
            until = self.loop.time() + APART_SECONDS
            while len(owners := await self.server.owners()) < min(len(self.domains), self.options.silos):
                if self.loop.time() > until:
                    raise RuntimeError(f"the domains do not lie on different silos: {domains.words(owners)}")
                await asyncio.sleep(0.2)
            if self.options.idle_agents:
                await self._grow()
        except (RuntimeError, OSError):
            await self.server.stop()
            raise

    async def _grow(self):
        """Makes the domains as large as they shall be, and gives the silos the time that they would have had."""
        options, started = self.options, self.loop.time()
        for domain in self.domains:
            await idle.log_out([f"{host}:8080" for host in options.hosts], domain, options.idle_agents)
        print(f"{options.idle_agents} idle agents of each domain have a row, after {self.loop.time() - started:.0f} s", flush=True)
        if options.idle_agents >= idle.COPY_LEAST_ROWS:
            await idle.copied([f"{options.cluster_net}.1{number + 1}:8080" for number in range(options.silos)])
        print(f"silos use {self.server.memory()}", flush=True)


class Trouble:
    """The faults of a run, planned by its seed."""

    def __init__(self, scene, say):
        self._scene = scene
        self._say = say
        self._cluster = scene.server
        self._options = scene.options
        self._plans = random.Random(scene.options.seed + 2)

    async def run(self, count):
        """One fault after the other; the next one comes when everything is ready again."""
        for done, kind in enumerate(self._kinds(count), 1):
            await asyncio.sleep(self._plans.uniform(0.5, 2 * self._options.up))
            owners = await self._cluster.owners()
            self._scene.record.mark(f"owners {domains.words(owners)}")
            whom = self._whom(kind, list(owners))
            self._scene.record.mark(f"fault {kind} {self._host(whom)}")
            await self._harm(kind, whom)
            self._cluster.note_deaths()
            await self._cluster.script("start", "--seconds", START_SECONDS)
            self._scene.record.mark(f"over {kind}")
            self._say(f"{done}: {kind} {whom}, {self._scene.calls} calls; domains were at {domains.words(owners)}; silos use {self._cluster.memory()}")

    def _kinds(self, count):
        if self._options.plan:
            return self._options.plan.split(",")
        kinds = {kind: share for kind, share in FAULTS.items() if self._options.standbys or not kind.startswith("promote")}
        return self._plans.choices(list(kinds), kinds.values(), k=count)

    def _whom(self, kind, owners):
        if kind.startswith(("postgres", "promote")):
            return ""
        if kind.startswith("gateway"):
            return self._plans.choice(self._cluster.gateways)
        return self._plans.choice(((kind == "kill-owner" or self._plans.random() < OWNER_SHARE) and owners) or self._cluster.silos)

    def _host(self, name):
        """Of a gateway."""
        return self._options.hosts[self._cluster.gateways.index(name)] if name in self._cluster.gateways else ""

    async def _harm(self, kind, whom):
        databases = self._cluster.databases
        if kind == "postgres":
            await (databases.restart() if databases else self._cluster.script("restart", "postgres"))
        elif kind.startswith("promote"):
            old = await databases.promote(self._plans.uniform(*FROZEN_PRIMARY_SECONDS) if kind == "promote-frozen" else 0.0)
            self._scene.record.mark(f"over {kind}")
            await databases.bring_back(old)
            await databases.confirmed()
        elif host := self._host(whom):
            self._scene.record.mark(f"kill {host}")
            await self._harm_process(kind.removeprefix("gateway-"), whom)
            self._scene.record.mark(f"ready {host}")
        else:
            await self._harm_process(kind, whom)

    async def _harm_process(self, kind, whom):
        if kind == "stop":
            self._cluster.signal(whom, signal.SIGSTOP)
            await asyncio.sleep(self._plans.uniform(*FROZEN_SECONDS))
            self._cluster.signal(whom, signal.SIGCONT)
            return
        if kind == "term":
            await self._cluster.end(whom)
        else:
            self._cluster.signal(whom, signal.SIGKILL)
        await asyncio.sleep(self._plans.uniform(*AWAY_SECONDS) if kind == "away" else self._plans.uniform(0.0, self._options.down))
        await self._cluster.script("restart", whom, "--seconds", START_SECONDS)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--binary", help="the built program")
    parser.add_argument("--faults", dest="kills", type=int, default=40)
    parser.add_argument("--plan", default="", help=f"these faults instead, in order, separated by commas: {', '.join(FAULTS)}")
    parser.add_argument("--silos", type=int, default=3)
    parser.add_argument("--gateways", type=int, default=2)
    parser.add_argument("--domains", type=int, default=1, help="so many lie on different silos, share the agents and lend each other theirs")
    parser.add_argument("--standbys", action="store_true", help="PostgreSQL with two standbys, one of which confirms each commit; promotions are among the faults")
    parser.add_argument("--rate", type=float, default=20.0, help="calls a second")
    parser.add_argument("--waiting", type=int, default=50, help="callers who wait, about")
    parser.add_argument("--agents", type=int, default=200, help="at most 240; calls last as long as keeps them busy")
    parser.add_argument("--idle-agents", type=int, default=0, help=f"so many more in each domain, at most {idle.RANGE_MAX}, who are logged out: how large domains are taken over")
    parser.add_argument("--up", type=float, default=2.0, help="mean seconds from ready to the next fault")
    parser.add_argument("--down", type=float, default=2.0, help="longest time from a kill to the next start, in seconds")
    parser.add_argument("--drain", type=float, default=chaos.DRAIN_SECONDS, help="longest time for the callers of the end, in seconds")
    parser.add_argument("--no-limits", action="store_true", help="pauses, and refusals because of them (503 after 2 s), are told and not judged: for machines that are busy with something else")
    parser.add_argument("--seed", type=int, default=None, help="another one each run when left out; printed")
    parser.add_argument("--net", default="127.67.0", help="first three bytes of the addresses of phones")
    parser.add_argument("--cluster-net", default="127.67.1", help="first three bytes of the addresses of the cluster")
    parser.add_argument("--out", default="out/cluster", help="folder for packets, logs and data of the run; PostgreSQL's user must be able to enter it")
    parser.add_argument("--show", type=int, default=100, help="violations to print")
    parser.add_argument("--script", default=SCRIPT, help="local-cluster.sh, when it is not where the sources have it")
    parser.add_argument("--verdict", metavar="FILE", help="settle this record instead of running")
    options = parser.parse_args()
    options.hosts, options.quick = [f"{options.cluster_net}.2{number + 1}" for number in range(options.gateways)], True
    options.talk_factor = options.agents / 5 * 20 / options.rate * (BUSIER_FACTOR if options.domains > 1 else 1.0)
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1 << 31)

    def judge(book):
        return pauses.judge(options.verdict or os.path.join(options.out, "packets.pcap"), book, not options.no_limits)

    if options.verdict:
        return chaos.verdict(options, {}, [], 0.0, judge)
    if not options.binary or not os.access(options.binary, os.X_OK):
        parser.error("--binary must name the built program")
    if unknown := set(filter(None, options.plan.split(","))) - set(FAULTS):
        parser.error(f"--plan: there is no fault {', '.join(unknown)}")
    if not 0 <= options.idle_agents <= idle.RANGE_MAX:
        parser.error(f"--idle-agents: 0 to {idle.RANGE_MAX}")
    options.binary = os.path.abspath(options.binary)
    os.makedirs(options.out, exist_ok=True)
    started = time.monotonic()

    def say(text):
        print(f"{time.monotonic() - started:7.1f} s: {text}", flush=True)

    print(f"seed {options.seed}", flush=True)
    try:
        own, faults = asyncio.run(chaos.run(options, say, ClusterScene, lambda scene, count, tell: Trouble(scene, tell).run(count)))
    except (RuntimeError, OSError, asyncio.TimeoutError) as fault:
        print(f"the scene could not be set: {type(fault).__name__}: {fault}", flush=True)
        return 2
    return chaos.verdict(options, own, faults, time.monotonic() - started, judge)


if __name__ == "__main__":
    sys.exit(main())
