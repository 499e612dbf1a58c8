#!/bin/bash
# bench/run-objects.sh [PART...]: measures the object store against nginx (open_file_cache on and off, its dav module
# for PUT) over loopback, and writes bench/results/objects-PART.md. Without arguments all parts run.
#
#   get     GET 4 KB hot, over 5,000 files, 1 MB; by wrk and by larder bench
#   put     PUT 4 KB (new names; in place of others), the same
#   large   PUT 1 MB
#   sync    PUT 4 KB from 64 connections with --sync=group, against one after the other
#   slow    2,000 keep-alive connections, most of them slow: the latency of the 50 that are not
#   frozen  seven devices of eight while the eighth does not answer: the latency of their clients (needs bindfs)
#   calls   system calls for each request of each kind
#
# Every server runs on core SERVER_CORE (0), wrk on LOAD_CORE (1); servers are measured in turn, ROUNDS (5) rounds of
# DURATION (2s), after WARM_UP (5s) each: on a crowded core the runtime takes four seconds to compile what is hot. All
# serve one folder, dev1 to be read and a device of its own each to be written, on the file system of FOLDER (the
# temporary one); without FOLDER, and where the machine allows it, each part but sync has a new ext4 in a loop file
# there: an old one looks for a minute at each inode that anybody freed, which may double the cost of a PUT, for whoever
# meets it. CPU microseconds for each request are what repeats; the rest is that machine's at that minute. Nothing else
# should run. OBJECT_SERVER (./larder objects) takes --docroot, --httplisten and --sync, BENCH (./larder bench) loads.
set -eu
cd "$(dirname "$(readlink -f "$0")")/.."

server_core=${SERVER_CORE:-0}
load_core=${LOAD_CORE:-1}
rounds=${ROUNDS:-5}
duration=${DURATION:-2s}
warm_up=${WARM_UP:-5s}
read -ra object_server <<< "${OBJECT_SERVER:-./larder objects}"
read -ra bench <<< "${BENCH:-./larder bench}"
results=bench/results
folder=$(mktemp -d ${FOLDER:+-p "$FOLDER"})
pids=()
declare -A port pid device
declare -A slow=() # the processes of slow clients, by their servers
names=()
free_port=${PORT:-23300}

fail() {
    printf 'bench/run-objects.sh: %s\n' "$1" >&2
    exit 1
}

stop_servers() {
    local each
    for each in "${pids[@]}"; do
        kill -CONT "$each" 2> /dev/null || true # a disk that is stopped
        kill "$each" 2> /dev/null || true
        wait "$each" 2> /dev/null || true
    done
    pids=()
    names=()
    slow=()
}

# A file system of its own for what the servers serve; without the right to mount the folder's has to do.
fresh_disks() {
    rm -rf --one-file-system "$folder/disks"
    mkdir "$folder/disks"
    disks="the file system of ${FOLDER:-the temporary folder}"
    if [ -z "${FOLDER:-}" ] && [ "$1" != sync ] && truncate -s 8G "$folder/image" &&
        mkfs.ext4 -q -E lazy_itable_init=0,lazy_journal_init=0 "$folder/image" 2> /dev/null &&
        mount -o loop "$folder/image" "$folder/disks" 2> /dev/null; then
        disks='a new ext4 in a loop file'
    fi
}

drop_disks() {
    if mountpoint -q "$folder/disks"; then
        umount "$folder/disks"
    fi
    rm -f "$folder/image"
}
trap 'stop_servers; drop_disks; rm -rf --one-file-system "$folder"' EXIT

