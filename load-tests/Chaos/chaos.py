#!/usr/bin/env python3
"""Kills the program with SIGKILL, again and again, under callers who wait, ring and talk, and settles from the packets what became of every call.

    python3 chaos.py --binary ../../src/Silo/bin/Release/net10.0/routing --kills 200

Ends with one line of JSON and exit code 0 when no call was lost, doubled or overtaken, else 1. --verdict FILE settles a record again."""

import argparse
import asyncio
import json
import os
import random
import shutil
import signal
import sys
import time

import domains
import ledger
import phones
import transactions
import wire
from server import Figures, Server

COOL_OFF_SECONDS = 3.0
RING_SECONDS = 3.0
SETTLE_SECONDS = 45.0  # after the last call, for transactions to end (64*T1)
BUSY_CALLS = 150
BUSY_SHARE = 0.5
HOME_SECONDS = 30.0  # for the last loans to be given back
DRAIN_SECONDS = 150.0  # for the callers of the end to be served
KILL_AFTER_MAX_SECONDS = 0.004  # of an aimed kill after the datagram that it aims at: about a commit
CALLERS_MAX = 500
NUMBER = "q1"
FIRST_AGENT_HOST = 10
FIRST_MEDIA_PORT = 20000


class Plans:
    """Every random choice of a run, from its seed."""

    def __init__(self, seed, talk_factor=1.0):
        self._random = random.Random(seed)
        self._talk_factor = talk_factor

    def seconds(self, low, high):
        return self._random.uniform(low, high)

    def until_next_call(self, rate):
        return self._random.expovariate(rate)

    def chance(self, share):
        return self._random.random() < share

    def talk(self):
        return self._talk_factor * self._random.uniform(0.05, 0.4)

    def one_of(self, count):
        """Index of the gateway that a caller calls; no draw where there is one only, so that the seeds of such runs keep their meaning."""
        return self._random.randrange(count) if count > 1 else 0

    def called(self, number, count):
        """Index of the domain that call N is for: most are for one of them, which is another one after so many, so that it has to ask the others for agents."""
        return number // BUSY_CALLS % count if count > 1 and self.chance(BUSY_SHARE) else self.one_of(count)

    def offer(self):
        """What an agent does: most answer at once or within 2 s; some decline, some do not answer."""
        draw = self._random.random()
        if draw < 0.06:
            return "ignore", 0.0, 0.0
        if draw < 0.14:
            return "486" if draw < 0.11 else "603", self.seconds(0.0, 0.5), 0.0
        return "answer", self.seconds(0.0, 0.1) if draw < 0.75 else self.seconds(0.0, 2.0), self.talk()

    def renewal(self):
        return self.seconds(5.0, 30.0)


