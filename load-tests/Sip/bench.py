#!/usr/bin/env python3
"""Drives SIPp callers and SIPp agents at any SIP queue server on loopback and measures from a packet capture.
   See README.md. Everything about the server is an argument."""
import argparse, json, os, re, signal, subprocess, sys, time, threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import sipcap

CLK = os.sysconf("SC_CLK_TCK")
CAPTURE_BLOCK_SECONDS = 1.5


def loop(a):
    h = a.rsplit(":", 1)[0]
    if not h.startswith("127."):
        sys.exit("only 127.0.0.0/8 is a target: " + a)
    return a


def template(name, out, **kw):
    s = open(os.path.join(HERE, "scenarios", name)).read()
    for k, v in kw.items():
        s = s.replace("@%s@" % k, str(v))
    open(out, "w").write(s)
    return out


def pids(match):
    if not match:
        return []
    me, r = os.getpid(), []
    for p in os.listdir("/proc"):
        if p.isdigit() and int(p) != me:
            try:
                c = open("/proc/%s/cmdline" % p, "rb").read().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if match in c and "bench.py" not in c:
                r.append(int(p))
    return r


def usage(ps):
    cpu = rss = 0
    for p in ps:
        try:
            f = open("/proc/%d/stat" % p).read().rsplit(")", 1)[1].split()
            cpu += int(f[11]) + int(f[12])
            for l in open("/proc/%d/smaps_rollup" % p):
                if l.startswith("Pss:"):
                    rss += int(l.split()[1])
        except OSError:
            pass
    return cpu / CLK, rss / 1024.0


def rcverr():
    l = [x.split() for x in open("/proc/net/snmp") if x.startswith("Udp:")]
    return int(dict(zip(l[0], l[1]))["RcvbufErrors"])


class Watch:
    """CPU seconds and proportional memory of the server and of the SIPp processes, plus the machine's busy share."""

    def __init__(self, match, sipp):
        self.m, self.s = match, sipp
        self.pss = []

    def start(self):
        self.ps = pids(self.m)
        self.c0, self.m0 = usage(self.ps)
        self.s0 = usage(self.s)[0]
        self.o0 = usage([os.getpid()])[0]
        self.t0 = time.time()
        self.b0 = self.busy()
        self.e0 = rcverr()

    @staticmethod
    def busy():
        f = list(map(int, open("/proc/stat").readline().split()[1:9]))
        return sum(f) - f[3] - f[4], sum(f)

    def sample(self):
        self.pss.append((time.time() - self.t0, usage(pids(self.m))[1]))

    def course(self, parts=10):
        """The highest memory in each tenth of the run, in MiB: flat memory is flat here, whatever it grew by while it warmed up."""
        whole = self.pss[-1][0]
        tenths = [[] for _ in range(parts)]
        for at, mib in self.pss:
            tenths[min(parts - 1, int(at * parts / whole))].append(mib)
        return [round(max(t), 1) if t else None for t in tenths]

    def stop(self):
        self.sample()
        d = time.time() - self.t0
        ps = pids(self.m)
        c1, m1 = usage(ps)
        b1 = self.busy()
        own = usage([os.getpid()])[0] - self.o0
        mach = 100 * (b1[0] - self.b0[0]) / max(1, b1[1] - self.b0[1]) * os.cpu_count()
        return dict(
            secs=round(d, 1),
            others_cpu_pct=round(mach - 100 * (c1 - self.c0 + usage(self.s)[0] - self.s0 + own) / d, 1),
            procs=len(ps),
            udp_rcvbuf_errors=rcverr() - self.e0,
            cpu_pct=round(100 * (c1 - self.c0) / d, 1),
            sipp_cpu_pct=round(100 * (usage(self.s)[0] - self.s0) / d, 1),
            machine_busy_pct=round(100 * (b1[0] - self.b0[0]) / max(1, b1[1] - self.b0[1]), 1),
            pss_mib_start=round(self.m0, 1),
            pss_mib_end=round(m1, 1),
            pss_mib_peak=round(max(mib for _, mib in self.pss), 1),
            pss_mib_course=self.course(),
        )


def quiet(limit, most=30):
    """Waits until the machine's busy share (percent of one core) stays under limit for 2 s; gives up after `most` s."""
    if not limit:
        return 0
    t = time.time()
    good = 0
    while time.time() - t < most and good < 2:
        b0 = Watch.busy()
        time.sleep(1)
        b1 = Watch.busy()
        good = good + 1 if 100 * os.cpu_count() * (b1[0] - b0[0]) / max(1, b1[1] - b0[1]) < limit else 0
    return round(time.time() - t, 1)