listening() { (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null; }

wait_for() {
    local deadline=$((SECONDS + 20))
    until listening "$2"; do
        [ "$SECONDS" -lt "$deadline" ] || fail "$1 does not listen"
        read -rt 0.05 <> <(:) || true
    done
}

# enlist NAME PORT PID: a server that is measured from now on; it writes to a device of its own.
enlist() {
    names+=("$1")
    port[$1]=$2
    pid[$1]=$3
    device[$1]=$((${#names[@]} + 1))
    mkdir -p "$folder/disks/dev${device[$1]}"
}

start_larder() { # NAME OPTIONS...
    local name=$1 at
    shift
    at=$((free_port += 1))
    mkdir -p "$folder/disks/dev$((${#names[@]} + 2))"
    taskset -c "$server_core" "${object_server[@]}" --docroot="$folder/disks" --httplisten="127.0.0.1:$at" "$@" \
        > /dev/null 2>&1 &
    pids+=("$!")
    wait_for "$name" "$at"
    enlist "$name" "$at" "${pids[-1]}"
}

start_nginx() {
    local cached=$((free_port += 1)) plain=$((free_port += 1))
    cat > "$folder/nginx.conf" <<- END
		user $(id -un);
		worker_processes 1;
		daemon off;
		pid $folder/nginx.pid;
		error_log $folder/nginx.log;
		events { worker_connections 8192; }
		http {
		    access_log off;
		    sendfile on;
		    tcp_nopush on;
		    keepalive_requests 1000000000;
		    client_body_temp_path $folder/disks/nginx-bodies;
		    client_max_body_size 100m;
		    client_body_buffer_size 64k;
		    root $folder/disks;
		    server {
		        listen 127.0.0.1:$cached backlog=1024;
		        open_file_cache max=10000 inactive=60s;
		        open_file_cache_valid 60s;
		        location / { dav_methods PUT DELETE; create_full_put_path on; }
		    }
		    server {
		        listen 127.0.0.1:$plain backlog=1024;
		        location / { dav_methods PUT DELETE; create_full_put_path on; }
		    }
		}
	END
    taskset -c "$server_core" nginx -c "$folder/nginx.conf" -p "$folder" 2> /dev/null &
    pids+=("$!")
    wait_for nginx "$plain"
    local worker
    worker=$(pgrep -P "${pids[-1]}")
    enlist nginx+cache "$cached" "$worker"
    enlist nginx "$plain" "$worker"
}

make_files() {
    mkdir -p "$folder/disks/dev1/many"
    head -c 4096 /dev/urandom > "$folder/disks/dev1/4k"
    head -c 1048576 /dev/urandom > "$folder/disks/dev1/1m"
    local i
    for ((i = 0; i < 5000; i += 500)); do
        (cd "$folder/disks/dev1/many" && seq "$i" $((i + 499)) | xargs sh -c 'tee "$@" < ../4k > /dev/null' sh)
    done
    cat > "$folder/get.lua" <<- 'END'
		done = function(summary, latency)
		    io.write(string.format("RESULT %d %d %d %d %d %d\n", summary.requests, summary.duration,
		        latency:percentile(50), latency:percentile(99), latency:percentile(99.9),
		        summary.errors.status + summary.errors.read + summary.errors.timeout))
		end
	END
    cp "$folder/get.lua" "$folder/many.lua"
    cat >> "$folder/many.lua" <<- 'END'
		local n = 0
		request = function()
		    n = n + 7919 -- a prime: all of them in turn, no two neighbours one after the other
		    return wrk.format("GET", "/dev1/many/" .. n % 5000)
		end
	END
    cp "$folder/get.lua" "$folder/put.lua"
    cat >> "$folder/put.lua" <<- 'END'
		local device, first, count, body
		init = function(arguments) -- device, bytes, first identity, names before the first comes again
		    device, first, count = arguments[1], tonumber(arguments[3]), tonumber(arguments[4])
		    body = string.rep("x", tonumber(arguments[2]))
		end
		local n = 0
		request = function()
		    local id = first + n % count
		    n = n + 1
		    return wrk.format("PUT", string.format("/dev%s/%d/%03d/%03d/%010d.fid", device,
		        id / 1000000000, id / 1000000 % 1000, id / 1000 % 1000, id), nil, body)
		end
	END
}

# cpu PID: nanoseconds that all its threads have run, those that have left too; in steps of a clock tick.
cpu() {
    awk -v tick="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); printf "%.0f", ($12 + $13) * 1e9 / tick }' "/proc/$1/stat"
}

# only NAME: slow clients of other servers stand still, since they would share the cores with what is measured.
only() {
    local other
    for other in "${!slow[@]}"; do
        [ "$other" = "$1" ] || kill -STOP "${slow[$other]}"
    done
    [ -z "${slow[$1]:-}" ] || kill -CONT "${slow[$1]}"
}

# load NAME WORK [DURATION]: runs wrk, prints its RESULT without the word. New names come from $seed, which the caller
# has moved on: most callers read the result, and a subshell would forget it.
load() {
    local name=$1 work=$2 base=$((seed * 10000000)) time=${3:-$duration} arguments
    local address=http://127.0.0.1:${port[$name]} own=${device[$name]}
    only "$name"
    case $work in
        get4k) arguments=(-c 32 -s "$folder/get.lua" "$address/dev1/4k") ;;
        many) arguments=(-c 32 -s "$folder/many.lua" "$address/") ;;
        get1m) arguments=(-c 4 -s "$folder/get.lua" "$address/dev1/1m") ;;
        put4k) arguments=(-c 32 -s "$folder/put.lua" "$address/" -- "$own" 4096 "$base" 1000000) ;;
        put4k-again) arguments=(-c 32 -s "$folder/put.lua" "$address/" -- "$own" 4096 0 2000) ;;
        put1m) arguments=(-c 4 -s "$folder/put.lua" "$address/" -- "$own" 1048576 5000000 100) ;;
        put64) arguments=(-c 64 -s "$folder/put.lua" "$address/" -- "$own" 4096 "$base" 1000000) ;;
        put1) arguments=(-c 1 -s "$folder/put.lua" "$address/" -- "$own" 4096 "$base" 1000000) ;;
        seven) arguments=(-c 50 -s "$folder/seven.lua" "$address/") ;;
        fast50) arguments=(-c 50 -s "$folder/get.lua" "$address/dev1/4k") ;;
        *) fail "no work '$work'" ;;
    esac
    taskset -c "$load_core" wrk -t 1 -d "$time" "${arguments[@]}" | sed -n 's/^RESULT //p'
}

