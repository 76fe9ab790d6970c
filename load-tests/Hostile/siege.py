#!/usr/bin/env python3
"""Besieges a server of its own, attack after attack, over UDP, TCP, HTTP and WebSocket, while SIPp calls it 20 times a second, and prints what callers and memory noticed of each.

    load-tests/Hostile/siege.py --binary src/Silo/bin/Release/net10.0/routing

Runs in a network of its own (needs root), whose addresses are not loopback: attackers are strangers from twenty addresses, SIPp and one caller who is timed are a trunk.
Ends with exit code 0 when the process lived, every call of SIPp succeeded, and memory stayed within --memory-mib; one line of JSON sums up.
"""
import argparse
import json
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

from attacks import ATTACKS, KEY, NUMBER, SOURCES
from flood import SDP, exchange, request

INSIDE = "SIEGE_INSIDE"
CONFIGURATION = """domain: siege
realm: demo
skills: []
trunks:
  - {{ name: honest, addresses: [{host}] }}
agents:
  - {{ id: alice, password: alice-of-the-siege }}
queues:
  - {{ id: q1, wrapUp: 0s }}
numbers:
  - {{ number: q1, queue: q1 }}
apiKeys:
  - {{ name: admin, key: {key}, role: admin }}
"""
CALL_SECONDS = 1


class Siege:
    """What attacks know: where the server is, where they come from, until when they go on, and their random numbers."""

    def __init__(self, options):
        self.host, self.random = options.host, random.Random(options.seed)
        self.sip, self.http = (options.host, 5060), (options.host, 8080)
        self.prefix = options.host.rsplit(".", 1)[0]
        self.seconds = options.seconds
        self.until = 0.0
        self.count = 0
        self.answers = {}

    def begin(self):
        self.until, self.count, self.answers = time.monotonic() + self.seconds, 0, {}

    def goes_on(self):
        return time.monotonic() < self.until

    def source(self, number=0):
        """Addresses that the honest callers do not have."""
        return f"{self.prefix}.{100 + number % SOURCES}"

    def udp(self, number=0):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind((self.source(number), 0))
        sock.setblocking(False)
        return sock

    def tcp(self, to, number=0, timeout=2.0):
        sock = socket.socket()
        sock.settimeout(timeout)
        sock.bind((self.source(number), 0))
        sock.connect(to)
        return sock

    def note(self, data):
        """Counts an answer by its first line's status."""
        match = re.match(rb"(?:SIP/2\.0|HTTP/1\.1) (\d{3})", data)
        key = match.group(1).decode() if match else "closed" if not data else "other"
        self.answers[key] = self.answers.get(key, 0) + 1

    def drain(self, sock):
        while True:
            try:
                self.note(sock.recv(65535))
            except OSError:
                return

    def shoot(self, make, sources=1, rate=5_000):
        """Datagrams until the attack is over."""
        socks = [self.udp(i) for i in range(sources)]
        begin = time.monotonic()
        while self.goes_on():
            sock = socks[self.count % sources]
            try:
                sock.sendto(make(self.count, "%s:%d" % sock.getsockname()), self.sip)
            except OSError:
                pass
            self.drain(sock)
            self.count += 1
            ahead = self.count / rate - (time.monotonic() - begin)
            if ahead > 0.002:
                time.sleep(ahead)
        for sock in socks:
            sock.close()

    def say(self, to, data, number=0, timeout=2.0):
        """One connection, one saying, and what comes back first."""
        self.count += 1
        try:
            with self.tcp(to, number, timeout) as sock:
                sock.sendall(data)
                self.note(sock.recv(65535))
        except OSError as error:
            name = "silence" if isinstance(error, TimeoutError) else "reset"
            self.answers[name] = self.answers.get(name, 0) + 1


class Honest:
    """One caller of our own beside SIPp, each of whose exchanges is timed."""

    def __init__(self, host):
        self.server, self.times, self.failures, self.stop = (host, 5060), [], [], threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind((self.server[0], 0))
        local, number, uri = "%s:%d" % sock.getsockname(), 0, f"sip:{NUMBER}@demo"
        while not self.stop.wait(0.05):
            number += 1
            call = f"honest{number}x{local}"
            to = exchange(sock, self.server, request("INVITE", local, call, uri, body=SDP, user="honest"), "INVITE", call, self.times, self.failures)
            if to is not None:
                sock.sendto(request("ACK", local, call, uri, to=to, user="honest"), self.server)
                exchange(sock, self.server, request("BYE", local, call, uri, to=to, cseq=2, user="honest"), "BYE", call, self.times, self.failures)

    def take(self):
        times, self.times = sorted(self.times), []
        failures, self.failures = self.failures, []
        return times, failures


def enter_network(host):
    """A network namespace in which every address of the host's /24 is this machine's."""
    if INSIDE not in os.environ:
        os.execvpe("unshare", ["unshare", "-n", sys.executable, *sys.argv], {**os.environ, INSIDE: "1"})
    network = host.rsplit(".", 1)[0] + ".0/24"
    for command in (["link", "set", "lo", "up"], ["route", "add", "local", network, "dev", "lo"]):
        subprocess.run(["ip", *command], check=True)