class Scene:
    """The phones, the callers and the program of one run."""

    def __init__(self, options):
        self.options = options
        self.plans = Plans(options.seed, options.talk_factor)
        self.kill_plans = Plans(options.seed + 1)  # apart, so that the same seed kills at the same planned moments whatever the calls do
        self.loop = asyncio.get_running_loop()
        self.record = wire.Record(os.path.join(options.out, "packets.pcap"))
        self.calls = 0
        self.done = False
        self._live = {}
        self._patient = 0
        self._aim = None
        data = os.path.join(options.out, "data")
        shutil.rmtree(data, ignore_errors=True)
        self.domains = domains.make(options.domains, options.agents, options.idle_agents)
        configurations = []
        for domain in self.domains:
            configurations.append(os.path.join(options.out, f"{domain.name}.yaml"))
            with open(configurations[-1], "w", encoding="utf-8") as file:
                file.write(domain.configuration(RING_SECONDS, COOL_OFF_SECONDS))
        self.sip_addresses = [f"{host}:5060" for host in options.hosts]
        http = f"{options.hosts[0]}:8080"
        self.figures = {domain.name: Figures(http, domain.key) for domain in self.domains}
        self.server = self.make_server(configurations, http, data)
        self._agents = []
        self._agent_hosts = {f"{options.net}.{FIRST_AGENT_HOST + index}" for index in range(1, options.agents + 1)}
        self._ports = []
        self._uas = []
        self._sink = wire.Sink(f"{options.net}.2", FIRST_MEDIA_PORT, CALLERS_MAX)
        self._callers = [self._phone(f"{options.net}.{2 + index}", "c", address) for index, address in enumerate(self.sip_addresses)]

    def make_server(self, configurations, http, data):
        """What is under test; it hears phones at sip_addresses."""
        return Server(self.options.binary, ["--config", *configurations, "--sip", self.sip_addresses[0], "--http", http, "--data", data],
                      os.path.join(self.options.out, "server.log"))

    async def open(self):
        await self.server.start()
        await self.server.ready()
        for index in range(1, self.options.agents + 1):
            domain = self.domains[(index - 1) % len(self.domains)]
            number = (index - 1) // len(self.domains) + 1
            phone = self._phone(f"{self.options.net}.{FIRST_AGENT_HOST + index}", f"a{index}", self.sip_addresses[number % len(self.sip_addresses)])
            self._agents.append(phones.Agent(phone, f"agent{number}", domain.password(f"agent{number}"), domain.realm, (20000, 60000), self.plans))
            self._agents[-1].register()
        await asyncio.wait_for(asyncio.gather(*(agent.registered for agent in self._agents)), 30)

    def rest(self):
        """No phone begins anything any more."""
        for agent in self._agents:
            agent.stop()

    def close(self):
        self.rest()
        for phone in self._uas:
            phone.stop()
        for port in self._ports:
            port.close()
        self._sink.close()
        self.record.close()

    async def call(self):
        """Callers, at the rate asked for, until done: patient ones up to the number that shall wait, beside them some who give up as planned."""
        patient_most = self.options.waiting * 0.7 / len(self.domains)
        while not self.done:
            await asyncio.sleep(self.plans.until_next_call(self.options.rate))
            if len(self._live) >= CALLERS_MAX - 1:
                continue
            self.calls += 1
            domain = self.domains[self.plans.called(self.calls, len(self.domains))]
            waiting = sum(1 for caller, patience, called in self._live.values() if called is domain and patience is None and not caller.connected)
            patience = None
            if waiting >= patient_most:
                patience = self.plans.seconds(0.02, 1.5)
            elif self.plans.chance(0.1):
                patience = self.plans.seconds(0.0, 8.0)
            media = f"{self.options.net}.2", self._sink.take()
            at = self.plans.one_of(len(self.sip_addresses))
            host = self.sip_addresses[at] if len(self.domains) == 1 else domain.realm
            caller = phones.Caller(self._callers[at], self.calls, f"sip:{NUMBER}@{host}", media, patience, self.plans.talk(),
                                   lambda heard: heard[0] in self._agent_hosts, self._ended)
            if not caller.ended:
                self._live[caller.number] = caller, patience, domain

    async def drained(self, seconds):
        """Until no caller is left; how many are."""
        end = self.loop.time() + seconds
        while self._live and self.loop.time() < end:
            await asyncio.sleep(0.1)
        return len(self._live)

    async def at_home(self):
        """What is left, with several domains, of their calls and of the agents whom they lent each other, once that is gone or had the time to go; in words."""
        end = self.loop.time() + HOME_SECONDS
        while len(self.domains) > 1:
            left = await asyncio.to_thread(domains.not_at_home, self.figures, self.domains)
            if not left or self.loop.time() >= end:
                return left
            await asyncio.sleep(0.5)
        return []

    def kill(self):
        self.server.kill()
        self.record.mark("kill")

    async def aim(self):
        """Until a moment shortly after the next datagram that one of the phones sends."""
        self._aim = self.loop.create_future()
        try:
            await asyncio.wait_for(self._aim, 1.0)
        except asyncio.TimeoutError:
            return
        finally:
            self._aim = None
        delay = self.kill_plans.seconds(0.0, KILL_AFTER_MAX_SECONDS)
        until = time.perf_counter() + delay  # the loop's timers are too coarse
        while time.perf_counter() < until:
            pass

    def _phone(self, host, name, server):
        port = wire.Port(self.loop, (host, 5070), self.record)
        port.on_sent = self._sent
        phone = transactions.UserAgent(self.loop, port, wire.address(server), name)
        self._ports.append(port)
        self._uas.append(phone)
        return phone

    def _sent(self, data):
        if self._aim is not None and not self._aim.done():
            self._aim.set_result(None)

    def _ended(self, caller):
        self._sink.give_back(caller.media[1])
        self._live.pop(caller.number, None)


