#!/bin/bash
# bench/run-client.sh: Larder.Client beside libmemcached and pymemcache, and what callers see when one of eight servers
# fails; writes bench/results/client.md. ROUNDS (5) rounds of DURATION (1) seconds for each cell, all in turn: about
# four minutes. OUT names another file, SERVER_CORE (0) and CLIENT_CORE (1) other cores.
#
# memcached -t 1 on one core, one client at a time on the other. Needs memcached and gcc, libmemcached-dev and
# python3-pymemcache for the peers, which are left out when they are missing.
set -u
root=$(readlink -f -- "${BASH_SOURCE[0]}")
root=${root%/*/*}
cd "$root" || exit 1
export LARDER_ARTIFACTS=${LARDER_ARTIFACTS:-$root/artifacts}
rounds=${ROUNDS:-5}
duration=${DURATION:-1}
server_core=${SERVER_CORE:-0}
client_core=${CLIENT_CORE:-1}
out=${OUT:-$root/bench/results/client.md}
depth=100
server_count=8
work=$(mktemp -d)
servers=()

fail() {
    printf 'run-client.sh: %s\n' "$1" >&2
    exit 1
}

stop_servers() {
    local pid
    for pid in "${servers[@]}"; do
        kill -KILL "$pid" 2> /dev/null
        wait "$pid" 2> /dev/null
    done
    servers=()
}
trap 'stop_servers; rm -r "$work"' EXIT

# start NAME: starts memcached on a port of its own choice, which is written into $work/NAME.
start() {
    MEMCACHED_PORT_FILENAME=$work/$1 taskset -c "$server_core" \
        memcached -u root -l 127.0.0.1 -p -1 -t 1 -m 512 &
    servers+=($!)
    until [ -s "$work/$1" ]; do kill -0 "${servers[-1]}" 2> /dev/null || fail 'memcached does not start'; done
}

port_of() { sed -n 's/^TCP INET: //p' "$work/$1"; }

# ticks: CPU ticks that were busy, and all of them.
ticks() { awk '/^cpu / { print $2 + $3 + $4 + $7 + $8 + $9, $2 + $3 + $4 + $5 + $6 + $7 + $8 + $9 }' /proc/stat; }

# busy_percent: how much of the machine others use, over three seconds in which nothing of this script runs.
busy_percent() {
    local before after
    read -ra before <<< "$(ticks)"
    sleep 3
    read -ra after <<< "$(ticks)"
    echo $((100 * (after[0] - before[0]) / (after[1] - before[1])))
}

command -v memcached > /dev/null || fail 'needs memcached'
dotnet build bench/Larder.ClientBench -c Release --nologo -v quiet --tl:off -nodeReuse:false > "$work/build" ||
    { cat "$work/build"; exit 1; }
bench=$LARDER_ARTIFACTS/bin/Larder.ClientBench/release/Larder.ClientBench
left_out=
cc -O2 -o "$work/libmemcached" bench/libmemcached-client.c -lmemcached 2> /dev/null ||
    left_out+=' libmemcached is left out (apt-get install libmemcached-dev gcc).'
python=$(for each in /usr/bin/python3 python3; do
    "$each" -c 'import pymemcache' 2> /dev/null && echo "$each" && break
done)
[ -n "$python" ] || left_out+=' pymemcache is left out (apt-get install python3-pymemcache).'
[ -z "$left_out" ] || echo "run-client.sh:$left_out" >&2

before=$(busy_percent)
start load
port=$(port_of load)
coproc larder { exec taskset -c "$client_core" "$bench" load "127.0.0.1:$port"; }
larder_pid=$larder_PID

# larder_row OPERATION BYTES CALLERS SECONDS: the process stays, so that its code is as fast as it gets.
larder_row() {
    local row
    echo "$1 $2 $3 $4" >&"${larder[1]}"
    read -r row <&"${larder[0]}" || fail 'the client has ended'
    echo "$row"
}

# Until the runtime has optimised what is hot, on a core without an idle moment.
for _ in 1 2; do
    for operation in get set; do
        for callers in 1 50 1000; do larder_row "$operation" 100 "$callers" 2 > "$work/warm"; done
    done
done

for ((round = 0; round < rounds; round++)); do
    for size in 100 10240; do
        for operation in get set; do
            for callers in 1 50 1000; do larder_row "$operation" "$size" "$callers" "$duration"; done
            if [ -x "$work/libmemcached" ]; then
                for at_once in 1 "$depth"; do
                    # libmemcached itself ends now and then, by an assertion about its socket, with long buffered sets.
                    taskset -c "$client_core" "$work/libmemcached" \
                        127.0.0.1 "$port" "$operation" "$size" "$duration" "$at_once" && continue
                    [ "$at_once" -gt 1 ] || fail 'libmemcached failed'
                    left_out+=" libmemcached failed: $operation of $size B, $at_once at once, round $((round + 1))."
                done
            fi
            [ -z "$python" ] || taskset -c "$client_core" "$python" bench/pymemcache-client.py \
                127.0.0.1 "$port" "$operation" "$size" "$duration" || fail 'pymemcache failed'
        done
    done
done > "$work/rows"
exec {larder[1]}>&-
wait "$larder_pid" 2> /dev/null
stop_servers

for signal in KILL STOP; do
    addresses=()
    for ((i = 1; i <= server_count; i++)); do
        start "$signal$i"
        addresses+=("127.0.0.1:$(port_of "$signal$i")")
    done
    taskset -c "$client_core" "$bench" failure "$signal" "${servers[-1]}" "${addresses[@]}" || fail 'the drill failed'
    stop_servers
done >> "$work/rows"
after=$(busy_percent)

state='a quiet machine'
[ "$before" -lt 5 ] && [ "$after" -lt 5 ] || state='**a busy machine**'
{
    cat << END
# The client beside others

\`ROUNDS=$rounds DURATION=$duration bench/run-client.sh\` on $state: others used $before % of its CPU before
the run and $after % after it. $(memcached -V) \`-t 1\` on one core, one client at a time on the other, keys at random
out of 10,000, rounds interleaved; commit $(git rev-parse --short HEAD),
$(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1), $(nproc) cores, .NET SDK $(dotnet --version).$left_out

Medians of the rounds, with the lowest and the highest; ratios are taken within a round. What was allocated is counted
for the whole process. "at once" is libmemcached's mget of $depth keys, or $depth sets in its buffer before their
replies are read.

END
    "$bench" report "$work/rows"
    cat << 'END'

Goals: 50 callers at least 1.5 x libmemcached's blocking operations for a CPU second; 1,000 callers 400,000 gets of 100
bytes a second and core, which is 2.5 us for each; nothing allocated by a get into a writer.

The second table: 50 callers read 10,000 keys of eight servers; one is sent the signal after a second, and what they
see is counted for three more. KILL closes its connections; STOP leaves them open and silent, so that only deadlines
(500 ms) tell. The other seven's keys must see no error and no move, a caller of its keys one deadline at most.
END
} > "$out"
echo "run-client.sh: $out"