def memory_mib(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1)) / 1024


def metrics(host, prefix):
    text = urllib.request.urlopen(urllib.request.Request(f"http://{host}:8080/metrics", headers={"Authorization": f"Bearer {KEY}"}), timeout=10).read().decode()
    return {name: float(value) for name, value in re.findall(rf"^({prefix}\S*) (\S+)$", text, re.M)}


def start_server(options, folder):
    with open(os.path.join(folder, "siege.yaml"), "w", encoding="utf-8") as file:
        file.write(CONFIGURATION.format(host=options.host, key=KEY))
    log = open(os.path.join(folder, "server.log"), "wb")
    process = subprocess.Popen([os.path.abspath(options.binary), "--config", "siege.yaml", "--data", "data", "--sip", f"{options.host}:5060", "--http", f"{options.host}:8080"],
                               cwd=folder, stdout=log, stderr=subprocess.STDOUT)
    for _ in range(600):
        try:
            if urllib.request.urlopen(f"http://{options.host}:8080/readyz", timeout=1).status == 200:
                return process
        except OSError:
            time.sleep(0.1)
        if process.poll() is not None:
            break
    sys.exit("the server did not start: " + open(log.name, encoding="utf-8", errors="replace").read()[-2_000:])


def start_sipp(options, folder, seconds):
    calls = int(20 * seconds)
    return subprocess.Popen(["sipp", f"{options.host}:5060", "-sn", "uac", "-s", NUMBER, "-i", options.host, "-p", "7060", "-mi", options.host, "-r", "20", "-m", str(calls),
                             "-d", str(CALL_SECONDS * 1_000), "-nostdin", "-trace_stat", "-stf", "stat.csv", "-fd", "1", "-timeout", str(int(seconds) + 60)],
                            cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def sipp_figures(folder):
    with open(os.path.join(folder, "stat.csv"), encoding="ascii") as file:
        lines = [line.strip().split(";") for line in file if line.strip()]
    last = dict(zip(lines[0], lines[-1]))
    return {name: int(last[name]) for name in ("TotalCallCreated", "SuccessfulCall(C)", "FailedCall(C)", "Retransmissions(C)")}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default="src/Silo/bin/Release/net10.0/routing")
    parser.add_argument("--host", default="10.36.0.1", help="address of the server and of the honest callers; the attackers have others of the same /24")
    parser.add_argument("--seconds", type=float, default=5, help="of each attack")
    parser.add_argument("--only", help="names of attacks, separated by commas")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    parser.add_argument("--memory-mib", type=float, default=700)
    options = parser.parse_args()
    enter_network(options.host)
    print(f"seed {options.seed}", flush=True)
    attacks = [attack for attack in ATTACKS if not options.only or attack.__name__ in options.only.split(",")]
    folder = tempfile.mkdtemp(prefix="siege-")
    server, siege, honest = start_server(options, folder), Siege(options), Honest(options.host)
    sipp = start_sipp(options, folder, (options.seconds + 3) * (len(attacks) + 2) + 10)
    siege.sipp_pid = sipp.pid
    honest.thread.start()
    worst, results = 0.0, {}
    try:
        for attack in [None, *attacks, None]:
            siege.begin()
            if attack is None:
                time.sleep(options.seconds)
            else:
                attack(siege)
            time.sleep(1)
            if server.poll() is not None:
                print(f"the server ended with {server.returncode} under {attack.__name__}", flush=True)
                break
            name, memory = attack.__name__ if attack else "quiet", memory_mib(server.pid)
            times, failures = honest.take()
            worst = max(worst, memory)
            results[name] = {"sent": siege.count, "answers": siege.answers, "median": round(statistics.median(times), 2) if times else None,
                             "p99": round(times[int(len(times) * 0.99)], 1) if times else None, "exchanges": len(times), "failures": failures[:3], "mib": round(memory)}
            print(f"{name:20} sent {siege.count:7} answers {json.dumps(siege.answers)} honest {len(times)} median {results[name]['median']} p99 {results[name]['p99']} ms, "
                  f"failures {len(failures)} {failures[:2]}, {memory:.0f} MiB, load {os.getloadavg()[0]:.0f}", flush=True)
        honest.stop.set()
        honest.thread.join(20)
        alive = server.poll() is None
        sipp.terminate()
        sipp.wait(60)
        faults = metrics(options.host, "routing_sip_faults") if alive else {}
        live = metrics(options.host, "routing_sip_live") if alive else {}
    finally:
        for process in (sipp, server):
            if process.poll() is None:
                process.terminate()
        server.wait(30)
    figures = sipp_figures(folder)
    log = open(os.path.join(folder, "server.log"), encoding="utf-8", errors="replace").read()
    told = [line for line in log.split("\n") if re.match(r"(fail|crit|warn)", line)][:10]
    ok = alive and figures["FailedCall(C)"] == 0 and worst <= options.memory_mib
    print(json.dumps({"ok": ok, "seed": options.seed, "worstMib": round(worst), "sipp": figures, "faults": faults, "live": live, "log": told}))
    shutil.rmtree(folder)
    sys.exit(0 if ok else 1)


if __name__ == "__main__":
    main()