# measure WORK REFERENCE NAME...: rounds of one work, printed as rows of a table with ratios to the reference.
measure() {
    local work=$1 reference=$2 round name before result
    shift 2
    : > "$folder/rounds"
    for name; do
        seed=$((seed + 1))
        load "$name" "$work" "$warm_up" > /dev/null # code is compiled, files are opened
    done
    for ((round = 0; round < rounds; round++)); do
        for name; do
            seed=$((seed + 1))
            before=$(cpu "${pid[$name]}")
            result=$(load "$name" "$work")
            printf '%s %s %s %s\n' "$round" "$name" "$(($(cpu "${pid[$name]}") - before))" "$result" \
                >> "$folder/rounds"
        done
    done
    awk -v work="$work" -v reference="$reference" -v order="$*" -f - "$folder/rounds" <<- 'END'
		function median(list, count,    i, j, swap) {
		    for (i = 1; i <= count; i++)
		        for (j = i + 1; j <= count; j++)
		            if (list[j] < list[i]) { swap = list[i]; list[i] = list[j]; list[j] = swap }
		    return count % 2 ? list[(count + 1) / 2] : (list[count / 2] + list[count / 2 + 1]) / 2
		}
		function collect(of, name,    i) { delete list; for (i = 0; i < rounds; i++) list[i + 1] = of[name, i] }
		function ratio(of, name,    i, middle) {
		    delete list
		    for (i = 0; i < rounds; i++) list[i + 1] = of[name, i] / of[reference, i]
		    middle = median(list, rounds)
		    return sprintf("%.2f (%.2f to %.2f)", middle, list[1], list[rounds])
		}
		{
		    round = $1; name = $2; rounds = round + 1
		    rate[name, round] = $4 / ($5 / 1e6); each[name, round] = $3 / 1e3 / $4
		    p99[name, round] = $7; p999[name, round] = $8; failed[name] += $9
		}
		END {
		    count = split(order, names, " ")
		    for (k = 1; k <= count; k++) {
		        name = names[k]
		        collect(rate, name); middleRate = median(list, rounds)
		        collect(each, name); middleEach = median(list, rounds)
		        collect(p99, name); middle99 = median(list, rounds)
		        collect(p999, name); middle999 = median(list, rounds)
		        printf "| %s | %s | %.0f | %.1f | %.0f / %.0f | %s | %s | %s |%s\n", work, name, middleRate, middleEach,
		            middle99, middle999, ratio(each, name), ratio(rate, name), ratio(p999, name),
		            failed[name] ? " " failed[name] " FAILED" : ""
		    }
		}
	END
}

