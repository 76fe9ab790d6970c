#!/usr/bin/env python3
"""Floods a running server with hostile SIP while one honest caller calls all the time, and prints what the caller noticed.

    load-tests/Hostile/flood.py --sip 127.0.0.1:5060 --http 127.0.0.1:8080 --attack register --count 100000

Attacks: register (wrong passwords), invite (calls to numbers that do not exist), noise (what is not SIP), sdp (large descriptions), none (for comparison).
The honest caller sends an INVITE to the number, takes the 200, hangs up, and so on; each of its messages is timed.
"""
import argparse
import hashlib
import re
import socket
import statistics
import threading
import time
import urllib.request

SDP = "v=0\r\no=x 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n"


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


def request(method, local, call, uri, to="", more="", body="", cseq=1, user="mallory"):
    content = "Content-Type: application/sdp\r\n" if body else ""
    return (f"{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {local};branch=z9hG4bK{call}{cseq}{method};rport\r\nMax-Forwards: 70\r\n"
            f"From: <sip:{user}@demo>;tag=m\r\nTo: <{uri}>{to}\r\nCall-ID: {call}\r\nCSeq: {cseq} {method}\r\nContact: <sip:{user}@{local}>\r\n"
            f"{more}{content}Content-Length: {len(body)}\r\n\r\n{body}").encode()


def attack(options, stop, sent):
    server = address(options.sip)
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((options.source, 0))
    sock.settimeout(2)
    local = "%s:%d" % sock.getsockname()
    nonce = ""
    if options.attack == "register":
        sock.sendto(request("REGISTER", local, "first", "sip:demo"), server)
        nonce = re.search(r'nonce="([^"]*)"', sock.recv(65535).decode()).group(1)
    threading.Thread(target=drain, args=(sock, stop), daemon=True).start()
    bomb = SDP + "a=x\r\n" * 5000
    begin = time.monotonic()
    for i in range(options.count):
        if stop.is_set():
            break
        if options.attack == "register":
            user = "alice" if i % 2 else f"nobody{i}"
            response = md5(f"{md5(f'{user}:demo:guess{i}')}:{nonce}:{md5('REGISTER:sip:demo')}")
            more = f'Authorization: Digest username="{user}",realm="demo",nonce="{nonce}",uri="sip:demo",response="{response}"\r\n'
            data = request("REGISTER", local, f"r{i}", "sip:demo", more=more)
        elif options.attack == "invite":
            data = request("INVITE", local, f"i{i}", "sip:nobody@demo", body=SDP)
        elif options.attack == "sdp":
            data = request("INVITE", local, f"s{i}", f"sip:{options.number}@demo", body=bomb)
        else:
            data = bytes((i * 31 + j * 7) & 255 for j in range(200))
        sock.sendto(data, server)
        sent[0] = i + 1
        ahead = i / options.rate - (time.monotonic() - begin)
        if ahead > 0.002:
            time.sleep(ahead)
    sent[1] = time.monotonic() - begin
    stop.set()


def drain(sock, stop):
    while not stop.is_set():
        try:
            sock.recv(65535)
        except socket.timeout:
            pass


def address(text):
    host, port = text.rsplit(":", 1)
    return host, int(port)


def honest(options, stop, times, failures):
    server = address(options.sip)
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((server[0], 0))
    local = "%s:%d" % sock.getsockname()
    uri = f"sip:{options.number}@demo"
    number = 0
    while not stop.is_set():
        number += 1
        call = f"honest{number}x{local}"
        to = exchange(sock, server, request("INVITE", local, call, uri, body=SDP, user="honest"), "INVITE", call, times, failures)
        if to is None:
            continue
        sock.sendto(request("ACK", local, call, uri, to=to, user="honest"), server)
        exchange(sock, server, request("BYE", local, call, uri, to=to, cseq=2, user="honest"), "BYE", call, times, failures)
        time.sleep(0.01)


def exchange(sock, server, data, method, call, times, failures):
    """The To tag of the 200, sent again like a phone does (0.5 s, 1 s, 2 s)."""
    begin = time.monotonic()
    for wait in (0.5, 1, 2, 4):
        sock.sendto(data, server)
        until = time.monotonic() + wait
        while (left := until - time.monotonic()) > 0:
            sock.settimeout(left)
            try:
                text = sock.recv(65535).decode()
            except socket.timeout:
                break
            if f"Call-ID: {call}\r\n" in text and f" {method}\r\n" in text and int(text[8:11]) >= 200:
                times.append((time.monotonic() - begin) * 1000)
                if not text.startswith("SIP/2.0 200"):
                    failures.append(text.split("\r\n")[0])
                    return None
                return re.search(r"\r\nTo: [^\r]*?(;tag=[^\r;]*)", text).group(1)
    failures.append(f"{method}: no answer")
    return None


def metrics(options, names):
    text = urllib.request.urlopen(f"http://{options.http}/metrics", timeout=5).read().decode()
    return [line for line in text.split("\n") if line.startswith(names)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sip", default="127.0.0.1:5060")
    parser.add_argument("--http", default="127.0.0.1:8080")
    parser.add_argument("--number", default="1000")
    parser.add_argument("--source", default="127.0.0.66", help="address of the attacker")
    parser.add_argument("--attack", choices=["register", "invite", "noise", "sdp", "none"], default="register")
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--rate", type=float, default=20_000, help="most messages a second")
    parser.add_argument("--seconds", type=float, default=5, help="length without an attack")
    options = parser.parse_args()
    stop, times, failures, sent = threading.Event(), [], [], [0, options.seconds]
    caller = threading.Thread(target=honest, args=(options, stop, times, failures))
    caller.start()
    if options.attack == "none":
        time.sleep(options.seconds)
        stop.set()
    else:
        attack(options, stop, sent)
    caller.join()
    times.sort()
    print(f"{options.attack}: {sent[0]} messages in {sent[1]:.1f} s ({sent[0] / sent[1]:.0f}/s)")
    print(f"honest caller: {len(times)} exchanges, median {statistics.median(times):.2f} ms, p99 {times[int(len(times) * 0.99)]:.2f} ms, "
          f"max {times[-1]:.2f} ms, failures {len(failures)} {failures[:3]}")
    for line in metrics(options, ("process_resident_memory_bytes", "routing_sip_defence_total", "routing_sip_sources_banned", "routing_sip_network_refused_total",
                                  "routing_sip_faults_total", "routing_sip_live")):
        if not line.endswith(" 0"):
            print("  " + line)


if __name__ == "__main__":
    main()