async def kill(scene, kills, say):
    """SIGKILL at random moments, half of them aimed at the moment after a datagram; one in ten during the start that follows."""
    plans = scene.kill_plans
    done = 0
    while done < kills:
        await asyncio.sleep(plans.seconds(0.2, 2 * scene.options.up))
        if plans.chance(0.5):
            await scene.aim()
        scene.kill()
        done += 1
        await scene.server.ended()
        await asyncio.sleep(plans.seconds(0.0, scene.options.down))
        await scene.server.start()
        while done < kills and plans.chance(0.1):
            await asyncio.sleep(plans.seconds(0.0, 1.2))
            scene.kill()
            done += 1
            await scene.server.ended()
            await scene.server.start()
        await scene.server.ready()
        scene.record.mark("ready")
        if done % 10 == 0 or done == kills:
            say(f"{done} kills, {scene.calls} calls")


async def run(options, say, make_scene=Scene, trouble=kill):
    """A run: what the program says of itself at the end, and when something went wrong outside the packets."""
    scene = make_scene(options)
    faults = []
    own = {}
    scene.loop.add_signal_handler(signal.SIGTERM, asyncio.current_task().cancel)  # so that the program does not outlive this one
    await scene.open()
    calling = asyncio.create_task(scene.call())
    try:
        await trouble(scene, options.kills, say)
        await asyncio.sleep(1.0)
        scene.done = True
        await calling
        left = await scene.drained(options.drain)
        say(f"drained, {left} callers left")
        left = await scene.at_home()
        scene.rest()
        own = await settle(scene)
        faults += [f"not at home at the end: {what}" for what in left]
    except (RuntimeError, OSError, asyncio.TimeoutError) as fault:
        faults.append(f"{type(fault).__name__}: {fault}")
    finally:
        calling.cancel()
        code = await scene.server.stop()
        scene.close()
    faults += [f"the program ended by itself with {code}" for code in scene.server.exits]
    if code != 0:
        faults.append(f"SIGTERM ended the program with {code}")
    return own, faults


async def settle(scene):
    """The program's own figures, once what it holds is gone or had the time to go: summaries by realm."""
    figures = next(iter(scene.figures.values()))
    end = scene.loop.time() + (SETTLE_SECONDS if not scene.options.quick else 0.0)
    while True:
        live = await asyncio.to_thread(figures.live)
        if not live or scene.loop.time() >= end:
            return {"live": live, "summaries": {domain.realm: await asyncio.to_thread(scene.figures[domain.name].summary_of, domain.name) for domain in scene.domains}}
        await asyncio.sleep(0.5)


def own_figures(book, own, quick):
    """What the program says of itself against the packets: differences in words."""
    summaries = own.get("summaries", {})
    found = [f"{realm}: {line}" for realm, summary in summaries.items() for line in _differences(book, summary, realm if len(summaries) > 1 else "")]
    if own.get("live") and not quick:
        found += [f"still live: {name} {value:g}" for name, value in own["live"].items()]
    return found


