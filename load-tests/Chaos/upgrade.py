#!/usr/bin/env python3
"""Exchanges the program of a local cluster for that of another release, one process after the other, under callers who wait, ring and talk, and settles from the packets what became of every call.

    dotnet build src/Silo -o /tmp/next -p:RoutingNextLevel=true
    python3 upgrade.py --binary /tmp/former/routing --to /tmp/next/routing

Each silo in turn gets SIGTERM and starts with the other program; half of them, drawn by the seed, go back once and forth again, and some are killed in between. Then the format level is to be raised: that is
refused as long as the gateway is of the former release, and done otherwise; a silo of the former release is then refused. --gateway former|next says which program the gateway runs from the beginning; callers
and agents are at it, so it stays. Programs of one release are an exchange as well (the level is then what it was). Ends with one line of JSON and exit code 0 when no call was lost, doubled or overtaken and
everything was let in or refused as it should, else 1."""

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import time

import chaos
import cluster
import pauses

START_SECONDS = cluster.START_SECONDS


class UpgradeScene(cluster.ClusterScene):
    """The cluster begins with the former program; the gateway may run the next one from the beginning."""

    def make_server(self, configurations, http, data):
        server = super().make_server(configurations, http, data)
        if self.options.gateway == "next":
            start = server.start

            async def start_both():
                await start()
                await server.script("restart", "gateway-1", "--binary", self.options.to, "--seconds", START_SECONDS)

            server.start = start_both
        return server


async def ask(options, binary, *arguments):
    """Asks the database of the cluster with a program. Returns the exit code and what it said."""
    folder = os.path.realpath(os.path.join(options.out, "cluster"))
    process = await asyncio.create_subprocess_exec(
        binary, "cluster", *arguments, "--store", f"postgres:Host={folder}/postgres/socket;Username=postgres;Database=postgres",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)
    text, _ = await process.communicate()
    return process.returncode, text.decode().strip()


def expect(condition, said):
    if not condition:
        raise RuntimeError(said)


async def exchange(scene, silo, binary, draw, say):
    options, server = scene.options, scene.server
    scene.record.mark("fault exchange")
    if draw.random() < options.kills_share:
        server.signal(silo, signal.SIGKILL)
    await server.script("restart", silo, "--binary", binary, "--seconds", START_SECONDS)
    await server.script("start", "--binary", options.binary, "--seconds", START_SECONDS)
    say(f"{silo} runs {binary}, {scene.calls} calls")
    await asyncio.sleep(draw.uniform(0.5, 2 * options.up))


async def upgrade(scene, _, say):
    options = scene.options
    draw = random.Random(options.seed + 3)
    await asyncio.sleep(options.up)
    for number in range(1, options.silos + 1):
        silo = f"silo-{number}"
        await exchange(scene, silo, options.to, draw, say)
        if number < options.silos and draw.random() < 0.5:
            code, text = await ask(options, options.to, "upgrade")
            expect(code == 2 or options.is_same_level, f"the level was raised beside silos of the former release: {text}")
            await exchange(scene, silo, options.binary, draw, say)
            await exchange(scene, silo, options.to, draw, say)

    _, listed = await ask(options, options.to, "list", "--format", "json")
    before = json.loads(listed)["level"]
    code, text = await ask(options, options.to, "upgrade")
    say(f"upgrade: {text}")
    if options.is_same_level:
        expect(code == 0, f"asked for nothing and refused: {text}")
    elif options.gateway == "former":
        expect(code == 2 and "gateway" in text, f"the level was raised beside a gateway of the former release: {text}")
    else:
        expect(code == 0, f"the level was not raised: {text}")
        _, listed = await ask(options, options.to, "list", "--format", "json")
        expect(json.loads(listed)["level"] == before + 1, listed)
        await refused(scene, say)
    await asyncio.sleep(2 * options.up)


async def refused(scene, say):
    """A silo of the former release ends at once, says why, and nobody notices."""
    folder = os.path.realpath(os.path.join(scene.options.out, "cluster"))
    process = await asyncio.create_subprocess_exec(
        scene.options.binary, "--role", "silo", "--name", "late", "--link", f"{scene.options.cluster_net}.99:7000", "--http", f"{scene.options.cluster_net}.99:8080",
        "--cluster-key", os.path.join(folder, "cluster.key"), "--data", os.path.join(folder, "late"),
        "--store", f"postgres:Host={folder}/postgres/socket;Username=postgres;Database=postgres", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)
    text, _ = await asyncio.wait_for(process.communicate(), 60)
    say(f"a silo of the former release: exit code {process.returncode}, {text.decode().strip()}")
    expect(process.returncode == 2 and b"version" in text or b"format level" in text, "it was not refused")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--binary", required=True, help="the former program")
    parser.add_argument("--to", required=True, help="the next program")
    parser.add_argument("--gateway", choices=["former", "next"], default="former", help="which one the gateway runs")
    parser.add_argument("--is-same-level", action="store_true", help="both know the same format level: it cannot be raised")
    parser.add_argument("--silos", type=int, default=3)
    parser.add_argument("--kills-share", type=float, default=0.2, help="how many of the exchanges begin with SIGKILL")
    parser.add_argument("--rate", type=float, default=20.0, help="calls a second")
    parser.add_argument("--waiting", type=int, default=50, help="callers who wait, about")
    parser.add_argument("--agents", type=int, default=5)
    parser.add_argument("--up", type=float, default=2.0, help="mean seconds from ready to the next exchange")
    parser.add_argument("--drain", type=float, default=chaos.DRAIN_SECONDS, help="longest time for the callers of the end, in seconds")
    parser.add_argument("--seed", type=int, default=None, help="another one each run when left out; printed")
    parser.add_argument("--net", default="127.69.0", help="first three bytes of the addresses of phones")
    parser.add_argument("--cluster-net", default="127.69.1", help="first three bytes of the addresses of the cluster")
    parser.add_argument("--out", default="out/upgrade", help="folder for packets, logs and data of the run; PostgreSQL's user must be able to enter it")
    parser.add_argument("--show", type=int, default=100, help="violations to print")
    options = parser.parse_args()
    options.hosts, options.quick, options.verdict, options.kills, options.down = [f"{options.cluster_net}.21"], True, None, 1, 0.0
    options.gateways, options.domains, options.idle_agents, options.standbys, options.script, options.talk_factor = 1, 1, 0, False, cluster.SCRIPT, 1.0
    options.binary, options.to = os.path.abspath(options.binary), os.path.abspath(options.to)
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1 << 31)
    os.makedirs(options.out, exist_ok=True)
    started = time.monotonic()
    print(f"seed {options.seed}", flush=True)
    try:
        own, faults = asyncio.run(chaos.run(options, lambda text: print(f"{time.monotonic() - started:7.1f} s: {text}", flush=True), UpgradeScene, upgrade))
    except (RuntimeError, OSError, asyncio.TimeoutError) as fault:
        print(f"the scene could not be set, or an exchange went wrong: {type(fault).__name__}: {fault}", flush=True)
        return 2
    return chaos.verdict(options, own, faults, time.monotonic() - started, lambda book: pauses.judge(os.path.join(options.out, "packets.pcap"), book, False))


if __name__ == "__main__":
    sys.exit(main())
