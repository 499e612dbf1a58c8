#!/bin/bash
# bench/run.sh [SCENARIO...]: measures Larder against Debian's memcached and the floor server over loopback, and writes
# bench/results/SCENARIO.md with command lines, machine and tables. Without arguments all scenarios run in turn.
#
#   depth1     50 connections, depth 1, 90 % gets, 32-byte keys, 100-byte values; uniform and Zipf
#   pipeline   gets at depth 16 and 64, bursts
#   window     the same with a sliding window, and memcached -R 1000
#   meta       meta gets, meta sets and classic sets at depth 16
#   binary     binary gets and sets at depth 1 and 16
#   multiget   gets of 100 keys, classic and meta
#   idle       10,000 idle connections beside 50 busy ones: throughput, and memory for each
#   drivers    the four combinations of driver and trigger
#   tls        TLS at depth 1 and 16, large values; handshakes, full and resumed
#   inspect    what watching costs: nobody, a watcher of fetchers, counting by prefix, no noting of hot keys
#   steady     30 s under load: latency, memory, garbage collections of the server
#   store      CPU for each request of all that a store does on the way of a request, gets over a million keys
#   threads    CPU for each request with 1, 2 and 4 threads, of Larder and of memcached
#   pauses     how long clients wait while the store is busy: growth, eviction, expiry, cache_memlimit, sizes, flush_all
#
# Every server has one thread on core SERVER_CORE (0), the generator runs on LOAD_CORE (1); targets are measured in
# turn, ROUNDS (5) rounds of DURATION (3s). CPU microseconds for each request are what repeats; throughput and high
# percentiles are those of this machine at that minute. Nothing else should run.
#
# threads is different: servers and generator share both cores (THREAD_CORES, 0,1), since threads that never run at the
# same time cannot be in each other's way; on one core first, where more threads can only cost. All of its servers are
# measured in the same way and in turn, at a rate that leaves the cores idle for a part (what is done for each wake-up
# is the same then, however many threads there are) and as fast as they can; what counts is the CPU time of the server,
# for which waiting for a core is nothing.
#
# pauses is different too: fresh servers of -m 64 for each round, fixed times for the requests, and PHASES (all) of
# `larder bench pauses --phases`. On a virtual machine read it beside the floor and the stolen time.
set -eu
cd "$(dirname "$(readlink -f "$0")")/.."

server_core=${SERVER_CORE:-0}
load_core=${LOAD_CORE:-1}
rounds=${ROUNDS:-5}
duration=${DURATION:-3s}
port=${PORT:-23100}
out=bench/results
pids=()
targets=()

fail() {
    printf 'bench/run.sh: %s\n' "$1" >&2
    exit 1
}

stop_servers() {
    local pid
    for pid in "${pids[@]}"; do
        kill "$pid" 2> /dev/null || true
        wait "$pid" 2> /dev/null || true
    done
    pids=()
    targets=()
}
trap stop_servers EXIT