class Rig:
    def __init__(self, a, name):
        quiet(a.quiet)
        self.a = a
        self.dir = os.path.join(a.out, name)
        os.makedirs(self.dir, exist_ok=True)
        self.kids = []

    def run(self, cmd, log):
        f = open(os.path.join(self.dir, log), "w")
        p = subprocess.Popen(cmd, stdin=subprocess.DEVNULL, stdout=f, stderr=subprocess.STDOUT, cwd=self.dir)
        self.kids.append(p)
        return p

    def sipp(self, scen, addr, log, extra, target=None):
        ip, port = addr.rsplit(":", 1)
        return self.run(
            [
                "sipp",
                target or self.a.target,
                "-sf",
                scen,
                "-i",
                ip,
                "-p",
                port,
                "-mi",
                ip,
                "-nostdin",
                "-aa",
                "-trace_err",
                "-error_file",
                os.path.join(self.dir, log + ".err"),
                "-buff_size",
                "8388608",
            ]
            + extra,
            log + ".log",
        )

    def capture(self):
        servers = {self.a.target, self.a.phones_at or self.a.target}
        ends = ["(host %s and port %s)" % tuple(s.rsplit(":", 1)) for s in sorted(servers)]
        self.pcap = os.path.join(self.dir, "cap.pcap")
        p = self.run(
            [
                "tcpdump",
                "-i",
                "lo",
                "-n",
                "-s",
                "2000",
                "-B",
                "131072",
                "-Z",
                "root",
                "-w",
                self.pcap,
                "udp and (" + " or ".join(ends) + ")",
            ],
            "tcpdump.log",
        )
        time.sleep(1.0)
        self.dump = p

    def agents(self, talk, ring):
        s = template("agent.xml.in", os.path.join(self.dir, "agent.xml"), TALK=talk, RING=ring, RINGVAR=max(2, self.a.ring_var))
        p = self.sipp(s, self.a.agent_addr, "agent", ["-s", "agent", "-l", "100000"], self.a.phones_at)
        ps = [p]
        if self.a.media_addr:
            s = template("agent.xml.in", os.path.join(self.dir, "media.xml"), TALK=3600000, RING=1, RINGVAR=2)
            ps.append(self.sipp(s, self.a.media_addr, "media", ["-s", "media", "-l", "100000"]))
        time.sleep(0.7)
        if self.a.register:
            inf = os.path.join(self.dir, "agents.csv")
            users = (
                self.a.users.split(",") if self.a.users else ["%s%d" % (self.a.agent_prefix, i + 1) for i in range(self.a.agents)]
            )
            line = "%s;[authentication username=%s password=%s]\n"
            open(inf, "w").write("SEQUENTIAL\n" + "".join(line % (u, u, self.a.password.replace("USER", u)) for u in users))
            s = template(
                "register.xml.in",
                os.path.join(self.dir, "register.xml"),
                AGENTADDR=self.a.agent_addr,
                REALM=self.a.realm or self.a.target,
            )
            r = self.sipp(s, self.a.caller_addr, "register", ["-inf", inf, "-m", str(len(users)), "-r", "200"], self.a.phones_at)
            r.wait(120)
        if self.a.ready:
            subprocess.run(self.a.ready, shell=True, check=True)
        return ps

    def callers(self, n, rate, rp=1000, maxwait=60000, limit=100000):
        s = template("caller.xml.in", os.path.join(self.dir, "caller.xml"), MAXWAIT=maxwait)
        return self.sipp(
            s,
            self.a.caller_addr,
            "caller",
            [
                "-s",
                self.a.queue,
                "-key",
                "run",
                "c%d_" % (int(time.time()) % 100000),
                "-m",
                str(n),
                "-r",
                str(rate),
                "-rp",
                str(rp),
                "-l",
                str(limit),
                "-trace_stat",
                "-stf",
                os.path.join(self.dir, "stat.csv"),
                "-fd",
                "1",
            ],
        )

    def close(self):
        # The kernel hands packets over in blocks of up to a second: a capture ended at once misses the last hang-ups, which then count as lost.
        time.sleep(CAPTURE_BLOCK_SECONDS)
        for p in reversed(self.kids):
            if p.poll() is None:
                p.send_signal(signal.SIGINT if p is self.dump else signal.SIGTERM)
                try:
                    p.wait(5)
                except subprocess.TimeoutExpired:
                    p.kill()
                    p.wait()
        d = open(os.path.join(self.dir, "tcpdump.log")).read()
        m = re.search(r"(\d+) packets dropped by kernel", d)
        self.dropped = int(m.group(1)) if m else -1

    def analyse(self):
        return sipcap.analyse(self.pcap, self.a.caller_addr, self.a.agent_addr, self.a.target)


