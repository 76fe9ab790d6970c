#!/usr/bin/env bash
# A whole cluster on one machine, to try and to test: PostgreSQL, silos and gateways as processes of their own, on loopback addresses of their own.
#
#   deploy/local-cluster.sh start            # builds nothing: dotnet build -c Release src/Silo comes first
#   deploy/local-cluster.sh status           # exit code 0 when everything is ready, 1 when not
#   deploy/local-cluster.sh kill silo-2      # SIGKILL; --signal TERM, STOP, CONT … for others
#   deploy/local-cluster.sh restart silo-2   # starts what is dead; what lives is asked to end first
#   deploy/local-cluster.sh stop             # --clean removes the data too
#
# Nothing is touched that it did not start: a process counts as its own when the id and the start time match those that were written down.
set -uo pipefail

# What is exported for other processes of the program is not for these.
unset "${!ROUTING_@}"

readonly PROGRAM=local-cluster
readonly MARK=.routing-local-cluster
readonly LINK_PORT=7000 HTTP_PORT=8080 SIP_PORT=5060
# The user of PostgreSQL when this runs as root, which the server refuses.
readonly POSTGRES_USER_ID="${POSTGRES_USER_ID:-65534}"

folder="${TMPDIR:-/tmp}/routing-cluster" net=127.60.0 silos=3 gateways=2 binary="" config="" store="" seconds=60 signal=KILL clean=no
command="" name=""

usage() {
  cat <<TEXT
usage: deploy/local-cluster.sh start|status|kill NAME|restart NAME|stop [options]

  --folder DIR      data, logs and what runs; default $folder
  --silos N         1 to 9, default $silos           } of the first start in a folder;
  --gateways N      1 to 9, default $gateways           } later ones keep them
  --net A.B.C       first three bytes of all addresses, default $net: silo-N has .1N, gateway-N has .2N
  --binary FILE     the program; default out/routing, else what was built last below src/Silo/bin; with restart: of that process only
  --config FILE     a domain, file or folder; repeatable, all silos get all; default deploy/demo.yaml
  --store STORE     postgres:Host=…;… of servers that run already; without it one of its own is started
  --seconds N       how long a start may take, default $seconds
  --signal NAME     what kill sends, default $signal
  --clean           stop removes the folder

NAME is postgres, silo-1 …, gateway-1 …
TEXT
}

fail() { echo "$PROGRAM: $1" >&2; exit "${2:-2}"; }

parse() {
  [ $# -gt 0 ] || { usage >&2; exit 2; }
  while [ $# -gt 0 ]; do
    case "$1" in
      --folder | --silos | --gateways | --net | --binary | --config | --store | --seconds | --signal)
        [ $# -ge 2 ] || fail "$1 needs a value; see --help"
        # Several configurations, one a line.
        if [ "$1" = --config ] && is_given config; then config="$config"$'\n'"$2"; else printf -v "${1#--}" '%s' "$2"; fi
        given="$given ${1#--}"
        shift
        ;;
      --clean) clean=yes ;;
      -h | --help) usage; exit 0 ;;
      -*) fail "there is no option $1; see --help" ;;
      *)
        if [ -z "$command" ]; then command="$1"; elif [ -z "$name" ]; then name="$1"; else fail "'$1' is too much; see --help"; fi
        ;;
    esac
    shift
  done
}

given=""
is_given() { case " $given " in *" $1 "*) return 0 ;; *) return 1 ;; esac; }

# --- what belongs to the cluster -------------------------------------------------------------------------------------------------------

names() {
  [ -n "$store" ] || echo postgres
  local i
  for ((i = 1; i <= silos; i++)); do echo "silo-$i"; done
  for ((i = 1; i <= gateways; i++)); do echo "gateway-$i"; done
}

known_name() {
  [ -n "$name" ] || fail "$command needs a NAME: $(names | paste -sd' ')"
  # No pipe into grep -q: it ends at the first match, and who still writes into it fails the whole pipe.
  [[ $'\n'$(names)$'\n' == *$'\n'"$name"$'\n'* ]] || fail "there is no '$name' in this cluster; it has $(names | paste -sd' ')"
}

# What --store says; without one that was given it is the server that was started here.
store_of() { echo "${store:-postgres:Host=$folder/postgres/socket;Username=postgres;Database=postgres}"; }

# For "routing cluster". A store that was given may have a password in it: who gave it knows it.
hints() {
  if [ -z "$store" ]; then echo "  export ROUTING_STORE='$(store_of)'"; else echo "  ROUTING_STORE: as --store was given"; fi
  echo "  $binary cluster list"
}

