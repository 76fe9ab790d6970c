"""Callers and agents' phones. Each keeps to RFC 3261 whatever the server does, and hangs up only as planned, so that what a server forgets to tell
a phone stays visible: a guard ends such a call late, with a header of its own (GUARD) for the ledger."""

import sip
import transactions

GUARD_HEADER = "x-guard"
EXPIRED = "rang as long as Expires says"
GUARD_SECONDS = 40.0  # longer than 64*T1: what has not come by then will not come
ALLOW_WITHOUT_UPDATE = ("allow", "INVITE, ACK, CANCEL, BYE, OPTIONS")


def side_that_hangs_up(number):
    """Who ends call number N once it is connected: both at the same moment (one in ten), else the caller or the agent."""
    return "both" if number % 10 == 0 else "caller" if number % 2 else "agent"


def number_of(user):
    """7 of caller user c7."""
    return int(user[1:]) if user[1:].isdigit() else 0


class Dialog:
    """One leg of a call at a phone: what caller and agent have in common."""

    def __init__(self, phone, call_id, tag, media, allow):
        self.phone = phone
        self.call_id = call_id
        self.media = media
        self.ended = False
        self._tag = tag
        self._allow = allow
        self._local = self._remote = ""
        self._remote_target = ""
        self._route = []  # proxies that stay in the dialog, RFC 3261 §12.1
        self._cseq = 0
        self._version = 0
        self._their_cseq = 0
        self._accepted = {}  # INVITEs answered 200, by CSeq number, for their ACKs
        self._timers = []
        phone.dialogs[call_id] = self

    @property
    def contact(self):
        return f"sip:{self._tag}@{self.phone.here}"

    def later(self, seconds, act):
        self._timers.append(self.phone.loop.call_later(seconds, act))

    def headers(self, method, branch, cseq=None):
        return [self.phone.via(branch), ("max-forwards", "70"), ("from", self._local), ("to", self._remote), ("call-id", self.call_id),
                ("cseq", f"{cseq or self._cseq} {method}"), ("contact", f"<{self.contact}>"), self._allow,
                *(("route", value) for value in self._route)]

    @property
    def next_hop(self):
        """The first proxy, each of which is a loose router (§12.2.1.1), else the other side."""
        return sip.host_of(sip.uri_of(self._route[0]) if self._route else self._remote_target)

    def body(self):
        self._version += 1
        return sip.description(*self.media, self._version)

    def answer(self, transaction, request, code, body=""):
        transaction.respond(sip.response(request, code, tag=self._tag, contact=self.contact, body=body, extra=[self._allow]))

    def accept(self, transaction, request):
        """200 with a description; repeated until the ACK comes, after 64*T1 the dialog is ended (RFC 3261 §13.3.1.4)."""
        self._accepted[request.cseq[0]] = transaction
        transaction.on_no_ack = lambda: None if self.ended else self.hang_up("no ACK")
        self.answer(transaction, request, 200, self.body())
        if request.body:
            self.hears(sip.media_of(request.body))

    def on_ack(self, request):
        if request.cseq[0] in self._accepted:
            self._accepted[request.cseq[0]].acknowledge()
        if request.body:
            self.hears(sip.media_of(request.body))

    def on_request(self, transaction, request):
        if request.method == "CANCEL":
            self.on_cancel(transaction, request)
            return
        if request.cseq[0] < self._their_cseq:
            self.answer(transaction, request, 500)  # out of order, §12.2.2
            return
        self._their_cseq = request.cseq[0]
        if request.method == "INVITE" and not self.ended:
            self.accept(transaction, request)
        elif request.method == "BYE" and not self.ended:
            self.answer(transaction, request, 200)
            self.end()
        elif request.method in ("OPTIONS", "UPDATE") and not self.ended:
            self.answer(transaction, request, 200, self.body() if request.body else "")
        else:
            self.answer(transaction, request, 481)

    def on_cancel(self, transaction, request):
        self.answer(transaction, request, 200 if self.phone.invite_of(request) else 481)

    def hears(self, media):
        """The other side's media address became known or changed."""

    def hang_up(self, guard=""):
        if self.ended:
            return
        self._cseq += 1
        headers = self.headers("BYE", self.phone.branch()) + ([(GUARD_HEADER, guard)] if guard else [])
        request = sip.Message("BYE", self._remote_target, headers=headers)
        self.end()
        self.phone.request(request, lambda message: None, lambda: None, self.next_hop)

    def end(self):
        """The phone no longer believes in the call. Unknown requests are then answered 481."""
        self.ended = True
        self.phone.dialogs.pop(self.call_id, None)
        for timer in self._timers:
            timer.cancel()


