"""What the packets say of each leg, and nothing else: no state of the phones, no figure of the server."""

import bisect
import collections
import itertools

import sip
import wire
from phones import GUARD_HEADER
from transactions import GIVE_UP_SECONDS

GRACE_SECONDS = 1.0  # for the server to pass on what it knows
TAKEOVER_SECONDS = 4.0  # from the harm of a silo until the next one has heard everything that gateways kept for it; a frozen one is missed after 2 s
HANG_SECONDS = 8.0  # a server that is up as long and answers nothing that came later is no excuse


class Leg:
    """One Call-ID between a phone and the server. Times are seconds since the first packet, None: never."""

    def __init__(self, call_id, start, phone, gateway, user, from_caller):
        self.call_id = call_id
        self.start = start
        self.phone = phone
        self.gateway = gateway  # host of the server that the phone speaks with
        self.gateways = {gateway}  # hosts of the servers that its messages pass: the one that the phone speaks with, and for an agent's phone the one that has the call
        self.user = user  # of the caller, on both legs: c7
        self.realm = ""  # of several domains the one that was called, or the one whose agent's phone this is
        self.called = ""  # on an agent's leg, of several: the one whose caller it is
        self.from_caller = from_caller
        self.sent = []  # when the phone sent its first INVITE and repeated it
        self.first_response = None  # to the caller's INVITE
        self.final = 0  # of the INVITE that began the leg
        self.final_at = None
        self.finals = []  # that and its repeats
        self.retry_after = False
        self.acks = []  # when the server acknowledged the phone's final response, and did so again
        self.cancel = None
        self.phone_bye = None
        self.phone_byes = []  # that and its repeats
        self.phone_bye_answer = 0
        self.phone_bye_answered_at = None
        self.end_known = None  # the server refused the INVITE, CANCEL's 487 included, or answered the phone's BYE
        self.server_bye = None
        self.server_bye_answer = 0
        self.guard = ""  # the phone ended it for want of a message from the server
        self.refused_requests = []  # requests of the server, other than INVITE, that the phone did not accept
        self.media = set()  # that the phone named
        self.hears = {}  # media address that the server named to the phone: when first

    @property
    def answered(self):
        return 200 <= self.final < 300

    @property
    def acknowledged(self):
        return self.acks[0] if self.acks else None

    @property
    def gave_up(self):
        """When the caller's INVITE timed out unanswered (timer B), or None."""
        end = self.start + GIVE_UP_SECONDS
        return end if self.from_caller and (self.first_response is None or self.first_response > end) else None

    @property
    def refused_at_once(self):
        """The first that the caller heard was a refusal: a gateway says that by itself when it waited in vain."""
        return self.final >= 300 and self.final_at == self.first_response

    @property
    def left(self):
        """When the phone gave the leg up or was told that it is over."""
        times = [self.phone_bye, self.server_bye, self.cancel, self.gave_up]
        if self.final >= 300:
            times.append(self.final_at)
        return min((time for time in times if time is not None), default=None)

    @property
    def over(self):
        """The phone does not believe in the call any more."""
        return self.final >= 300 or self.phone_bye is not None or self.server_bye is not None


