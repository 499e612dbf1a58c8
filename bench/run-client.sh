#!/bin/bash
# The client against libmemcached and pymemcache: operations a second and CPU for each, on one core.
# run-client.sh [SECONDS]: memcached on core 0, one client at a time on core 1. Needs memcached; libmemcached-dev and
# python3-pymemcache for the peers, which are left out when they are missing.
set -u
root=$(readlink -f -- "${BASH_SOURCE[0]}")
root=${root%/*/*}
export LARDER_ARTIFACTS=${LARDER_ARTIFACTS:-$root/artifacts}
seconds=${1:-5}
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -r "$work"' EXIT

dotnet build "$root/bench/Larder.ClientBench" -c Release --nologo -v quiet --tl:off -nodeReuse:false || exit 1
bench=$LARDER_ARTIFACTS/bin/Larder.ClientBench/release/Larder.ClientBench
cc -O2 -o "$work/libmemcached" "$root/bench/libmemcached-client.c" -lmemcached 2> /dev/null ||
    echo 'libmemcached is left out: apt-get install libmemcached-dev gcc'

MEMCACHED_PORT_FILENAME=$work/port taskset -c 0 memcached -u root -l 127.0.0.1 -p -1 -t 1 -m 512 &
server=$!
until [ -s "$work/port" ]; do kill -0 "$server" || exit 1; done
port=$(sed -n 's/^TCP INET: //p' "$work/port")

for operation in get set; do
    for size in 100 10240; do
        for callers in 1 50 1000; do
            taskset -c 1 "$bench" "127.0.0.1:$port" "$operation" "$size" "$callers" "$seconds"
        done
        [ ! -x "$work/libmemcached" ] ||
            taskset -c 1 "$work/libmemcached" 127.0.0.1 "$port" "$operation" "$size" "$seconds"
        taskset -c 1 /usr/bin/python3 "$root/bench/pymemcache-client.py" \
            127.0.0.1 "$port" "$operation" "$size" "$seconds" ||
            echo 'pymemcache is left out: apt-get install python3-pymemcache'
    done
done