address_of() {
  case "$1" in
    silo-*) echo "$net.1${1#silo-}" ;;
    gateway-*) echo "$net.2${1#gateway-}" ;;
  esac
}

# The settings of the first start are kept: later commands need only the folder.
load_settings() {
  [ -f "$folder/$MARK" ] || return 1
  local key value
  local keeps=no
  if is_given config && [ "$command" = start ]; then keeps=yes; else config=""; fi
  while IFS='=' read -r key value; do
    case "$key" in
      config)
        [ "$keeps" = yes ] || config="${config:+$config$'\n'}$value"
        ;;
      silos | gateways | net | binary | store)
        # Another program for one process: how releases are exchanged.
        is_given "$key" && [ "$command" = restart ] && [ "$key" = binary ] && continue
        if is_given "$key" && [ "$command" = start ] && [ "$value" != "${!key}" ]; then
          case "$key" in
            binary | store) continue ;;
            *) any_alive && fail "$folder has a cluster with $key=$value that runs; stop it first, or choose another --folder" ;;
          esac
          continue
        fi
        printf -v "$key" '%s' "$value"
        ;;
    esac
  done < "$folder/$MARK"
}

save_settings() {
  printf '%s\n' "silos=$silos" "gateways=$gateways" "net=$net" "config=${config//$'\n'/$'\nconfig='}" "binary=$binary" "store=$store" > "$folder/$MARK.new" && mv "$folder/$MARK.new" "$folder/$MARK" ||
    fail "$folder cannot be written"
}

check_settings() {
  [[ "$silos" =~ ^[1-9]$ ]] || fail "--silos $silos is not a number from 1 to 9"
  [[ "$gateways" =~ ^[1-9]$ ]] || fail "--gateways $gateways is not a number from 1 to 9"
  [[ "$seconds" =~ ^[1-9][0-9]*$ ]] || fail "--seconds $seconds is not a number"
  [[ "$net" =~ ^127(\.[0-9]{1,3}){2}$ ]] || fail "--net $net is not 127.B.C: a local cluster stays on loopback"
  local file
  while IFS= read -r file; do [ -e "$file" ] || fail "--config: there is no file $file"; done <<< "$config"
  [ -x "$binary" ] || fail "--binary: $binary cannot be run; build it with: dotnet build -c Release src/Silo"
}

find_defaults() {
  local root
  root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
  : "${config:=$root/deploy/demo.yaml}"
  if [ -z "$binary" ]; then
    # shellcheck disable=SC2012
    binary="$(ls -t "$root/out/routing" "$root"/src/Silo/bin/*/net*/routing 2>/dev/null | head -n 1)"
    [ -n "$binary" ] || fail "the program is not built yet: dotnet build -c Release src/Silo"
  fi
  config="$(while IFS= read -r file; do realpath -- "$file"; done <<< "$config")" binary="$(realpath -- "$binary")"
}

# --- processes -------------------------------------------------------------------------------------------------------------------------

