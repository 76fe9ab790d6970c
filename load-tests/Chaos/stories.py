"""Records made by hand, for the tests of the ledger."""

import os

import ledger
import pauses
import sip
import wire

SERVER = ("127.0.0.1", 5060)
OTHER = ("127.0.0.9", 5060)  # a second gateway
CALLERS = ("127.0.0.2", 5070)
PHONES = [("127.0.0.11", 5070), ("127.0.0.12", 5070)]
COOL_OFF_SECONDS = 3.0
REPEATS_SECONDS = (0.0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5)  # of an INVITE without a response, RFC 3261 §17.1.1.2


class Story:
    """A record that grows: who sends what when, in seconds."""

    def __init__(self, folder, servers=(SERVER,), lenders=None):
        self._servers = servers
        self._lenders = lenders
        self._realms = {}  # of phones and callers, where there are several domains
        self._path = os.path.join(folder, "packets.pcap")
        self._record = wire.Record(self._path)
        self.mark(0.0, "ready")

    def mark(self, at, text):
        self._record.add(int(at * 1e9), wire.NOWHERE, wire.NOWHERE, text.encode())

    def down(self, start, end, server=None):
        self.mark(start, f"kill {server[0]}" if server else "kill")
        self.mark(end, f"ready {server[0]}" if server else "ready")

    def call(self, number, at, answered_at=None, offsets=(0.0,), server=SERVER, realm="x"):
        """A caller's INVITE; with an answer (180) it stays in."""
        self._realms[number] = realm
        invite = self._invite(f"caller-{number}", number)
        for offset in offsets:
            self._send(at + offset, CALLERS, server, invite)
        if answered_at is not None:
            self._send(answered_at, server, CALLERS, sip.response(invite, 180, tag="s"))

    def cancel(self, number, at):
        invite = self._invite(f"caller-{number}", number)
        self._send(at, CALLERS, SERVER, self._invite(f"caller-{number}", number, "CANCEL"))
        self._send(at + 0.01, SERVER, CALLERS, sip.response(invite, 487, tag="s"))

    def bye(self, number, at, answered_at, code):
        self._send(at, CALLERS, SERVER, self._invite(f"caller-{number}", number, "BYE"))
        self._send(answered_at, SERVER, CALLERS, sip.response(self._invite(f"caller-{number}", number, "BYE"), code))

    def connect(self, call_id, number, phone, at, server=SERVER):
        """The agent picks up, and each side is told of the other's media."""
        invite = self._invite(call_id, number)
        self._send(at, PHONES[phone], server, sip.response(invite, 200, tag="p", body=sip.description(*PHONES[phone], 1)))
        self._send(at + 0.01, server, PHONES[phone], self._invite(call_id, number, "ACK"))
        asked = self._invite(f"caller-{number}", number)
        asked.body = sip.description(*PHONES[phone], 1)
        self._send(at + 0.02, server, CALLERS, asked)
        self._send(at + 0.03, CALLERS, server, sip.response(asked, 200, body=sip.description(*CALLERS, 1)))

    def hang_up(self, call_id, number, phone, at, answered_at, server=SERVER):
        """The agent's side of a call that was picked up ends it."""
        request = self._invite(call_id, number, "BYE")
        self._send(at, PHONES[phone], server, request)
        self._send(answered_at, server, PHONES[phone], sip.response(request, 200))

    def answer(self, number, at):
        self._send(at, SERVER, CALLERS, sip.response(self._invite(f"caller-{number}", number), 200, tag="s"))

    def register(self, phone, at, server=SERVER, realm="x"):
        request = self._invite(f"register-{phone}-{at}", phone, "REGISTER", realm)
        self._send(at, PHONES[phone], server, request)
        self._send(at + 0.01, server, PHONES[phone], sip.response(request, 200, extra=[("contact", "<sip:p@x>;expires=60")]))

    def cancel_ring(self, call_id, number, phone, at):
        invite = self._invite(call_id, number)
        self._send(at, SERVER, PHONES[phone], self._invite(call_id, number, "CANCEL"))
        self._send(at + 0.01, PHONES[phone], SERVER, sip.response(invite, 487, tag="p"))

    def ring(self, number, phone, at, server=SERVER):
        self._send(at, server, PHONES[phone], self._invite(f"ring-{number}-{phone}-{int(at)}", number))
        return f"ring-{number}-{phone}-{int(at)}"

    def pick_up(self, call_id, number, phone, at, server=SERVER):
        self._send(at, PHONES[phone], server, sip.response(self._invite(call_id, number), 200, tag="p"))
        self._send(at + 0.01, server, PHONES[phone], self._invite(call_id, number, "ACK"))

    def refuse(self, call_id, number, phone, at, ack_at, server=SERVER):
        invite = self._invite(call_id, number)
        self._send(at, PHONES[phone], server, sip.response(invite, 486, tag="p"))
        if ack_at is not None:
            self._send(ack_at, server, PHONES[phone], self._invite(call_id, number, "ACK"))

    def turn_away(self, number, at, server=SERVER):
        self._send(at, server, CALLERS, sip.response(self._invite(f"caller-{number}", number), 503, tag="s", extra=[("retry-after", "2")]))

    def judged(self, end):
        """What pauses.py does not allow."""
        return pauses.judge(self._path, self.verdict(end), True)[1]

    def verdict(self, end):
        self.mark(end, "end")
        self._record.close()
        return ledger.Ledger(self._path, self._servers, COOL_OFF_SECONDS, self._lenders)

    def _invite(self, call_id, number, method="INVITE", realm=None):
        headers = [("via", f"SIP/2.0/UDP x;branch=z9hG4bK-{call_id}"), ("from", f"<sip:c{number}@x>;tag=c"), ("to", f"<sip:q1@{realm or self._realms.get(number, 'x')}>"),
                   ("call-id", call_id), ("cseq", f"1 {method}")]
        return sip.Message(method, "sip:q1@x", headers=headers)

    def _send(self, at, source, target, message):
        self._record.add(int(at * 1e9), source, target, message.encode())
