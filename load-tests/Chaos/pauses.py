"""How long callers and agents waited for an answer after each kind of fault, and whether that is allowed. From packets only."""

import bisect

import wire

WINDOW_SECONDS = 4.0  # requests that are sent so shortly after a fault count as having met it
BACK_SECONDS = 4.0  # after the database is back until everybody has found it and what callers sent meanwhile is answered
LIMITS_MS = {"kill": 500, "kill-owner": 500, "stop": 3_000, "term": 300}  # of the 99th of a hundred; a fault of a gateway is judged by the calls of the others


class Fault:
    """One thing that was done, from the marks in the record."""

    def __init__(self, kind, start, host):
        self.kind = kind
        self.start = start
        self.host = host  # of the gateway that was harmed, or ""
        self.end = start

    @property
    def is_of_database(self):
        return self.kind.startswith(("postgres", "promote"))


def read_faults(path):
    faults = []
    for time, source, _, data in wire.read(path):
        if source != wire.NOWHERE:
            continue
        what, _, rest = data.decode().partition(" ")
        kind, _, host = rest.partition(" ")
        if what == "fault":
            faults.append(Fault(kind, time, host))
        elif what == "over" and faults:
            faults[-1].end = time
    return faults


def _answers(book):
    """(when sent, seconds until the first answer, leg) of every INVITE and BYE of a phone that was answered."""
    for leg in book.reading.callers.values():
        if leg.first_response is not None:
            yield leg.start, leg.first_response - leg.start, leg
    for leg in (*book.reading.callers.values(), *book.reading.agents.values()):
        if leg.phone_bye is not None and leg.phone_bye_answered_at is not None:
            yield leg.phone_bye, leg.phone_bye_answered_at - leg.phone_bye, leg


def _figures(waits):
    waits.sort()
    return {"requests": len(waits), "median_ms": round(waits[len(waits) // 2] * 1000, 1), "p99_ms": round(waits[int(0.99 * (len(waits) - 1))] * 1000), "max_ms": round(waits[-1] * 1000)}


def judge(path, book, has_limits):
    """Figures for the line of JSON, and what was not allowed, in words."""
    faults = read_faults(path)
    starts = [fault.start for fault in faults]
    waits, harmed = {}, {}
    for sent, seconds, leg in _answers(book):
        index = bisect.bisect_right(starts, sent) - 1
        if index >= 0 and sent - starts[index] <= WINDOW_SECONDS:
            kind = faults[index].kind
            (harmed if faults[index].host in leg.gateways else waits).setdefault(kind, []).append(seconds)
    wrong = []
    figures = {kind: {"faults": sum(fault.kind == kind for fault in faults), **_figures(found)} for kind, found in sorted(waits.items())}
    for kind, found in figures.items():
        limit = LIMITS_MS.get(kind) or LIMITS_MS.get(kind.removeprefix("gateway-").replace("away", "kill"))
        if has_limits and limit and found["p99_ms"] > limit:
            wrong.append(f"pauses after {kind}: {found['p99_ms']} ms at the 99th of a hundred, {limit} are allowed")
    away = [(fault.start, fault.end + BACK_SECONDS) for fault in faults if fault.is_of_database]
    refused = [leg for leg in book.reading.callers.values() if leg.final == 503]
    for leg in refused:
        if has_limits and not any(start <= leg.final_at <= end for start, end in away):
            wrong.append(f"{leg.user} was refused with 503 at {leg.final_at:.3f} while the database was there")
    return {"pause_after": figures, "pause_at_harmed_gateway": {kind: _figures(found) for kind, found in sorted(harmed.items())}, "refused_503": len(refused)}, wrong