def wait(p, secs, w=None, stop=None):
    e = time.time() + secs
    while p.poll() is None and time.time() < e:
        time.sleep(0.5)
        if w:
            w.sample()
    return p.poll() is not None


def facts(order, legs, cnt, rig):
    b = [c for c in order if c.legs]
    return dict(
        calls=len(order),
        rang=len(b),
        agent_answered=sum(any(l.ok for l in c.legs) for c in order),
        caller_answered=sum(c.ok is not None for c in order),
        ended_by_server=sum(c.bye is not None for c in order),
        completed=sum(c.bye is not None and any(l.ok and l.byecode == 200 for l in c.legs) for c in order),
        rejected=sum(1 for c in order if c.code >= 300),
        codes={str(k): sum(c.code == k for c in order) for k in {c.code for c in order if c.code}},
        gave_up=sum(bool(c.cancel or c.gaveup) for c in order),
        rang_twice=sum(len(c.legs) > 1 for c in order),
        msgs=cnt["msgs"],
        retrans_by_server=cnt["retrans_by_peer"],
        retrans_by_sipp=cnt["retrans_by_sipp"],
        capture_dropped=rig.dropped,
    )


def out(a, name, d):
    d = dict(name=name, peer=a.label, at=time.strftime("%H:%M:%S"), load1=os.getloadavg()[0], **d)
    print(json.dumps(d))
    sys.stdout.flush()
    open(os.path.join(a.out, "results.jsonl"), "a").write(json.dumps(d) + "\n")


def ring(a):
    for rep in range(a.repeat):
        r = Rig(a, "ring%d" % rep)
        r.capture()
        ag = r.agents(a.talk, a.ring)
        p = r.callers(a.calls, 1, a.spacing)
        w = Watch(a.match, [x.pid for x in ag] + [p.pid])
        w.start()
        ok = wait(p, a.calls * a.spacing / 1000 + 60, w)
        u = w.stop()
        time.sleep(0.5)
        r.close()
        o, l, c = r.analyse()
        out(
            a,
            "ring",
            dict(
                rep=rep,
                spacing_ms=a.spacing,
                talk_ms=a.talk,
                agents=a.agents,
                finished=ok,
                invite_to_agent_ms=sipcap.stats([x.legs[0].t - x.t for x in o if x.legs]),
                invite_to_first_reply_ms=sipcap.stats([x.prov - x.t for x in o if x.prov]),
                agent_ok_to_caller_ok_ms=sipcap.stats(
                    [x.ok - x.legs[0].ok for x in o if x.ok and x.legs and x.legs[0].ok and x.ok >= x.legs[0].ok]
                ),
                **facts(o, l, c, r),
                usage=u
            ),
        )


def gap(a):
    for rep in range(a.repeat):
        r = Rig(a, "gap%d" % rep)
        r.capture()
        ag = r.agents(a.talk, a.ring)
        p = r.callers(a.calls, a.rate, 1000, maxwait=600000)
        w = Watch(a.match, [x.pid for x in ag] + [p.pid])
        w.start()
        ok = wait(p, a.secs, w)
        u = w.stop()
        time.sleep(0.5)
        r.close()
        o, l, c = r.analyse()
        last = {}
        g = []
        gi = []
        idle = 0
        ringt = sorted(x.legs[0].t for x in o if x.legs)
        inv = sorted(x.t for x in o)
        import bisect

        for leg in l:
            pv = last.get(leg.agent)
            if pv is not None and pv.bye is not None:
                waiting = bisect.bisect_right(inv, pv.bye - 0.05) - bisect.bisect_right(ringt, pv.bye)
                if waiting > 0:
                    g.append(leg.t - pv.bye - a.wrapup / 1000)
                else:
                    idle += 1
            last[leg.agent] = leg
        # order: how many callers were served before one who had come earlier
        served = [x for x in sorted((y for y in o if y.legs), key=lambda y: y.legs[0].t)]
        inversions = sum(1 for i in range(1, len(served)) if served[i].t < served[i - 1].t - 0.001)
        out(
            a,
            "gap",
            dict(
                rep=rep,
                agents=a.agents,
                rate=a.rate,
                talk_ms=a.talk,
                wrapup_ms_subtracted=a.wrapup,
                finished=ok,
                agent_free_to_next_invite_ms=sipcap.stats(g),
                not_counted_no_one_waiting=idle,
                adjacent_order_inversions=inversions,
                agents_used=len(last),
                **facts(o, l, c, r),
                usage=u
            ),
        )