class Caller(Dialog):
    """A call to a number. patience: seconds after which the caller gives up if no agent is there, None: never."""

    def __init__(self, phone, number, target, media, patience, talk, is_agent, on_end):
        allow = transactions.ALLOW if number % 3 else ALLOW_WITHOUT_UPDATE
        super().__init__(phone, f"caller-{number}@{phone.port.local[0]}", f"c{number}", media, allow)
        self.number = number
        self.connected = False
        self._target = target
        self._talk = talk
        self._is_agent = is_agent
        self._on_end = on_end
        self._wants_out = self._cancelled = False
        self._acks = {}
        self._local = f"<sip:c{number}@{phone.here}>;tag=c{number}"
        self._remote = f"<{target}>"
        self._remote_target = target
        self._cseq = 1
        headers = self.headers("INVITE", phone.branch()) + [("content-type", "application/sdp")]
        self._invite = phone.request(sip.Message("INVITE", target, headers=headers, body=self.body()), self._on_response, self.end)
        if patience is not None:
            self.later(patience, self.give_up)

    def give_up(self):
        """Before an answer CANCEL, and that only once a provisional came (§9.1); after one BYE."""
        if self.ended or self.connected:
            return
        self._wants_out = True
        if self._invite.answered:
            self.hang_up()
        elif self._invite.provisional:
            self._cancel()

    def _cancel(self):
        if not self._cancelled:
            self._cancelled = True
            self.phone.cancel(self._invite)

    def hears(self, media):
        if media and self._is_agent(media) and not self.connected:
            self.connected = True
            side = side_that_hangs_up(self.number)
            if side == "agent":
                self.later(GUARD_SECONDS, lambda: self.hang_up("agent's BYE never came"))
            else:
                self.later(self._talk, self.hang_up)

    def end(self):
        if not self.ended:
            super().end()
            self._on_end(self)

    def _on_response(self, message):
        if message.code < 200:
            if self._wants_out:
                self._cancel()
            return
        if message.code >= 300:
            self.end()
            return
        cseq = message.cseq[0]
        if cseq in self._acks:
            self.phone.port.send(*self._acks[cseq])
            return
        self._remote = message.get("to")
        self._remote_target = sip.uri_of(message.get("contact")) or self._target
        self._route = message.all("record-route")[::-1]
        ack = sip.Message("ACK", self._remote_target, headers=self.headers("ACK", self.phone.branch(), cseq))
        self._acks[cseq] = ack.encode(), self.next_hop
        self.phone.port.send(*self._acks[cseq])
        self.hears(sip.media_of(message.body))
        if self._wants_out:
            self.hang_up()  # its CANCEL came too late, or could not be sent