# Clock ticks from boot to the start of a process: with its id it names a process for good. The name in field 2 may hold blanks and brackets.
start_time_of() {
  local stat
  { stat="$(< "/proc/$1/stat")"; } 2>/dev/null || return 1
  # shellcheck disable=SC2086
  set -- ${stat##*) }
  [ "$1" != Z ] && echo "${20}"
}

pid_of() {
  local pid started
  [ -f "$folder/run/$1.pid" ] && read -r pid started < "$folder/run/$1.pid" && [ -n "$started" ] && [ "$(start_time_of "$pid")" = "$started" ] && echo "$pid"
}

any_alive() {
  local file
  for file in "$folder"/run/*.pid; do
    [ -f "$file" ] && [ -n "$(pid_of "$(basename "$file" .pid)")" ] && return 0
  done
  return 1
}

# Starts a program that outlives this script and its terminal, and writes down which process it is; run/NAME.exit has its exit code once it ended.
launch() {
  local who="$1" pid watch
  shift
  rm -f "$folder/run/$who".{child,exit}
  # shellcheck disable=SC2016
  setsid -- bash -c '"${@:2}" & echo "$!" > "$1.child"; wait "$!"; { echo "$?" > "$1.exit"; } 2> /dev/null' "watch-$who" "$folder/run/$who" "$@" < /dev/null >> "$folder/log/$who.log" 2>&1 9>&- &
  watch=$!
  disown "$watch"
  echo "$watch $(start_time_of "$watch")" > "$folder/run/$who.watch"
  until [ -s "$folder/run/$who.child" ]; do sleep 0.01; done
  pid="$(< "$folder/run/$who.child")"
  echo "$pid $(start_time_of "$pid")" > "$folder/run/$who.pid"
}

# Until it is gone; after the seconds with SIGKILL. A frozen process must run to end.
end_process() {
  local who="$1" how="$2" wait_seconds="$3" pid i
  pid="$(pid_of "$who")"
  if [ -n "$pid" ]; then
    kill "-$how" "$pid" 2>/dev/null
    kill -CONT "$pid" 2>/dev/null
    for ((i = 0; i < wait_seconds * 20; i++)); do
      [ -n "$(pid_of "$who")" ] || break
      sleep 0.05
    done
    if [ -n "$(pid_of "$who")" ]; then
      echo "$PROGRAM: $who did not end within $wait_seconds s and was killed; log: $folder/log/$who.log" >&2
      kill -KILL "$pid" 2>/dev/null
      while [ -n "$(pid_of "$who")" ]; do sleep 0.05; done
    fi
  fi
  # Who waited for its exit code goes with it.
  local watch started
  if { read -r watch started < "$folder/run/$who.watch"; } 2> /dev/null; then
    while [ -n "$started" ] && [ "$(start_time_of "$watch")" = "$started" ]; do sleep 0.02; done
  fi
  rm -f "$folder/run/$who".{pid,watch}
}

last_words() { tail -n +"$(($(cat "$folder/run/$1.lines" 2>/dev/null || echo 0) + 1))" "$folder/log/$1.log" | grep -v '^$' | tail -n 3 | sed 's/^/  /'; }

# --- PostgreSQL ------------------------------------------------------------------------------------------------------------------------

as_postgres() { if [ "$(id -u)" = 0 ]; then setpriv "--reuid=$POSTGRES_USER_ID" "--regid=$POSTGRES_USER_ID" --clear-groups "$@"; else "$@"; fi; }

postgres_binaries() {
  local found
  found="$(find /usr/lib/postgresql/*/bin -name postgres 2>/dev/null | sort -V | tail -n 1)"
  [ -n "$found" ] || found="$(command -v postgres)" || fail "PostgreSQL is not installed: apt-get install postgresql"
  dirname "$found"
}

start_postgres() {
  local binaries data="$folder/postgres/data" socket="$folder/postgres/socket"
  binaries="$(postgres_binaries)" || exit 2
  if [ ! -f "$data/PG_VERSION" ]; then
    rm -rf "$folder/postgres"
    mkdir -p "$socket" && chmod 700 "$folder/postgres" "$socket"
    [ "$(id -u)" != 0 ] || chown -R "$POSTGRES_USER_ID:$POSTGRES_USER_ID" "$folder/postgres"
    as_postgres test -r "$folder/postgres" ||
      fail "the user of PostgreSQL (id $POSTGRES_USER_ID) cannot enter $folder; choose a --folder below one that everybody may enter, or start this as another user than root"
    # Only who may enter the folder of the socket gets in, so no password is asked for.
    as_postgres "$binaries/initdb" -D "$data" -U postgres --auth=trust --no-locale -E UTF8 > "$folder/log/initdb.log" 2>&1 ||
      fail "initdb failed: $(tail -n 1 "$folder/log/initdb.log"); log: $folder/log/initdb.log"
  fi
  if [ "$(id -u)" = 0 ]; then
    launch postgres setpriv "--reuid=$POSTGRES_USER_ID" "--regid=$POSTGRES_USER_ID" --clear-groups "$binaries/postgres" -D "$data" -k "$socket" -c listen_addresses= -c max_connections=200
  else
    launch postgres "$binaries/postgres" -D "$data" -k "$socket" -c listen_addresses= -c max_connections=200
  fi
}

postgres_ready() { as_postgres "$(postgres_binaries)/pg_isready" -q -h "$folder/postgres/socket" -U postgres -d postgres; }

# --- silos and gateways ----------------------------------------------------------------------------------------------------------------

start_routing() {
  local who="$1" address links=() i
  address="$(address_of "$who")"
  for ((i = 1; i <= silos; i++)); do links+=(--silos "$net.1$i:$LINK_PORT"); done
  local configs=() file
  while IFS= read -r file; do configs+=(--config "$file"); done <<< "$config"
  local common; common=(--name "$who" --cluster-key "$folder/cluster.key" --data "$folder/$who" --http "$address:$HTTP_PORT")
  case "$who" in
    silo-*) launch "$who" "$binary" --role silo "${common[@]}" --link "$address:$LINK_PORT" "${configs[@]}" --store "$(store_of)" ;;
    gateway-*) launch "$who" "$binary" --role gateway "${common[@]}" "${links[@]}" --sip "$address:$SIP_PORT" ;;
  esac
}

