"""A primary of PostgreSQL and two standbys, of which one must confirm each commit (ANY 1), as processes of this one's own on sockets below a folder.

A promotion is what an operator's tool does: fence the old primary (every process of it is killed, and that they are gone is seen), promote the standby that has received more, bring the
old one back as a standby of the new one from a fresh copy. Whoever follows finds the new primary by a connection that names all three."""

import asyncio
import glob
import os
import shutil
import signal

NOBODY = 65534  # the server refuses to run as root
START_SECONDS = 120.0
LOOK_SECONDS = 0.02
SETTINGS = ("listen_addresses=", "max_connections=200", "max_wal_senders=8", "hot_standby=on", "wal_receiver_status_interval=1s", "wal_retrieve_retry_interval=100ms")


def newest_binaries():
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[4]))
    if not found:
        raise RuntimeError("PostgreSQL is not installed: apt-get install postgresql")
    return found[-1]


class Databases:
    """pg-1 is the first primary."""

    def __init__(self, folder, count=3):
        self._folder = os.path.realpath(folder)
        self._binaries = newest_binaries()
        self._names = [f"pg-{number + 1}" for number in range(count)]
        self._processes = {}
        self._log = None
        self.primary = self._names[0]

    @property
    def hosts(self):
        return ",".join(self._socket(name) for name in self._names)

    @property
    def store(self):
        """What a silo is given."""
        return f"postgres:Host={self.hosts};Username=postgres;Database=postgres;Target Session Attributes=read-write"

    async def start(self):
        shutil.rmtree(self._folder, ignore_errors=True)
        os.makedirs(self._folder)
        self._own(self._folder)
        self._log = open(os.path.join(os.path.dirname(self._folder), "databases.log"), "ab")
        self._make(self.primary)
        await self._run("initdb", "-D", self._data(self.primary), "-U", "postgres", "--auth=trust", "--no-locale", "-E", "UTF8")
        await self._launch(self.primary)
        for name in self._names[1:]:
            await self._copy(name)

    async def restart(self):
        """The primary, as after a crash."""
        process = self._processes[self.primary]
        process.send_signal(signal.SIGQUIT)
        await process.wait()
        await self._launch(self.primary)

    async def promote(self, frozen_seconds=0.0):
        """A standby in the primary's place; when the primary is frozen first, it is fenced while it is."""
        old = self.primary
        processes = self._family(old)
        if frozen_seconds:
            self._send(processes, signal.SIGSTOP)
            await asyncio.sleep(frozen_seconds)
        await self._fence(old)
        self.primary = await self._most_advanced(old)
        await self._ask(self.primary, "SELECT pg_promote()")
        self._send(processes, signal.SIGCONT)  # a frozen one that wakes: nobody is there
        return old

    async def bring_back(self, name):
        """A fenced one as a standby of whoever is primary now, from a fresh copy: its own files may hold what nobody confirmed."""
        await self._copy(name)

    async def confirmed(self):
        """Until all standbys follow: only then may the next one be lost."""
        async with asyncio.timeout(START_SECONDS):
            while await self._ask(self.primary, "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'") != str(len(self._names) - 1):
                await asyncio.sleep(LOOK_SECONDS)

    async def stop(self):
        for name, process in self._processes.items():
            if process.returncode is None:
                self._send(self._family(name), signal.SIGCONT)
                process.send_signal(signal.SIGQUIT)
                await process.wait()
        if self._log:
            self._log.close()

    async def _fence(self, name):
        """Stopped first, it starts no further processes; then all are killed, frozen ones too, and waited for."""
        process = self._processes[name]
        self._send([process.pid], signal.SIGSTOP)
        children = self._family(name)[1:]
        self._send([*children, process.pid], signal.SIGKILL)
        await process.wait()
        while any(os.path.exists(f"/proc/{pid}") for pid in children):
            await asyncio.sleep(0.001)

    async def _most_advanced(self, old):
        """Of those left: a commit that was confirmed is on one of them, not on each."""
        received = {}
        for name in self._names:
            if name != old:
                while await self._ask(name, "SELECT count(*) FROM pg_stat_wal_receiver WHERE status = 'streaming'") != "0":
                    await asyncio.sleep(0.001)
                received[name] = int(await self._ask(name, "SELECT pg_wal_lsn_diff(pg_last_wal_receive_lsn(), '0/0')::bigint"))
        return max(received, key=received.get)

    async def _copy(self, name):
        shutil.rmtree(os.path.join(self._folder, name), ignore_errors=True)
        self._make(name)
        await self._run("pg_basebackup", "-D", self._data(name), "-h", self._socket(self.primary), "-U", "postgres", "--checkpoint=fast", "--no-sync")
        open(os.path.join(self._data(name), "standby.signal"), "wb").close()
        await self._launch(name)

    async def _launch(self, name):
        follow = f"primary_conninfo=host={self.hosts} user=postgres application_name={name} target_session_attrs=read-write"
        confirm = f"synchronous_standby_names=ANY 1 ({', '.join(chr(34) + other + chr(34) for other in self._names)})"
        settings = [word for setting in (*SETTINGS, f"unix_socket_directories={self._socket(name)}", follow, confirm) for word in ("-c", setting)]
        self._processes[name] = await asyncio.create_subprocess_exec(
            os.path.join(self._binaries, "postgres"), "-D", self._data(name), *settings, stdin=asyncio.subprocess.DEVNULL, stdout=self._log, stderr=self._log, **self._as_nobody())
        async with asyncio.timeout(START_SECONDS):
            while await self._try_ask(name, "SELECT 1") != "1":
                if self._processes[name].returncode is not None:
                    raise RuntimeError(f"{name} ended while it started: see databases.log")
                await asyncio.sleep(LOOK_SECONDS)

    async def _ask(self, name, sql):
        answer = await self._try_ask(name, sql)
        if answer is None:
            raise RuntimeError(f"{name} does not answer: {sql}")
        return answer

    async def _try_ask(self, name, sql):
        process = await asyncio.create_subprocess_exec(
            os.path.join(self._binaries, "psql"), "-h", self._socket(name), "-U", "postgres", "-XAtc", sql, stdout=asyncio.subprocess.PIPE, stderr=self._log)
        output, _ = await process.communicate()
        return output.decode().strip() if process.returncode == 0 else None

    async def _run(self, program, *arguments):
        process = await asyncio.create_subprocess_exec(os.path.join(self._binaries, program), *arguments, stdout=self._log, stderr=self._log, cwd="/", **self._as_nobody())
        if await process.wait() != 0:
            raise RuntimeError(f"{program} failed: see databases.log")

    def _family(self, name):
        """The server's first process and those that it started, which each lead a session of their own."""
        pid = self._processes[name].pid
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            return [pid, *(int(child) for child in file.read().split())]

    @staticmethod
    def _send(pids, number):
        for pid in pids:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue

    def _make(self, name):
        for path in (os.path.join(self._folder, name), self._socket(name)):
            os.makedirs(path, mode=0o700)
            self._own(path)

    def _data(self, name):
        return os.path.join(self._folder, name, "data")

    def _socket(self, name):
        return os.path.join(self._folder, name, "socket")

    @staticmethod
    def _own(path):
        if os.geteuid() == 0:
            os.chown(path, NOBODY, NOBODY)

    @staticmethod
    def _as_nobody():
        return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