def load(a):
    todo = [(float(x), 1) for x in a.rates.split(",")]
    while todo:
        rate, t = todo.pop(0)
        r = Rig(a, "load%g_%d" % (rate, t))
        r.capture()
        ag = r.agents(a.talk, a.ring)
        n = int(rate * a.secs)
        rr, rp = (int(rate), 1000) if rate == int(rate) else (int(rate * 10), 10000)
        p = r.callers(n, rr, rp, maxwait=30000)
        w = Watch(a.match, [x.pid for x in ag] + [p.pid])
        w.start()
        e = time.time() + a.secs
        while time.time() < e and p.poll() is None:
            time.sleep(0.5)
            w.sample()
        u = w.stop()
        ok = wait(p, 45, w)
        time.sleep(0.5)
        r.close()
        o, l, c = r.analyse()
        ring = [x.legs[0].t - x.t for x in o if x.legs]
        f = facts(o, l, c, r)
        half = [x.legs[0].t - x.t for x in o[len(o) // 2 :] if x.legs]
        off = len(o) / max(0.001, (o[-1].t - o[0].t)) if len(o) > 1 else 0
        st = sipcap.stats(ring)
        good = f["completed"] == f["calls"] and st.get("p99", 1e9) <= 1000 and off > rate * 0.95
        out(
            a,
            "load",
            dict(
                rate=rate,
                attempt=t,
                offered=round(off, 1),
                secs=a.secs,
                talk_ms=a.talk,
                agents=a.agents,
                ok=good,
                lost=f["calls"] - f["completed"],
                finished=ok,
                invite_to_agent_ms=st,
                second_half_ms=sipcap.stats(half),
                **f,
                usage=u
            ),
        )
        if not good and t < a.tries:
            todo.insert(0, (rate, t + 1))
        elif not good and not a.keep_going:
            break
        if not a.keep:
            os.remove(r.pcap)
        time.sleep(a.rest)


def probe(target, src, secs=60):
    """Seconds until the server answers an OPTIONS again (any final answer), asked every 50 ms."""
    import socket

    h, p = target.rsplit(":", 1)
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind((src.rsplit(":", 1)[0], 0))
    me = "%s:%d" % s.getsockname()
    s.settimeout(0.05)
    t = time.time()
    n = 0
    while time.time() - t < secs:
        n += 1
        try:
            s.sendto(
                (
                    "OPTIONS sip:%s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bKp%d%d;rport\r\nFrom: <sip:probe@%s>;tag=p%d\r\nTo: <sip:%s>\r\nCall-ID: probe%d-%d\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContact: <sip:probe@%s>\r\nContent-Length: 0\r\n\r\n"
                    % (target, me, int(t), n, me, n, target, int(t), n, me)
                ).encode(),
                (h, int(p)),
            )
            if s.recv(4096).startswith(b"SIP/2.0"):
                return time.time()
        except OSError:
            time.sleep(0.02)
    return None


def kill(a):
    for rep in range(a.repeat):
        if rep or a.restart_first:
            subprocess.run(a.stop_cmd, shell=True)
            time.sleep(1)
            subprocess.run(a.start_cmd, shell=True, check=True)
            time.sleep(a.boot)
        r = Rig(a, "kill%d" % rep)
        r.capture()
        ag = r.agents(a.talk, a.ring)
        p = r.callers(a.calls, a.rate, 1000, maxwait=a.patience)
        time.sleep(a.calls / a.rate + 3)
        ps = pids(a.match)
        t = time.time()
        for x in ps:
            try:
                os.kill(x, signal.SIGKILL)
            except OSError:
                pass
        while any(
            os.path.exists("/proc/%d" % x) and "Z" not in open("/proc/%d/stat" % x).read().rsplit(")", 1)[1][:3] for x in ps
        ):
            time.sleep(0.01)
        t1 = time.time()
        time.sleep(a.down)
        subprocess.run(a.start_cmd, shell=True, check=True)
        t2 = time.time()
        tp = probe(a.target, a.caller_addr)
        wait(p, a.secs)
        time.sleep(0.5)
        r.close()
        o, l, c = r.analyse()
        before = [x for x in o if x.t < t]
        conn = [x for x in before if any(y.ok and y.ok < t and not (y.bye and y.bye < t) for y in x.legs)]
        wq = [x for x in before if not any(y.t < t for y in x.legs)]
        firstresp = None
        for m in sipcap.messages(r.pcap):
            if m.t > t1 and m.src == a.target:
                firstresp = m.t
                break
        out(
            a,
            "kill",
            dict(
                rep=rep,
                agents=a.agents,
                processes_killed=len(ps),
                connected_at_kill=len(conn),
                waiting_at_kill=len(wq),
                waiting_answered_with_music=sum(x.ok is not None and x.ok < t for x in wq),
                restart_cmd_took_s=round(t2 - t1, 2),
                answers_options_after_kill_s=round(tp - t, 2) if tp else None,
                first_packet_from_server_after_kill_s=round(firstresp - t, 2) if firstresp else None,
                connected_hangup_passed_on=sum(1 for x in conn if x.bye and x.bye > t),
                connected_agent_bye_answered={
                    str(k): sum(1 for x in conn for y in x.legs if y.byeok and y.byeok > t and y.byecode == k)
                    for k in {y.byecode for x in conn for y in x.legs}
                },
                waiting_rang_after_restart=sum(1 for x in wq if any(y.t > t for y in x.legs)),
                waiting_completed_after_restart=sum(1 for x in wq if x.bye and any(y.ok for y in x.legs)),
                waiting_told_off=sum(1 for x in wq if (x.final and x.final > t) or (x.bye and not x.legs)),
                waiting_left_hanging=sum(1 for x in wq if not x.legs and not x.bye and not x.final),
                lost_connected=sum(1 for x in conn if not (x.bye and x.bye > t)),
                lost_waiting=sum(1 for x in wq if not x.legs),
                **facts(o, l, c, r)
            ),
        )


def main():
    p = argparse.ArgumentParser()
    p.add_argument("what", choices=["ring", "gap", "load", "kill"])
    p.add_argument("--target", type=loop, required=True)
    p.add_argument("--phones-at", type=loop, help="another gateway of the same cluster, where the agents' phones register; callers call the target")
    p.add_argument("--queue", default="q1")
    p.add_argument("--agents", type=int, default=20, help="how many agents the server has (for the record and for --register)")
    p.add_argument("--agent-prefix", default="agent")
    p.add_argument("--agent-addr", type=loop, default="127.77.0.3:16000")
    p.add_argument("--caller-addr", type=loop, default="127.77.0.2:15080")
    p.add_argument("--media-addr", type=loop, default=None)
    p.add_argument("--register", action="store_true")
    p.add_argument("--password", default="USER-demo", help="USER is replaced by the user")
    p.add_argument("--realm")
    p.add_argument("--users", help="comma-separated user names instead of prefix1..N")
    p.add_argument("--ready", help="shell command run once the agents listen")
    p.add_argument("--match", help="string in the command line of every server process: CPU, memory, kill")
    p.add_argument("--label", default="?")
    p.add_argument("--out", default="out")
    p.add_argument("--calls", type=int, default=300)
    p.add_argument("--spacing", type=int, default=250)
    p.add_argument("--talk", type=int, default=1000)
    p.add_argument("--ring", type=int, default=1)
    p.add_argument("--ring-var", type=int, default=2, help="agents add a uniform random 1..this ms of ringing")
    p.add_argument("--rate", type=int, default=10)
    p.add_argument("--rates", default="5,10,20,40")
    p.add_argument("--secs", type=float, default=30)
    p.add_argument("--wrapup", type=float, default=0)
    p.add_argument("--repeat", type=int, default=1)
    p.add_argument("--tries", type=int, default=1, help="load: a rate counts as failed only after this many failing runs")
    p.add_argument("--rest", type=float, default=3)
    p.add_argument("--keep", action="store_true")
    p.add_argument("--keep-going", action="store_true")
    p.add_argument(
        "--quiet",
        type=float,
        default=0,
        help="before each run wait until the machine uses less than this percent of one core (at most 30 s)",
    )
    p.add_argument("--start-cmd")
    p.add_argument("--stop-cmd", default="true")
    p.add_argument("--restart-first", action="store_true")
    p.add_argument("--boot", type=float, default=3)
    p.add_argument("--down", type=float, default=0)
    p.add_argument("--patience", type=int, default=90000)
    a = p.parse_args()
    a.out = os.path.abspath(a.out)
    os.makedirs(a.out, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    globals()[a.what](a)


main()