def _differences(book, summary, realm):
    found = []
    counts = book.counts(realm)
    low, high = book.answered_by_server(realm)
    entered = sum(counts.get(outcome, 0) for outcome in ("connected", "abandoned", "dropped"))
    if not low <= summary.get("answered", -1) <= high:
        found.append(f"answered: program {summary.get('answered')}, packets {low} to {high}")
    late = sum(book.outcome[leg.call_id] == "unreached" and leg.first_response is not None for leg in book.callers(realm))
    late += counts.get("refused", 0)  # 503 because the commit did not come in time: it may come later, and the call is then taken back
    if not entered <= summary.get("offered", -1) <= entered + late:
        found.append(f"offered: program {summary.get('offered')}, packets {entered} to {entered + late}")
    failed = summary.get("failed", 0)  # an agent answered, and the caller had left
    if failed > high - low + late:
        found.append(f"failed: program {failed}, packets at most {high - low + late}")
    ended = summary.get("answered", 0) + summary.get("abandoned", 0) + failed
    if not entered <= ended <= entered + late:
        found.append(f"ended: program {ended}, packets {entered} to {entered + late}")
    return found


def verdict(options, own, faults, elapsed, more=lambda book: ({}, [])):
    """Prints violations and the line of JSON; the exit code. more(book) adds figures to that line, and faults."""
    lenders = domains.lenders_of(options.domains)
    book = ledger.Ledger(options.verdict or os.path.join(options.out, "packets.pcap"), [wire.address(f"{host}:5060") for host in options.hosts], COOL_OFF_SECONDS, lenders)
    figures, judged = more(book)
    faults = [*faults, *judged]
    for at, kind, text in book.violations[: options.show]:
        print(f"{at:10.4f} {kind}: {text}")
    if len(book.violations) > options.show:
        print(f"… and {len(book.violations) - options.show} more")
    differences = own_figures(book, own, options.quick) if own else ["not compared"] if not options.verdict else []
    for line in differences:
        print(f"own figures: {line}")
    for line in faults:
        print(f"fault: {line}")
    good = not book.violations and not differences and not faults
    print(json.dumps({
        "verdict": "pass" if good else "fail", "seed": options.seed, "kills": options.kills, "calls": len(book.outcome), **book.counts(),
        "violations": book.by_kind(), "offered_in_order": book.offered_in_order, "crossings": len(book.crossings), "own_figures": differences,
        "faults": faults, "elapsed_s": round(elapsed), **book.figures(), **domains.figures(book, lenders), **figures}))
    return 0 if good else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--binary", help="the built program")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--rate", type=float, default=20.0, help="calls a second")
    parser.add_argument("--waiting", type=int, default=50, help="callers who wait, about")
    parser.add_argument("--agents", type=int, default=5)
    parser.add_argument("--up", type=float, default=3.0, help="mean seconds from ready to the next kill")
    parser.add_argument("--down", type=float, default=3.0, help="longest time from a kill to the next start, in seconds")
    parser.add_argument("--drain", type=float, default=DRAIN_SECONDS, help="longest time for the callers of the end, in seconds")
    parser.add_argument("--quick", action="store_true", help="do not wait for transactions to end: live objects are not judged")
    parser.add_argument("--seed", type=int, default=None, help="another one each run when left out; printed")
    parser.add_argument("--net", default="127.66.0", help="first three bytes of the loopback addresses to use")
    parser.add_argument("--out", default="out/chaos", help="folder for packets, log and data of the run")
    parser.add_argument("--show", type=int, default=100, help="violations to print")
    parser.add_argument("--verdict", metavar="FILE", help="settle this record instead of running")
    options = parser.parse_args()
    options.hosts, options.domains, options.idle_agents, options.talk_factor = [f"{options.net}.1"], 1, 0, 1.0
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1 << 31)
    if options.verdict:
        return verdict(options, {}, [], 0.0)
    if not options.binary or not os.access(options.binary, os.X_OK):
        parser.error("--binary must name the built program")
    os.makedirs(options.out, exist_ok=True)
    started = time.monotonic()
    print(f"seed {options.seed}", flush=True)
    try:
        own, faults = asyncio.run(run(options, lambda text: print(f"{time.monotonic() - started:7.1f} s: {text}", flush=True)))
    except (RuntimeError, OSError, asyncio.TimeoutError) as fault:
        print(f"the scene could not be set: {type(fault).__name__}: {fault}", flush=True)
        return 2
    return verdict(options, own, faults, time.monotonic() - started)


if __name__ == "__main__":
    sys.exit(main())
