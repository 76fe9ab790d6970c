"""The program under test: started, killed, started again on the same data."""

import asyncio
import json
import os
import signal
import urllib.request

START_SECONDS = 60
STOP_SECONDS = 10
LIVE = ("routing_calls", "routing_sip_calls_live", "routing_sip_calls_on_hold", "routing_sip_calls_connected", "routing_sip_dialogs_live", "routing_sip_live",
        "routing_sip_timers_live", "routing_rtp_ports_used", "routing_rtp_streams_playing", "routing_queue_waiting", "routing_queue_talking",
        "routing_effects_unacknowledged", "routing_dead_letters_total")


class Server:
    """One program on one data folder. What it says goes to log."""

    def __init__(self, binary, options, log):
        self.lives = 0
        self.exits = []  # of processes that ended without being killed
        self._command = [binary, *options]
        self._log = open(log, "ab")
        self._process = None
        self._ready = None
        self._reader = None
        self._killed = False

    async def start(self):
        """Starts the process; ready() waits for it."""
        self.lives += 1
        self._killed = False
        self._log.write(f"--- life {self.lives}\n".encode())
        self._process = await asyncio.create_subprocess_exec(*self._command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)
        self._ready = asyncio.get_running_loop().create_future()
        self._reader = asyncio.create_task(self._read(self._process, self._ready))

    async def ready(self):
        """Until the program says that it takes calls; throws when it ended instead."""
        await asyncio.wait_for(asyncio.shield(self._ready), START_SECONDS)

    def kill(self):
        """SIGKILL, now."""
        if self._process.returncode is None:
            self._killed = True
            os.kill(self._process.pid, signal.SIGKILL)

    async def ended(self):
        """The process is gone, and so are its sockets."""
        await self._process.wait()
        await self._reader

    async def stop(self):
        """SIGTERM; the exit code."""
        if self._process.returncode is None:
            self._killed = True
            self._process.terminate()
            try:
                await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
            except asyncio.TimeoutError:
                self._process.kill()
        await self.ended()
        self._log.close()
        return self._process.returncode

    async def _read(self, process, ready):
        async for line in process.stdout:
            self._log.write(line)
            if line.startswith(b"Ready.") and not ready.done():
                ready.set_result(None)
        code = await process.wait()
        if not self._killed:
            self.exits.append(code)
        if not ready.done():
            ready.set_exception(RuntimeError(f"the program ended with {code} before it was ready"))
            ready.exception()  # a kill during the start is no surprise to those who do not wait


class Figures:
    """What the program says of itself: /metrics and REST."""

    def __init__(self, address, key):
        self._address = address
        self._key = key

    def get(self, path):
        request = urllib.request.Request(f"http://{self._address}{path}", headers={"Authorization": f"Bearer {self._key}"})
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.read().decode()

    def summary_of(self, domain):
        return json.loads(self.get(f"/api/v1/domains/{domain}/summary"))

    def agents_of(self, domain):
        return json.loads(self.get(f"/api/v1/domains/{domain}/agents?limit=1000"))["items"]

    def live(self, names=LIVE):
        """Gauges of live objects that are not zero, by name."""
        found = {}
        for line in self.get("/metrics").splitlines():
            name, _, value = line.rpartition(" ")
            if name.partition("{")[0] in names and float(value):
                found[name] = float(value)
        return found