heading() {
    printf '| work | server | requests/s | CPU us each | p99 / p99.9 us | CPU, x %s | rate, x %s | p99.9, x %s |\n' \
        "$1" "$1" "$1"
    printf '|---|---|---|---|---|---|---|---|\n'
}

# beside_nginx WORK...: a table of the three servers.
beside_nginx() {
    local work
    start_nginx
    start_larder larder
    heading nginx+cache
    for work; do
        measure "$work" nginx+cache nginx+cache nginx larder
    done
}

# by_bench TITLE BYTES OPTIONS...: the same servers, in turn, by larder bench, which sends the same names to all. A name
# keeps its size: nginx would answer from a file that it still has open.
by_bench() {
    local title=$1 bytes=$2 name targets=()
    shift 2
    for name in nginx+cache nginx larder; do
        targets+=(-t "127.0.0.1:${port[$name]},name=$name,pid=${pid[$name]}")
    done
    rm -f "$folder/bench.md"
    taskset -c "$load_core" "${bench[@]}" --protocol http --path "/dev1/b$((bytes / 1024))/" --value-size "$bytes" \
        --rounds "$rounds" --duration "$duration" --title "larder bench: $title" --markdown "$folder/bench.md" \
        "${targets[@]}" "$@" > /dev/null
    printf '\n'
    cat "$folder/bench.md"
}

run_get() {
    beside_nginx get4k many get1m
    by_bench 'GET 4 KB, hot, 32 connections' 4096 -c 32 --keys 1 --mix 1:0
    by_bench 'GET 4 KB over 5,000 files' 4096 -c 32 --keys 5k --mix 1:0
    by_bench 'GET 1 MB, 4 connections' 1048576 -c 4 --keys 1 --mix 1:0
}
run_put() {
    beside_nginx put4k put4k-again
    by_bench 'PUT 4 KB in place of 2,000 others' 4096 -c 32 --keys 2k --mix 0:1
}
run_large() { beside_nginx put1m; }

# One write and one fdatasync after the other, a new file each: what a program does that syncs by itself.
sync_loop() {
    taskset -c "$load_core" python3 - "$folder/disks/dev1/loop" "${duration%s}" <<- 'END'
		import os, sys, time
		folder, seconds, body, count = sys.argv[1], float(sys.argv[2]), b"x" * 4096, 0
		os.makedirs(folder, exist_ok=True)
		begun = time.monotonic()
		while time.monotonic() - begun < seconds:
		    path = f"{folder}/{time.time_ns()}"
		    file = os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
		    os.write(file, body)
		    os.fdatasync(file)
		    os.close(file)
		    os.rename(path + ".new", path)
		    count += 1
		print(f"{count / (time.monotonic() - begun):.0f}")
	END
}

run_sync() {
    local round one loop group
    start_larder one --sync=data
    start_larder group --sync=group
    load one put1 2s > /dev/null
    load group put64 2s > /dev/null
    printf '| round | a loop | --sync=data, 1 connection | --sync=group, 64 connections | x loop | x data |\n'
    printf '|---|---|---|---|---|---|\n'
    for ((round = 1; round <= rounds; round++)); do
        seed=$((seed + 1))
        loop=$(sync_loop)
        one=$(load one put1 | awk '{ printf "%.0f", $1 / ($2 / 1e6) }')
        group=$(load group put64 | awk '{ printf "%.0f", $1 / ($2 / 1e6) }')
        awk -v r="$round" -v l="$loop" -v o="$one" -v g="$group" \
            'BEGIN { printf "| %d | %d | %d | %d | %.1f | %.1f |\n", r, l, o, g, g / l, g / o }'
    done
}