class AgentLeg(Dialog):
    """A call that rings at an agent's phone. plan: (what, after seconds, talk seconds)."""

    def __init__(self, phone, transaction, request, media, plan, number):
        super().__init__(phone, request.call_id, f"a{media[1]}", media, transactions.ALLOW if number % 3 else ALLOW_WITHOUT_UPDATE)
        self.invite = transaction
        self._their_cseq = request.cseq[0]
        self._request = request
        self._number = number
        self._talk = plan[2]
        self._remote = request.get("from")
        self._local = f"{request.get('to')};tag={self._tag}"
        self._remote_target = sip.uri_of(request.get("contact"))
        self._route = request.all("record-route")
        self.answer(transaction, request, 180)
        self.later(float(request.get("expires") or GUARD_SECONDS), self._stop_ringing)
        if plan[0] == "answer":
            self.later(plan[1], self._answer)
        elif plan[0] != "ignore":
            self.later(plan[1], lambda: self._refuse(int(plan[0])))

    def _answer(self):
        if not self.invite.final:
            for timer in self._timers:
                timer.cancel()
            self.accept(self.invite, self._request)

    def on_ack(self, request):
        super().on_ack(request)
        if self._number < 0:
            return
        side, self._number = side_that_hangs_up(self._number), -1
        if side == "caller":
            self.later(GUARD_SECONDS, lambda: self.hang_up("caller's BYE never came"))
        else:
            self.later(self._talk, self.hang_up)

    def _refuse(self, code, extra=()):
        if not self.invite.final:
            self.invite.respond(sip.response(self._request, code, tag=self._tag, contact=self.contact, extra=list(extra)))
            self.end()

    def _stop_ringing(self):
        self._refuse(480, [(GUARD_HEADER, EXPIRED)])

    def on_cancel(self, transaction, request):
        super().on_cancel(transaction, request)
        if self.phone.invite_of(request) is self.invite:
            self._refuse(487)


class Agent:
    """An agent's phone with one line: registers, renews, and takes calls as draw() plans them."""

    def __init__(self, phone, user, password, realm, contact_port_range, draw):
        self.registered = phone.loop.create_future()
        self._phone = phone
        self._user = user
        self._password = password
        self._realm = realm
        self._ports = contact_port_range
        self._port = contact_port_range[0]
        self._draw = draw
        self._cseq = 0
        self._leg = None
        self._timer = None
        self._stopped = False
        phone.on_invite = self._on_invite

    def register(self, challenge=""):
        """Registers for a minute, and again after a planned time; anew at once when nobody answered (timer F)."""
        self._cseq += 1
        uri = f"sip:{self._realm}"
        headers = [self._phone.via(self._phone.branch()), ("max-forwards", "70"), ("from", f"<sip:{self._user}@{self._realm}>;tag=r{self._user}"),
                   ("to", f"<sip:{self._user}@{self._realm}>"), ("call-id", f"register-{self._user}@{self._realm}"), ("cseq", f"{self._cseq} REGISTER"),
                   ("contact", f"<sip:{self._user}@{self._phone.here}>"), ("expires", "60")]
        if challenge:
            headers.append(("authorization", sip.digest(challenge, self._user, self._password, "REGISTER", uri)))
        self._phone.request(sip.Message("REGISTER", uri, headers=headers), lambda message: self._on_response(message, bool(challenge)), self.register)

    def stop(self):
        """Renews no more."""
        self._stopped = True
        if self._timer:
            self._timer.cancel()

    def _on_response(self, message, tried):
        if message.code == 401 and (not tried or "stale=true" in message.get("www-authenticate").lower()):
            self.register(message.get("www-authenticate"))
        elif message.code >= 200:
            if message.code == 200 and not self.registered.done():
                self.registered.set_result(None)
            if self._stopped:
                return
            self._timer = self._phone.loop.call_later(self._draw.renewal() if message.code == 200 else 1.0, self.register)

    def _on_invite(self, transaction, request):
        if self._leg and not self._leg.ended:
            transaction.respond(sip.response(request, 486, tag="busy"))
            return
        self._port = self._port + 2 if self._port + 2 < self._ports[1] else self._ports[0]
        number = number_of(sip.user_of(request.get("from")))
        media = self._phone.port.local[0], self._port
        self._leg = AgentLeg(self._phone, transaction, request, media, self._draw.offer(), number)