# The socket that listens on TCP at an address and a port, by its inode; nothing when nobody does.
listener_at() {
  local at bytes
  IFS=. read -ra bytes <<< "$1"
  printf -v at '%02X%02X%02X%02X:%04X' "${bytes[3]}" "${bytes[2]}" "${bytes[1]}" "${bytes[0]}" "$2"
  awk -v at="$at" '$2 == at && $4 == "0A" { print $10; exit }' /proc/net/tcp
}

# Nobody else may have the addresses of what is about to be started: another cluster would answer for it.
check_free() {
  local address port
  address="$(address_of "$1")"
  for port in "$HTTP_PORT" "$([[ $1 = silo-* ]] && echo "$LINK_PORT" || echo "$SIP_PORT")"; do
    [ -z "$(listener_at "$address" "$port")" ] || fail "address in use: another process listens at $address:$port, which $1 needs; stop it, or choose another --net" 1
  done
}

# The first line and the body of GET /readyz, in one line, if the process itself answers there.
readiness() {
  local answer pid inode
  pid="$(pid_of "$1")" inode="$(listener_at "$(address_of "$1")" "$HTTP_PORT")"
  if [ -z "$pid" ] || [ -z "$inode" ]; then
    echo "no answer"
    return
  elif [[ "$(ls -l "/proc/$pid/fd" 2> /dev/null)" != *"socket:[$inode]"* ]]; then
    echo "address in use: another process answers"
    return
  fi
  answer="$({ exec 3<> "/dev/tcp/$(address_of "$1")/$HTTP_PORT" && printf 'GET /readyz HTTP/1.0\r\nHost: local\r\n\r\n' >&3 && timeout 2 cat <&3; } 2>/dev/null)"
  case "$answer" in
    "HTTP/1.1 200"*) echo ready ;;
    "HTTP/1.1 503"*) echo "$answer" | tail -n 1 ;;
    *) echo "no answer" ;;
  esac
}

is_ready() {
  case "$1" in
    postgres) postgres_ready ;;
    *) [ "$(readiness "$1")" = ready ] ;;
  esac
}

start_one() {
  # Where its words begin in a log that has those of former lives.
  touch "$folder/log/$1.log" && wc -l < "$folder/log/$1.log" > "$folder/run/$1.lines"
  if [ "$1" = postgres ]; then start_postgres; else start_routing "$1"; fi
}

# Waits for each of the given until it is ready; one that ended says why.
await_ready() {
  local who until=$((SECONDS + seconds))
  for who in "$@"; do
    until is_ready "$who"; do
      [ -n "$(pid_of "$who")" ] || fail "$who ended while it started:"$'\n'"$(last_words "$who")"$'\n'"  log: $folder/log/$who.log" 1
      [ $SECONDS -lt $until ] || fail "$who was not ready within $seconds s ($([ "$who" = postgres ] || readiness "$who")); log: $folder/log/$who.log; --seconds N waits longer" 1
      sleep 0.1
    done
  done
}