# slow_clients PORT: 1,950 connections until it is killed: two thirds ask for 4 KB every two seconds, a sixth sends its
# requests byte by byte, a sixth reads an object of 1 MB in small pieces.
slow_clients() {
    exec taskset -c "$load_core" python3 - "$1" <<- 'END'
		import heapq, resource, socket, sys, time
		resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
		small = b"GET /dev1/4k HTTP/1.1\r\nHost: x\r\n\r\n"
		large = small.replace(b"4k", b"1m")
		due = []
		for n in range(1950):
		    connection = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
		    kind = ("asks", "asks", "asks", "asks", "drips", "sips")[n % 6]
		    if kind == "sips":
		        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32768)
		    connection.setblocking(False)
		    heapq.heappush(due, [time.monotonic() + n / 1000, n, kind, connection, 0])
		print("ready", flush=True)
		def take(connection):
		    try:
		        return len(connection.recv(16384))
		    except BlockingIOError:
		        return 0
		lost = 0 # time in which we stood still, or were too slow ourselves: nothing is caught up on
		while True:
		    at, n, kind, connection, sent = heapq.heappop(due)
		    wait = at - (time.monotonic() - lost)
		    if wait < -0.5:
		        lost -= wait
		    time.sleep(max(0, wait))
		    taken = take(connection)
		    if kind == "asks":
		        connection.send(small)
		    elif kind == "drips":
		        connection.send(small[sent:sent + 1])
		        sent = (sent + 1) % len(small)
		    else:
		        sent -= taken
		        if sent <= 0:
		            connection.send(large)
		            sent += 1 << 20
		    heapq.heappush(due, [at + (2 if kind == "asks" else 0.5), n, kind, connection, sent])
	END
}

run_slow() {
    local name
    ulimit -Sn hard
    start_nginx
    start_larder larder
    for name in nginx+cache larder; do
        coproc SLOW { slow_clients "${port[$name]}"; }
        pids+=("$SLOW_PID")
        slow[$name]=$SLOW_PID
        read -r -u "${SLOW[0]}" || fail "the slow clients did not start"
        exec {SLOW_OUT}<&"${SLOW[0]}" # the next coproc takes the variable
    done 2> /dev/null
    heading nginx+cache
    measure fast50 nginx+cache nginx+cache larder
}

# until_served PORT PATH STATUS: waits until an object has this status.
until_served() {
    local deadline=$((SECONDS + 40))
    until [ "$(curl -s -m 5 -o "$folder/got" -w '%{http_code}' "http://127.0.0.1:$1$2")" = "$3" ]; do
        [ "$SECONDS" -lt "$deadline" ] || fail "$2 is not answered with $3"
        read -rt 0.1 <> <(:) || true
    done
}

# A disk that hangs is a FUSE file system whose program is stopped: whatever touches it waits.
run_frozen() {
    local round disk clients alone frozen n
    command -v bindfs > /dev/null || fail 'bindfs is missing'
    mkdir -p "$folder/below" "$folder/disks/dev8"
    for n in 1 2 3 4 5 6 7; do
        mkdir -p "$folder/disks/dev$n"
        cp "$folder/disks/dev1/4k" "$folder/disks/dev$n/seven"
    done
    cp "$folder/disks/dev1/4k" "$folder/below/4k"
    bindfs -f "$folder/below" "$folder/disks/dev8" &
    disk=$!
    until mountpoint -q "$folder/disks/dev8"; do read -rt 0.05 <> <(:) || true; done
    start_larder larder
    pids+=("$disk") # ends behind the server that has it open
    cp "$folder/get.lua" "$folder/seven.lua"
    cat >> "$folder/seven.lua" <<- 'END'
		local n = 0
		request = function()
		    n = n + 1
		    return wrk.format("GET", "/dev" .. n % 7 + 1 .. "/seven")
		end
	END
    load larder seven "$warm_up" > /dev/null
    printf '| round | all answer: p50 / p99 / p99.9 us | dev8 frozen, 64 clients ask it | p99, x |\n|---|---|---|---|\n'
    for ((round = 1; round <= rounds; round++)); do
        until_served "${port[larder]}" /dev8/4k 200
        alone=$(load larder seven)
        kill -STOP "$disk"
        taskset -c "$load_core" wrk -t 1 -c 64 -d 60s --timeout 60s "http://127.0.0.1:${port[larder]}/dev8/4k" \
            > /dev/null 2>&1 &
        clients=$!
        read -rt 1 <> <(:) || true # all of them wait
        frozen=$(load larder seven)
        kill "$clients"
        wait "$clients" 2> /dev/null || true
        kill -CONT "$disk"
        awk -v r="$round" -v a="$alone" -v f="$frozen" 'BEGIN { split(a, x, " "); split(f, y, " ")
            printf "| %d | %d / %d / %d | %d / %d / %d | %.2f |%s\n", r, x[3], x[4], x[5], y[3], y[4], y[5],
                y[4] / x[4], x[6] + y[6] ? " " x[6] + y[6] " FAILED" : "" }' | tee -a "$folder/frozen"
    done
    awk -F '|' '{ print $5 + 0 }' "$folder/frozen" | sort -n | awk '{ x[NR] = $1 }
        END { printf "\nMedian of p99, x: %.2f\n", NR % 2 ? x[(NR + 1) / 2] : (x[NR / 2] + x[NR / 2 + 1]) / 2 }'
}

