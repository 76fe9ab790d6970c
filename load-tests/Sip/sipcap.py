"""Reads a pcap of SIP over UDP (kernel timestamps) and gives per-call facts. No dependencies."""
import struct, statistics


def packets(path):
    with open(path, "rb") as f:
        h = f.read(24)
        if len(h) < 24:
            return
        m = h[:4]
        if m in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1"):
            e = "<"
        else:
            e = ">"
        ns = m in (b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d")
        link = struct.unpack(e + "I", h[20:24])[0]
        off = {1: 14, 0: 4, 113: 16, 276: 20}[link]
        while True:
            r = f.read(16)
            if len(r) < 16:
                return
            s, us, cl, ol = struct.unpack(e + "IIII", r)
            d = f.read(cl)
            if len(d) < cl:
                return
            ip = d[off:]
            if len(ip) < 28 or ip[0] >> 4 != 4 or ip[9] != 17:
                continue
            hl = (ip[0] & 15) * 4
            sp, dp, ln = struct.unpack(">HHH", ip[hl : hl + 6])
            src = ".".join(map(str, ip[12:16])) + ":%d" % sp
            dst = ".".join(map(str, ip[16:20])) + ":%d" % dp
            yield s + us / (1e9 if ns else 1e6), src, dst, ip[hl + 8 : hl + ln]


SHORT = {"i": "call-id", "f": "from", "t": "to", "v": "via", "m": "contact"}


def user(uri):
    i = uri.find("sip:")
    if i < 0:
        return ""
    r = uri[i + 4 :]
    j = len(r)
    for c in ">;? \t":
        k = r.find(c)
        if 0 <= k < j:
            j = k
    r = r[:j]
    return r.split("@")[0] if "@" in r else ""


class M:
    __slots__ = ("t", "src", "dst", "req", "code", "ruri", "cid", "cseq", "cm", "fu", "tu", "tt", "branch")


def messages(path):
    for t, src, dst, p in packets(path):
        try:
            s = p.decode("latin1")
        except Exception:
            continue
        head = s.split("\r\n\r\n", 1)[0].split("\r\n")
        a = head[0].split(" ", 2)
        if len(a) < 3:
            continue
        m = M()
        m.t = t
        m.src = src
        m.dst = dst
        if a[0] == "SIP/2.0":
            m.req = None
            m.code = int(a[1])
            m.ruri = ""
        else:
            m.req = a[0]
            m.code = 0
            m.ruri = a[1]
        m.cid = m.cseq = m.cm = m.fu = m.tu = m.branch = ""
        m.tt = False
        for l in head[1:]:
            k, _, v = l.partition(":")
            k = k.strip().lower()
            k = SHORT.get(k, k)
            if k == "call-id":
                m.cid = v.strip()
            elif k == "cseq":
                b = v.split()
                m.cseq = b[0]
                m.cm = b[1] if len(b) > 1 else ""
            elif k == "from":
                m.fu = user(v)
            elif k == "to":
                m.tu = user(v)
                m.tt = "tag=" in v
            elif k == "via" and not m.branch:
                m.branch = v.partition("branch=")[2].split(";")[0].strip()
        yield m


class Call:
    pass


def analyse(path, caller, agent, target):
    """caller/agent/target: 'ip:port'. Returns callers {cid: Call}, legs {cid: Leg}, counters."""
    callers, legs, cnt = {}, {}, dict(msgs=0, retrans=0, retrans_by_peer=0, retrans_by_sipp=0, first=None, last=None)
    seen = set()
    order = []
    for m in messages(path):
        cnt["msgs"] += 1
        if cnt["first"] is None:
            cnt["first"] = m.t
        cnt["last"] = m.t
        key = (m.src, m.dst, m.cid, m.cseq, m.cm, m.req, m.code, m.branch)
        dup = key in seen
        if dup and (m.req != "ACK") and m.code != 100:
            cnt["retrans"] += 1
            cnt["retrans_by_peer" if m.src == target else "retrans_by_sipp"] += 1
        seen.add(key)
        if m.src == caller and m.req == "INVITE" and not m.tt and not dup:
            c = Call()
            c.t = m.t
            c.user = m.fu
            c.prov = c.ok = c.final = c.bye = c.end = c.t180 = c.cancel = c.gaveup = None
            c.code = 0
            c.reinv = 0
            callers[m.cid] = c
            order.append(c)
        elif m.cid in callers:
            c = callers[m.cid]
            if m.dst == caller:
                if m.code and m.cm == "INVITE":
                    if m.code < 200 and c.prov is None:
                        c.prov = m.t
                    if m.code == 180 and c.t180 is None:
                        c.t180 = m.t
                    if 200 <= m.code < 300 and c.ok is None:
                        c.ok = m.t
                    if m.code >= 300 and not c.code:
                        c.code = m.code
                        c.final = m.t
                elif m.req == "INVITE":
                    c.reinv += 1
                elif m.req == "BYE" and c.bye is None:
                    c.bye = m.t
                elif m.code == 200 and m.cm == "BYE":
                    c.end = m.t
            else:
                if m.code == 200 and m.cm == "BYE":
                    c.end = m.t
                elif m.req == "CANCEL":
                    c.cancel = m.t
                elif m.req == "BYE":
                    c.gaveup = m.t
        if m.dst == agent and m.req == "INVITE" and not m.tt and m.cid not in legs:
            l = Call()
            l.t = m.t
            l.agent = user(m.ruri) or m.tu
            l.caller = m.fu
            l.ok = l.ack = l.bye = l.byeok = l.cancel = None
            l.byecode = 0
            l.peerbye = None
            legs[m.cid] = l
        elif m.cid in legs:
            l = legs[m.cid]
            if m.src == agent:
                if m.code == 200 and m.cm == "INVITE" and l.ok is None:
                    l.ok = m.t
                if m.req == "BYE" and l.bye is None:
                    l.bye = m.t
            else:
                if m.req == "ACK" and l.ack is None:
                    l.ack = m.t
                if m.req == "BYE" and l.peerbye is None:
                    l.peerbye = m.t
                if m.req == "CANCEL":
                    l.cancel = m.t
                if m.code >= 200 and m.cm == "BYE":
                    l.byecode = m.code
                    l.byeok = m.t
    by = {}
    for l in legs.values():
        by.setdefault(l.caller, []).append(l)
    for c in order:
        c.legs = sorted(by.get(c.user, []), key=lambda l: l.t)
    return order, sorted(legs.values(), key=lambda l: l.t), cnt


def stats(v, unit=1000.0):
    if not v:
        return dict(n=0)
    s = sorted(v)
    n = len(s)
    q = lambda p: s[min(n - 1, int(p * n))] * unit
    r = lambda x: round(x, 2)
    return dict(
        n=n, min=r(s[0] * unit), median=r(statistics.median(s) * unit), p90=r(q(0.9)), p99=r(q(0.99)), max=r(s[-1] * unit)
    )