settle() {
  # Longest name of a socket: 107 bytes, PostgreSQL adds 15.
  [ ${#folder} -le 75 ] || fail "--folder: $folder is too long for a socket of PostgreSQL; at most 75 characters"
  load_settings
  find_defaults
  check_settings
}

# --- commands --------------------------------------------------------------------------------------------------------------------------

start() {
  folder="$(realpath -m -- "$folder")"
  # What a start made that did not get far is no cluster yet, and nobody else's either.
  if [ -e "$folder" ] && [ ! -f "$folder/$MARK" ] &&
    [ -n "$(find "$folder" -mindepth 1 ! -path "$folder/run" ! -path "$folder/log" ! -path "$folder/lock" -print -quit)" ]; then
    fail "$folder is not empty and no folder of a local cluster; choose another --folder"
  fi
  # Looked at before anything is made, and again when nobody else can change it.
  settle
  mkdir -p "$folder/run" "$folder/log" || fail "$folder cannot be made"
  lock
  settle
  # The server's user enters the folder, and sees nothing but its own below.
  chmod 711 "$folder" && chmod 700 "$folder/run" "$folder/log"
  save_settings
  [ -f "$folder/cluster.key" ] || (umask 077 && head -c 32 /dev/urandom | od -An -vtx1 | tr -d ' \n' > "$folder/cluster.key")
  local who started=()
  while read -r who; do
    [ -n "$(pid_of "$who")" ] || check_free "$who"
  done < <(names | grep -v postgres)
  if [ -z "$store" ]; then
    [ -n "$(pid_of postgres)" ] || { start_one postgres; }
    await_ready postgres
  fi
  while read -r who; do
    [ -n "$(pid_of "$who")" ] || { start_one "$who"; started+=("$who"); }
  done < <(names | grep -v postgres)
  # shellcheck disable=SC2046
  await_ready $(names)
  echo "Ready${started:+; started ${started[*]}}. Call sip:1000@$net.21:$SIP_PORT, watch http://$net.21:$HTTP_PORT; data and logs in $folder"
  hints
}

status() {
  local who pid state code=0
  printf '%-10s %-8s %8s  %-22s %s\n' NAME STATE PID HTTP READY
  while read -r who; do
    pid="$(pid_of "$who")"
    local ready="-" http="-"
    [ "$who" = postgres ] || http="$(address_of "$who"):$HTTP_PORT"
    if [ -z "$pid" ]; then
      state=dead code=1
    elif [ "$(sed 's/.*) //' "/proc/$pid/stat" | cut -c1)" = T ]; then
      state=frozen code=1
    else
      state=running
      if [ "$who" = postgres ]; then postgres_ready && ready=ready || ready="no answer"; else ready="$(readiness "$who")"; fi
      [ "$ready" = ready ] || code=1
    fi
    printf '%-10s %-8s %8s  %-22s %s\n' "$who" "$state" "${pid:--}" "$http" "$ready"
  done < <(names)
  hints
  return $code
}

kill_one() {
  known_name
  local pid asked="$signal"
  signal="${signal^^}" && signal="${signal#SIG}"
  # By its name, also when it was given as a number.
  [[ "$signal" =~ ^[0-9]+$ ]] && signal="$(kill -l "$signal" 2> /dev/null)"
  kill -l "$signal" > /dev/null 2>&1 || fail "--signal: there is no $asked; kill -l lists those that there are"
  pid="$(pid_of "$name")"
  [ -n "$pid" ] || fail "$name does not run; see status" 1
  kill "-$signal" "$pid" || fail "--signal $signal cannot be sent to $name (process $pid)"
  if [ "$signal" = KILL ]; then
    while [ -n "$(pid_of "$name")" ]; do sleep 0.02; done
    rm -f "$folder/run/$name.pid"
  fi
  echo "$name (process $pid) got SIG$signal"
}

restart_one() {
  known_name
  find_defaults
  check_settings
  if [ "$name" = postgres ]; then end_process postgres INT 10; else end_process "$name" TERM 10 && check_free "$name"; fi
  start_one "$name"
  await_ready "$name"
  echo "$name is ready (process $(pid_of "$name"))"
}

stop() {
  local who
  # All at once, gateways first: nobody takes calls that no silo will hear of.
  while read -r who; do end_process "$who" TERM 10 & done < <(names | grep gateway)
  wait
  while read -r who; do end_process "$who" TERM 10 & done < <(names | grep silo)
  wait
  end_process postgres INT 10
  rm -rf "$folder/run"
  if [ "$clean" = yes ]; then
    rm -rf "$folder"
    echo "Stopped; $folder is gone"
  else
    echo "Stopped; data and logs stay in $folder (stop --clean removes them)"
  fi
}

# One command at a time changes a folder.
lock() {
  exec 9> "$folder/lock" || fail "$folder cannot be written"
  flock -w "$seconds" 9 || fail "another $PROGRAM works in $folder for more than $seconds s; try again" 1
}

here() {
  [ -f "$folder/$MARK" ] || fail "there is no local cluster in $folder; start one, or name its --folder" 1
  folder="$(realpath -- "$folder")"
  load_settings
}

parse "$@"
case "$command" in
  start) start ;;
  status) here && status ;;
  kill) here && lock && kill_one ;;
  restart) here && lock && mkdir -p "$folder/run" && restart_one ;;
  stop)
    [ -f "$folder/$MARK" ] || { echo "Nothing to stop in $folder"; exit 0; }
    here && lock && stop
    ;;
  "") fail "which command? see --help" ;;
  *) fail "there is no command '$command'; there are start, status, kill, restart and stop" ;;
esac