listening() { (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null; }

# start NAME COMMAND...: starts a server on the next port, which stands for PORT in the command, pinned to its core.
start() {
    local name=$1 pid deadline=$((SECONDS + 20)) command
    shift
    port=$((port + 1))
    command=("${@//PORT/$port}")
    taskset -c "$server_core" "${command[@]}" 2> /dev/null &
    pid=$!
    pids+=("$pid")
    until listening "$port"; do
        kill -0 "$pid" 2> /dev/null || fail "$name did not start: ${command[*]}"
        [ "$SECONDS" -lt "$deadline" ] || fail "$name does not listen: ${command[*]}"
        read -rt 0.05 <> <(:) || true
    done
    targets+=(--target "127.0.0.1:$port,name=$name")
    printf '%s\n' "taskset -c $server_core ${command[*]}" >> "$file.servers"
}

start_memcached() { start_memcached_threads "$1" 1 "${@:2}"; }
start_memcached_threads() { start "$1" memcached -u nobody -t "$2" -l 127.0.0.1 -p PORT -m 1024 -c 16000 "${@:3}"; }
start_larder() { start_threads "$1" 1 "${@:2}"; }
start_threads() { start "$1" ./larder cache -t "$2" -l 127.0.0.1 -p PORT -m 1024 -c 16000 "${@:3}"; }
start_floor() { start floor ./larder bench --floor --port PORT; }

# begin NAME TITLE: a result file with its servers' command lines still to come.
begin() {
    file=$out/$1.md
    rm -f "$file" "$file.servers" "$file.tables"
    title=$2
    echo "== $title" >&2
}

# measure HEADING OPTIONS...: one comparison of all servers that run.
measure() {
    taskset -c "$load_core" ./larder bench "${targets[@]}" --rounds "$rounds" --duration "$duration" \
        --markdown "$file.tables" --title "$1" "${@:2}"
}

finish() {
    {
        printf '# %s\n\nServers, commit %s:\n\n```sh\n' "$title" "$(git rev-parse --short HEAD)"
        cat "$file.servers"
        printf '```\n\nThe generator ran as `taskset -c %s ./larder bench ...`. ' "$load_core"
        printf 'Medians over the rounds, the ends in brackets; ratios are medians of the ratios of each round.\n'
        cat "$file.tables"
    } > "$file"
    rm -f "$file.servers" "$file.tables"
    stop_servers
}

start_all() {
    start_memcached memcached
    start_larder larder
    start_floor
}

run_depth1() {
    begin depth1 'One request at a time on 50 connections'
    start_all
    measure 'Uniform keys, 90 % gets' --mix 90:10
    measure 'Zipf keys (0.99) of a million, 90 % gets' --mix 90:10 --keys 1m --dist zipf:0.99
    finish
}

run_pipeline() {
    begin pipeline 'Pipelined gets in bursts'
    start_all
    start_memcached memcached-R1000 -R 1000
    measure 'Depth 16' --depth 16 --mix 1:0
    measure 'Depth 64' --depth 64 --mix 1:0
    measure 'Depth 64, a million keys' --depth 64 --mix 1:0 --keys 1m
    finish
}

run_window() {
    begin window 'Pipelined gets in a sliding window'
    start_all
    start_memcached memcached-R1000 -R 1000
    measure 'Depth 16' --depth 16 --mix 1:0 --style window
    measure 'Depth 64' --depth 64 --mix 1:0 --style window
    finish
}

run_meta() {
    begin meta 'Meta gets and sets, classic sets'
    start_all
    measure 'Meta gets, depth 16' --depth 16 --mix 1:0 --protocol meta
    measure 'Meta sets, depth 16' --depth 16 --mix 0:1 --protocol meta
    measure 'Classic sets, depth 16' --depth 16 --mix 0:1
    finish
}

run_binary() {
    begin binary 'The binary protocol'
    start_memcached memcached
    start_larder larder
    measure 'Gets, depth 1' --mix 1:0 --protocol binary
    measure 'Sets, depth 1' --mix 0:1 --protocol binary
    measure 'Gets, depth 16' --depth 16 --mix 1:0 --protocol binary
    measure 'Sets, depth 16' --depth 16 --mix 0:1 --protocol binary
    finish
}

run_multiget() {
    begin multiget 'Gets of 100 keys'
    start_all
    measure 'Classic: one line of 100 keys' --multiget 100 --mix 1:0
    measure 'Meta: 100 quiet mg and an mn' --multiget 100 --mix 1:0 --protocol meta
    finish
}

run_idle() {
    local limit
    limit=$(ulimit -Hn)
    [ "$limit" = unlimited ] || [ "$limit" -ge 11000 ] || fail "idle needs 11,000 descriptors; the limit is $limit"
    ulimit -Sn hard
    begin idle 'Ten thousand idle connections beside 50 busy ones'
    start_larder larder
    targets+=("${targets[0]}" "${targets[1]/larder/larder+idle},idle=10000")
    measure 'Larder without and with them' --mix 90:10
    targets=()
    start_memcached memcached
    targets+=("${targets[0]}" "${targets[1]/memcached/memcached+idle},idle=10000")
    measure 'memcached without and with them' --mix 90:10
    finish
}

run_drivers() {
    begin drivers 'Drivers and triggers'
    start_larder frontends+edge -o driver=frontends,trigger=edge
    start_larder frontends+level -o driver=frontends,trigger=level
    start_larder queue+edge -o driver=queue,trigger=edge
    start_larder queue+level -o driver=queue,trigger=level
    measure 'Depth 1, 90 % gets' --mix 90:10
    measure 'Depth 16, gets' --mix 1:0 --depth 16
    finish
}

# start_tls KIND: the servers with a certificate of KIND (rsa, ec), made for this run.
start_tls() {
    local options=(-Z -o "ssl_chain_cert=$tls_folder/$1.pem,ssl_key=$tls_folder/$1.key")
    start_memcached memcached "${options[@]}"
    start_larder larder "${options[@]}"
    start_larder larder+socket "${options[@]}" -o ssl_kernel_tls # OpenSSL on the socket itself
}

run_tls() {
    tls_folder=$(mktemp -d)
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost \
        -keyout "$tls_folder/rsa.key" -out "$tls_folder/rsa.pem" 2> /dev/null
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
        -keyout "$tls_folder/ec.key" -out "$tls_folder/ec.pem" 2> /dev/null
    begin tls 'TLS'
    start_tls ec
    measure 'Depth 1, 90 % gets' --tls --mix 90:10
    measure 'Depth 16, gets' --tls --mix 1:0 --depth 16
    measure 'Depth 16, sets' --tls --mix 0:1 --depth 16
    measure 'Gets of 100 KB' --tls --mix 1:0 --keys 1k --value-size 100000
    measure 'Sets of 100 KB' --tls --mix 0:1 --keys 1k --value-size 100000
    measure 'A full handshake (P-256) for each get' --tls --mix 1:0 --reconnect 1
    measure 'A resumed handshake for each get' --tls --mix 1:0 --reconnect 1 --tls-resume
    stop_servers
    start_tls rsa
    measure 'A full handshake (RSA 2048) for each get' --tls --mix 1:0 --reconnect 1
    sed -i "s|$tls_folder/||g" "$file.servers" # the folder's name is of this run only
    finish
    rm -r "$tls_folder"
}

run_steady() {
    begin steady 'Thirty seconds under load'
    start_memcached memcached
    start_larder larder
    rounds=1 duration=30s measure 'Closed loop, depth 1, 90 % gets' --mix 90:10
    rounds=1 duration=30s measure 'Closed loop, depth 16, half sets' --mix 50:50 --depth 16
    rounds=1 duration=30s measure 'Open loop, 50,000 requests a second' --mix 90:10 --rate 50k
    finish
}

# watch_port PORT: a client that reads all events of a server until the servers stop.
watch_port() {
    exec 3<> "/dev/tcp/127.0.0.1/$1"
    printf 'watch fetchers\r\n' >&3
    taskset -c "$load_core" cat <&3 > /dev/null &
    pids+=("$!")
    exec 3>&-
}

run_inspect() {
    begin inspect 'What looking inside costs'
    start_larder larder
    start_larder larder+watch
    watch_port "$port"
    start_larder larder+detail -D :
    start_larder larder-hotkeys -o hotkeys=0
    start_memcached memcached
    start_memcached memcached+watch
    watch_port "$port"
    measure 'One request at a time, 90 % gets' --mix 90:10
    measure 'Gets, depth 16' --mix 1:0 --depth 16
    finish
}

run_store() {
    begin store 'What a request costs'
    start_all
    measure 'Gets, depth 16, a million keys' --depth 16 --mix 1:0 --keys 1m
    measure 'Gets, depth 64, a million keys' --depth 64 --mix 1:0 --keys 1m
    measure 'Gets of 100 keys' --multiget 100 --mix 1:0
    measure 'Sets, depth 16' --depth 16 --mix 0:1
    measure 'One request at a time, 90 % gets' --mix 90:10
    finish
}

run_threads() {
    begin threads 'One thread, two and four'
    measure_threads Larder start_threads
    measure_threads memcached start_memcached_threads
    finish
}

# measure_threads NAME START: NAME with 1, 2 and 4 threads, on one core, then beside the generator on both.
measure_threads() {
    local name=$1 begin=$2 threads
    for threads in 1 2 4; do "$begin" "t$threads" "$threads"; done
    measure "$name, all threads on one core: one request at a time, 90 % gets" --mix 90:10
    targets=()
    local server_core=${THREAD_CORES:-0,1} load_core=${THREAD_CORES:-0,1}
    for threads in 1 2 4; do "$begin" "t$threads" "$threads"; done
    measure "$name: 40,000 requests a second, 90 % gets" --mix 90:10 --rate 40k
    measure "$name: one request at a time, 90 % gets" --mix 90:10
    measure "$name: depth 16, 90 % gets" --mix 90:10 --depth 16
    targets=()
}

# keep_awake: a loop on the servers' core that runs when nothing else wants to. A virtual machine gives an idle
# processor back to its host, and may wait for milliseconds until it has it again.
keep_awake() {
    taskset -c "$server_core" chrt --idle 0 bash -c 'while :; do :; done' &
    pids+=("$!")
}

run_pauses() {
    begin pauses 'How long a client waits while the store is busy'
    local round
    for ((round = 0; round < rounds; round++)); do
        start memcached memcached -u nobody -t 1 -l 127.0.0.1 -p PORT -m 64
        start larder ./larder cache -t 1 -l 127.0.0.1 -p PORT -m 64
    done
    start floor ./larder bench --floor --port PORT --key-size 10 --reply 10
    keep_awake
    taskset -c "$load_core" ./larder bench pauses "${targets[@]}" --rounds "$rounds" --phases "${PHASES:-all}" \
        --markdown "$file.tables" --title 'Every phase, round by round'
    finish
}

[ $# -gt 0 ] || set -- depth1 pipeline window meta binary multiget idle drivers tls inspect steady store threads pauses
command -v memcached > /dev/null || fail "memcached is missing: apt-get install memcached"
for scenario; do
    declare -F "run_$scenario" > /dev/null || fail "no scenario '$scenario'; they stand at the top of this file"
done
./larder version > /dev/null # builds now, not under load
mkdir -p "$out"
for scenario; do
    "run_$scenario"
done
