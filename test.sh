#!/usr/bin/env bash
# Builds everything and runs every test, real phones and a real browser included. Needs root on Debian (it installs what is missing and
# captures packets), the .NET 10 SDK and Node 20. Ends in one line: N passed, N failed, N skipped. Results and logs: out/tests.
set -uo pipefail
cd "$(dirname "$0")" || exit 2

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "test.sh needs root on Debian: it installs phones, a proxy and a browser with apt-get and captures packets." >&2
  exit 2
fi
for tool in dotnet node npm; do
  command -v "$tool" >/dev/null || { echo "test.sh needs $tool: install the .NET 10 SDK and Node 20 or newer." >&2; exit 2; }
done

export DEBIAN_FRONTEND=noninteractive DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDTERMINALLOGGER=off
readonly CONFIGURATION=Release PROJECT_TIMEOUT_SECONDS=600 LONG_PROJECT_TIMEOUT_SECONDS=900
readonly RESULTS="$PWD/out/tests"
rm -rf "$RESULTS"; mkdir -p "$RESULTS"

# command package, one pair a line: what the tests call and what brings it.
readonly TOOLS="sipp sip-tester
baresip baresip-core
kamailio kamailio
linphone-daemon linphone-cli
tcpdump tcpdump
promtool prometheus
systemd-analyze systemd
chromium chromium
ffmpeg ffmpeg
python3 python3
ip iproute2
unshare util-linux"

install_tools() {
  local missing="" command package attempt
  while read -r command package; do
    command -v "$command" >/dev/null || missing="$missing $package"
  done <<< "$TOOLS"
  # Debian keeps the server's binaries out of the path. The tests start servers of their own: the package shall not start one.
  if ! ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1; then
    missing="$missing postgresql"
    mkdir -p /etc/postgresql-common && echo "create_main_cluster = false" >> /etc/postgresql-common/createcluster.conf
  fi
  [ -z "$missing" ] && return 0
  for attempt in 1 2 3; do
    echo "installing$missing (attempt $attempt)"
    # A half-done installation or an archive removed beside us is mended by trying again.
    dpkg --configure -a >> "$RESULTS/apt.log" 2>&1
    apt-get -o DPkg::Lock::Timeout=400 -o Acquire::Retries=3 update -qq >> "$RESULTS/apt.log" 2>&1
    # shellcheck disable=SC2086
    apt-get -o DPkg::Lock::Timeout=400 -o Acquire::Retries=3 install -y --no-install-recommends $missing >> "$RESULTS/apt.log" 2>&1 && return 0
    # The lock of the package lists has no time-out, and a mirror that fails fails for a while.
    [ "$attempt" = 3 ] || sleep $((attempt * 15))
  done
  tail -n 20 "$RESULTS/apt.log" >&2
  echo "could not install$missing: see out/tests/apt.log" >&2
  return 1
}

fail_before_tests() { echo "$1" >&2; echo "0 passed, 1 failed, 0 skipped"; exit 1; }

# A namespace of one's own: every port is free, nothing can leave, parallel runs never collide. Where it is not allowed, the plain machine.
if unshare --net true 2>/dev/null && command -v ip >/dev/null; then
  isolated() { unshare --net bash -c 'ip link set lo up && exec "$@"' isolated "$@"; }
else
  isolated() { "$@"; }
fi

run_project() {
  local project="$1" seconds="$2" name started=$SECONDS
  name="$(basename "$project" .csproj)"
  isolated timeout --kill-after=20 "$seconds" dotnet test "$project" --configuration "$CONFIGURATION" --no-build \
    --logger "trx;LogFileName=$name.trx" --results-directory "$RESULTS" > "$RESULTS/$name.log" 2>&1
  local code=$?
  echo "$code" > "$RESULTS/$name.exit"
  echo "$name: $(summary_of "$name") in $((SECONDS - started)) s"
}

# Sums the counters of one trx file: "passed failed skipped". A run that left none, or that failed without a failed test, counts as one failure.
counts_of() {
  local name="$1" trx="$RESULTS/$1.trx" counters total passed failed
  if [ ! -f "$trx" ]; then echo "0 1 0"; return; fi
  counters="$(grep -o '<Counters [^>]*>' "$trx" | head -n 1)"
  number() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<< "$counters"; }
  total="$(number total)"; passed="$(number passed)"; failed="$(number failed)"
  if [ "$failed" = 0 ] && [ "$(cat "$RESULTS/$name.exit")" != 0 ]; then failed=1; fi
  [ "${total:-0}" = 0 ] && { echo "0 1 0"; return; }
  local skipped=$((total - passed - $(number failed)))
  echo "$passed $failed $skipped"
}

summary_of() {
  local passed failed skipped
  read -r passed failed skipped <<< "$(counts_of "$1")"
  echo "passed $passed, failed $failed, skipped $skipped"
}

install_tools || fail_before_tests "the tools for the tests could not be installed"
for attempt in 1 2 3; do
  dotnet restore Routing.sln > "$RESULTS/restore.log" 2>&1 && break
  [ "$attempt" = 3 ] && { tail -n 20 "$RESULTS/restore.log"; fail_before_tests "dotnet restore failed: see out/tests/restore.log"; }
  sleep $((attempt * 10))
done
dotnet build Routing.sln --configuration "$CONFIGURATION" --no-restore -v quiet > "$RESULTS/build.log" 2>&1 ||
  { grep -E ' error |error MSB' "$RESULTS/build.log" | sort -u | head -n 30; fail_before_tests "the build failed: see out/tests/build.log"; }
echo "built in $SECONDS s"

mapfile -t projects < <(grep -l 'Microsoft.NET.Test.Sdk' tests/*/*.csproj)
# Tests that measure time by real phones have the machine to themselves; the others share it, two at a time.
together=() alone=()
for project in "${projects[@]}"; do
  case "$project" in
    tests/EndToEnd/*) alone+=("$project") ;;
    *) together+=("$project") ;;
  esac
done
for project in "${together[@]}"; do
  while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n; done
  run_project "$project" "$PROJECT_TIMEOUT_SECONDS" &
done
wait
for project in "${alone[@]}"; do
  run_project "$project" "$LONG_PROJECT_TIMEOUT_SECONDS"
done

all_passed=0 all_failed=0 all_skipped=0
for project in "${projects[@]}"; do
  name="$(basename "$project" .csproj)"
  read -r passed failed skipped <<< "$(counts_of "$name")"
  if [ "$failed" != 0 ]; then
    echo "--- $name: out/tests/$name.log"
    { grep -A 30 -E '^ *Failed |\[FAIL\]|error|aborted|Timeout' "$RESULTS/$name.log" || tail -n 20 "$RESULTS/$name.log"; } | head -n 60
  fi
  all_passed=$((all_passed + passed)); all_failed=$((all_failed + failed)); all_skipped=$((all_skipped + skipped))
done
echo "all of it in $SECONDS s"
echo "$all_passed passed, $all_failed failed, $all_skipped skipped"
[ "$all_failed" = 0 ] && [ "$all_passed" != 0 ]