class Reading:
    """All legs of a record, in order of their first packet, with what is wrong with single messages. Several servers are gateways of one cluster."""

    def __init__(self, path, servers, has_domains=False):
        self.callers = {}
        self.agents = {}
        self.names = {}  # agent of a phone's address, from its REGISTER
        self.datagrams = 0
        self.seconds = 0.0
        self.homes = {}  # host of the gateway that a phone registered at
        self.realms = {}  # that a phone registered in
        self.has_several = len(servers) > 1
        self._has_domains = has_domains
        self._downs = {host: [] for host, _ in servers}  # [from, until] of each server
        self._faults = []  # when a part of a cluster was harmed behind the server that phones speak to
        self._outages = []  # those of silos and of the database
        self._registered = {}  # phone: until when, each time that a REGISTER was accepted
        self._legs = {}
        self._newcomers = {}  # (first INVITE, first response) of callers, in order: what it takes to know how far a server had read
        self._told = collections.defaultdict(list)  # host of a gateway and realm of a domain: (when a phone asked, when it was answered) of what is answered after its commit; in the end in order, each with the first answer to it or to a later one
        self._asked = {}  # (Call-ID, CSeq) of REGISTERs: when first
        for time, source, target, data in wire.read(path):
            self.datagrams += 1
            self.seconds = time
            if source == wire.NOWHERE:
                self._mark(time, data.decode())
                continue
            message = sip.parse(data)
            if message is not None:
                from_server = source in servers
                self._add(time, from_server, *((target, source[0]) if from_server else (source, target[0])), message)
        having = {leg.user: leg.gateways for leg in self.callers.values()}
        called = {leg.user: leg.realm for leg in self.callers.values()}
        for leg in self.agents.values():
            leg.gateways = leg.gateways | having.get(leg.user, set())
            leg.called = called.get(leg.user, "")
        for leg in self.callers.values():
            if leg.first_response is not None and not leg.refused_at_once:
                self._told[leg.gateway, leg.realm].append((leg.start, leg.first_response))
        self._told = {speaker: _in_order_of_asking(told) for speaker, told in self._told.items()}
        for host in self._downs:
            self._newcomers[host] = sorted((leg.start, leg.first_response) for leg in self.callers.values() if host in leg.gateways and leg.first_response is not None)

    def is_unheard(self, leg, time):
        """Whether the server was down, or killed before it can be expected to have committed what was sent to it."""
        return any(start - GRACE_SECONDS <= time <= (end or self.seconds) for start, end in self._downs_of(leg)) or self.is_provably_unheard(leg, time)

    def is_provably_unheard(self, leg, time):
        """Whether the server was down, or killed before it got so far. It reads one socket, in order, and answers newcomers in the order of their commits: who
        sent a first INVITE after that time and was answered before the kill proves that the server had read what was sent at that time. Without such a
        proof the kill came first; but not when the server was up for so long before it that it must be called stuck."""
        return any(self._is_unheard_by(host, time) for host in leg.gateways)

    def _is_unheard_by(self, host, time):
        down = next(((start, end) for start, end in self._downs[host] if end is None or end >= time), None)
        if down is None:
            return False
        start, _ = down
        if start <= time:
            return True
        newcomers = self._newcomers[host]
        at = bisect.bisect_right(newcomers, (time, float("inf")))
        passed = any(first_response < start for _, first_response in itertools.takewhile(lambda seen: seen[0] < start, newcomers[at:]))
        return not passed and start - time < HANG_SECONDS

    def told_by(self, host, realm, time):
        """When a gateway first said something that it had learned from a domain after that time; infinite when it never did. The domain has decided something since whoever is answered had spoken, and
        tells each gateway everything in order: what it had decided for this one before that time has left by then."""
        told = self._told.get((host, realm), [])
        at = bisect.bisect_right(told, (time, float("inf")))
        return told[at][1] if at < len(told) else float("inf")

    def is_away(self, hosts, time, margin, before=0.0):
        """Whether one of these of several gateways was down then, or came back less than a margin before: its calls keep their places and are offered to nobody, its phones cannot be reached."""
        return self.has_several and any(start - before <= time <= (end or self.seconds) + margin for host in hosts for start, end in self._downs[host])

    def away_since(self, hosts, time, margin):
        """Since when one of these of several gateways was away that is so at that time, or was less than a margin before; else that time."""
        return min((start for host in hosts for start, end in self._downs[host] if self.has_several and start <= time <= (end or self.seconds) + margin), default=time)

    def hidden(self, time, margin):
        """How many agents' phones are behind a gateway that is away: what is offered to them is not in the record."""
        return sum(self.is_away([host], time, margin) for host in self.homes.values())

    def _downs_of(self, leg):
        return sorted(down for host in leg.gateways for down in self._downs[host])

    def ran_out(self, phone, time):
        """Whether the registration of a phone had run out by then: it is nobody's phone until it registers again."""
        known = [end for start, end in self._registered.get(phone, []) if start <= time]
        return bool(known) and known[-1] <= time

    def is_taken_over(self, time):
        """Whether the owner of what is said at that time had just been harmed, or was right after: the next one may learn it later than what it decides first."""
        return any(-GRACE_SECONDS <= time - fault <= TAKEOVER_SECONDS for fault in self._faults)

    def has_outage(self, since, until):
        """Whether a silo or the database was harmed in between."""
        return any(since < fault < until for fault in self._outages)

    def kills_between(self, leg, since, until):
        return sum(since < start < until for start, _ in self._downs_of(leg))

    def due(self, leg, time):
        """When what the server knew at a time must have been told: at once, or once it is back if it was killed then."""
        for start, end in self._downs_of(leg):
            end = end or self.seconds
            if start <= time + GRACE_SECONDS and time <= end:
                time = end
        return time + GRACE_SECONDS

    def _mark(self, time, text):
        what, _, host = text.partition(" ")
        if what == "fault":
            self._faults.append(time)
            if not host.startswith("gateway"):
                self._outages.append(time)
        elif what in ("kill", "ready"):  # all that there is, or one of several gateways
            for downs in [self._downs[host]] if host else self._downs.values():
                if what == "kill" and (not downs or downs[-1][1] is not None):
                    downs.append([time, None])
                elif what == "ready" and downs:
                    downs[-1][1] = time

    def _add(self, time, from_server, phone, gateway, message):
        number, method = message.cseq
        if message.method == "REGISTER":
            self.names[phone] = sip.user_of(message.get("to"))
            self.homes[phone] = gateway
            self._asked.setdefault((message.call_id, number), time)
            self.realms[phone] = self._realm_of(message)
        if message.method == "INVITE" and message.call_id not in self._legs:
            leg = Leg(message.call_id, time, phone, gateway, sip.user_of(message.get("from")), not from_server)
            leg.first_cseq = number
            leg.realm = self._realm_of(message) if leg.from_caller else self.realms.get(phone, "")
            self._legs[message.call_id] = leg
            (self.callers if leg.from_caller else self.agents)[message.call_id] = leg
        if method == "REGISTER" and message.code == 200:
            seconds = sip.parameter(message.get("contact"), "expires") or "0"
            self._registered.setdefault(phone, []).append((time, time + int(seconds)))
            if (message.call_id, number) in self._asked:
                self._told[gateway, self.realms[phone]].append((self._asked[message.call_id, number], time))
        leg = self._legs.get(message.call_id)
        if leg is None:
            return
        media = sip.media_of(message.body) if message.body else None
        if media and from_server:
            leg.hears.setdefault(media, time)
        elif media:
            leg.media.add(media)
        leg.guard = leg.guard or message.get(GUARD_HEADER)
        if message.method:
            self._request(leg, time, from_server, message)
        else:
            self._response(leg, time, from_server, message, number, method)

    def _realm_of(self, message):
        return sip.realm_of(message.get("to")) if self._has_domains else ""

    @staticmethod
    def _request(leg, time, from_server, message):
        if message.method == "BYE":
            if from_server:
                leg.server_bye = leg.server_bye or time
            else:
                leg.phone_bye = leg.phone_bye or time
                leg.phone_byes.append(time)
        elif message.method == "CANCEL":
            leg.cancel = leg.cancel or time
        elif message.method == "INVITE" and not from_server and message.cseq[0] == leg.first_cseq:
            leg.sent.append(time)
        elif message.method == "ACK" and from_server and message.cseq[0] == leg.first_cseq:
            leg.acks.append(time)

    def _response(self, leg, time, from_server, message, number, method):
        code = message.code
        if method == "INVITE" and number == leg.first_cseq:
            if leg.from_caller == from_server and code >= 200:
                leg.finals.append(time)
            if leg.from_caller == from_server:
                leg.first_response = leg.first_response or time
                if code >= 200 and not leg.final:
                    leg.final, leg.final_at, leg.retry_after = code, time, bool(message.get("retry-after"))
                    leg.end_known = time if code >= 300 else None
        elif method == "BYE" and code >= 200:
            if from_server:
                leg.end_known = leg.end_known or time
                leg.phone_bye_answer = leg.phone_bye_answer or code
                leg.phone_bye_answered_at = leg.phone_bye_answered_at or time
            else:
                leg.server_bye_answer = leg.server_bye_answer or code
        elif method not in ("CANCEL", "REGISTER") and not from_server and code >= 300:
            leg.refused_requests.append((time, method, code))


def _in_order_of_asking(answered):
    """(when asked, when answered) in order of asking, each with the earliest answer to this question or to a later one."""
    rows = sorted(answered)
    for at in range(len(rows) - 2, -1, -1):
        rows[at] = (rows[at][0], min(rows[at][1], rows[at + 1][1]))
    return rows