# calls_of NAME WORK: a row of the system calls for each request, those of at least one in a hundred.
calls_of() {
    local requests tracer
    seed=$((seed + 2))
    load "$1" "$2" 2s > /dev/null
    strace -f -qq -c -U calls,name -o "$folder/calls" -p "${pid[$1]}" &
    tracer=$!
    read -rt 0.5 <> <(:) || true
    seed=$((seed + 1))
    requests=$(load "$1" "$2" 3s | cut -d' ' -f1)
    kill -INT "$tracer"
    wait "$tracer" || true
    awk -v n="$requests" -v name="$1" -v work="$2" '
        $1 ~ /^[0-9]+$/ && $2 != "total" && $1 / n >= 0.01 {
            sum += $1 / n
            text = text sprintf(", %s %.2f", $2, $1 / n)
        }
        END { printf "| %s | %s | %.1f | %s |\n", work, name, sum, substr(text, 3) }' "$folder/calls"
}

run_calls() {
    local name work
    start_nginx
    start_larder larder
    printf '| work | server | calls | which |\n|---|---|---|---|\n'
    for work in get4k many get1m put4k put4k-again put1m; do
        for name in nginx+cache larder; do
            calls_of "$name" "$work"
        done
    done
}

[ $# -gt 0 ] || set -- get put large sync slow frozen calls
for tool in nginx wrk python3 strace; do
    command -v "$tool" > /dev/null || fail "$tool is missing (nginx-light, wrk, python3, strace)"
done
for part; do
    declare -F "run_$part" > /dev/null || fail "no part '$part'; they stand at the top of this file"
done
"${object_server[@]}" --version > /dev/null || fail "${object_server[*]} does not run" # builds now, not under load
commit=$(git rev-parse --short HEAD 2> /dev/null || echo unknown)
for part; do
    printf '== %s\n' "$part" >&2
    seed=0
    fresh_disks "$part"
    make_files
    "run_$part" > "$folder/tables"
    stop_servers
    drop_disks
    {
        printf '# Object store: %s\n\n' "$part"
        printf '`ROUNDS=%s DURATION=%s WARM_UP=%s bench/run-objects.sh %s`, commit %s, %s,\n' \
            "$rounds" "$duration" "$warm_up" "$part" "$commit" "$(date +%F)"
        printf '%s cores, kernel %s, on %s.\n' "$(nproc)" "$(uname -r)" "$disks"
        printf 'What it measures stands at the top of the script.\n\n'
        cat "$folder/tables"
    } > "$folder/results.md"
    mv "$folder/results.md" "$results/objects-$part.md"
    cat "$results/objects-$part.md"
done
