#!/bin/bash
# bench/run-traces.sh [--all] [TRACE...]: replays the request traces into Debian's memcached and into Larder with the
# same -m, simulates S3-FIFO with as many items as each of them held, and writes bench/results/traces.md. Without names
# all cases below run, about twenty minutes; names such as arc-OLTP choose some, and then nothing is written but shown.
# Of cache2k-orm-busy the first 2,500,000 requests of 5,000,000 are replayed, unless --all is given.
#
# For each case and round both servers are started anew and replayed one after the other, ROUNDS (3) times; medians
# are shown. Miss ratios are counted, not timed, so that other work on the machine does little harm; memcached's
# differ by up to half a percent from round to round, probably since the thread that tends its lists goes by the
# clock.
#
# The traces are looked for in TRACES (../shared/traces). Needs memcached and jq.
set -eu
cd "$(dirname "$(readlink -f "$0")")/.."

traces=${TRACES:-../shared/traces}
rounds=${ROUNDS:-3}
port=${PORT:-23500}
out=bench/results/traces.md
work=$(mktemp -d)
pids=()
orm_limit=2500000

# trace, -m, bytes of a value, whether it is one of the sizes near 10 and 20 % of the objects. memcached's least memory
# is a page of 1 MB (-m 1 with -I 512k), 5,461 items of 32 + 100 bytes: 27 and 40 % of the web traces' objects, so that
# those are also replayed with values of 1000 bytes, of which 2 MB hold 1,770.
cases=(
    'arc-OLTP 4 100 near' 'arc-OLTP 7 100 near'
    'cache2k-orm-busy 2 100 near' 'cache2k-orm-busy 3 100 near'
    'cache2k-web07 2 1000 near' 'cache2k-web07 5 1000 near' 'cache2k-web07 1 100 far' 'cache2k-web07 2 100 far'
    'cache2k-web12 2 1000 near' 'cache2k-web12 3 1000 near' 'cache2k-web12 1 100 far' 'cache2k-web12 2 100 far'
)

fail() {
    printf 'bench/run-traces.sh: %s\n' "$1" >&2
    exit 1
}

stop_servers() {
    local pid
    for pid in "${pids[@]}"; do
        kill "$pid" 2> /dev/null || true
        wait "$pid" 2> /dev/null || true
    done
    pids=()
}
trap 'stop_servers; rm -rf "$work"' EXIT

listening() { (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null; }

# start COMMAND...: starts a server on the next port, which it is given as -p.
start() {
    local pid deadline=$((SECONDS + 30))
    port=$((port + 1))
    "$@" -p "$port" 2> "$work/server.log" &
    pid=$!
    pids+=("$pid")
    until listening "$port"; do
        kill -0 "$pid" 2> /dev/null || fail "did not start: $* ($(tail -n 1 "$work/server.log"))"
        [ "$SECONDS" -lt "$deadline" ] || fail "does not listen: $*"
        read -rt 0.05 <> <(:) || true
    done
}

# limit_of TRACE: most requests of it; 0 for all.
limit_of() { [ "$1" = cache2k-orm-busy ] && echo "$orm_limit" || echo 0; }

# replay TRACE MEGABYTES VALUE-BYTES NEAR ROUND: one line of JSON in $work/replays.
replay() {
    local old new args=()
    done_count=$((done_count + 1))
    echo "== $done_count of $total after $SECONDS s: $1, -m $2, values of $3 bytes, round $5 of $rounds" >&2
    [ "$2" -gt 1 ] || args=(-I 512k) # half of the memory at most
    start memcached -u nobody -t 1 -l 127.0.0.1 -m "$2" "${args[@]}"
    old=$port
    start ./larder cache -t 1 -l 127.0.0.1 -m "$2" "${args[@]}"
    new=$port
    ./larder bench replay "$traces/$1.u32" -t "127.0.0.1:$old,name=memcached" -t "127.0.0.1:$new,name=larder" \
        --value-size "$3" --limit "$(limit_of "$1")" --simulate s3fifo --json "$work/replay.json" > /dev/null ||
        [ $? -eq 3 ] || fail "the replay failed" # 3: refused sets, which the table counts
    stop_servers
    jq -c --arg trace "$1" --argjson mb "$2" --argjson value "$3" --arg near "$4" \
        '{trace: $trace, mb: $mb, value: $value, near: ($near == "near"), options, environment, targets}' \
        "$work/replay.json" | tee -a "$work/replays" |
        jq -r '.targets[] | "   \(.name): \(.items) items, miss ratio \(.miss_ratio)"' >&2
}

# Medians over the rounds of each case, as rows of Markdown; below them what they must reach, and whether they do.
# shellcheck disable=SC2016
table='
def median: sort | if length % 2 == 1 then .[length / 2 | floor] else (.[length / 2] + .[length / 2 - 1]) / 2 end;
def fixed($digits): (. * pow(10; $digits) | round) as $n
    | ($n / pow(10; $digits) | floor | tostring) + "." + (($n % pow(10; $digits) + pow(10; $digits)) | tostring)[1:];
def percent: (. * 1000 | round) | (if . < 0 then "-" elif . > 0 then "+" else "" end) + (fabs / 10 | fixed(1)) + " %";
def mean: add / length;
def verdict: if . then "yes" else "no" end;
def simulated: .simulated_misses.s3fifo / .requests;
def ratio: "\(.ratios | median | fixed(4)) (\(.ratios | min | fixed(4))..\(.ratios | max | fixed(4)))";
def cases: group_by([.trace, .mb, .value]) | map({
    trace: .[0].trace, mb: .[0].mb, value: .[0].value, near: .[0].near, objects: .[0].options.trace_objects,
    lead: ((map(.targets[1].misses / .targets[0].misses) | median) - 1),
    servers: [range(2) as $i | map(.targets[$i]) | {
        items: (map(.items) | median),
        errors: (map(.errors) | max),
        ratios: map(.miss_ratio),
        simulated: (map(simulated) | median),
        above: ((map(.miss_ratio / simulated) | median) - 1)}]});
def share($case): "\(.items) (\(100 * .items / $case.objects | fixed(1)) %)";
cases as $cases | ($cases | map(select(.near))) as $near
| "| trace | -m | value | items: memcached | items: larder | misses: memcached | misses: larder | to memcached "
    + "| S3-FIFO at larder\u0027s items | larder to that | memcached to S3-FIFO at its own | errors |",
  "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
  ($cases[] | . as $case | .servers as [$old, $new]
    | "| \(.trace) | \(.mb) | \(.value) | \($old | share($case)) | \($new | share($case)) | \($old | ratio) "
      + "| \($new | ratio) | \(.lead | percent) | \($new.simulated | fixed(4)) | \($new.above | percent) "
      + "| \($old.above | percent) | \($old.errors), \($new.errors) |"),
  "",
  "| what must be reached | found | reached |",
  "|---|---|---|",
  (if $near == [] then empty else
    "| larder below memcached in each case near 10 and 20 % of the objects (\($near | length)) "
    + "| at most \($near | map(.lead) | max | percent) | \(($near | map(.lead) | max) < 0 | verdict) |",
    "| larder on average 8 % below memcached in these cases | \($near | map(.lead) | mean | percent) "
    + "| \(($near | map(.lead) | mean) <= -0.08 | verdict) |" end),
  ($cases | map(.servers[1].above)
    | "| larder at most 3 % above S3-FIFO at as many items in each case (\(length)) "
    + "| at most \(max | percent), mean \(mean | percent) | \(max <= 0.03 | verdict) |")
'

# The page around the table.
write_page() {
    cat << END
# Miss ratios on request traces

Commit $(git rev-parse --short HEAD), memcached $(memcached --version | cut -d' ' -f2), $(jq -rs \
    '.[0].environment | "\(.processor), \(.cores) cores, \(.kernel), \(.runtime), \(.time[:10])"' "$work/replays").

Each trace is replayed through the classic protocol as "get; on a miss, set" with 32-byte keys and values of the size
shown, no TTL, into servers that were just started; of cache2k-orm-busy $([ "$orm_limit" -eq 0 ] && echo 'all' ||
    echo "the first $orm_limit") requests. For each case and each of the $rounds rounds (-m 1 with -I 512k, limited by
--limit where not all requests are replayed):

\`\`\`sh
memcached -u nobody -t 1 -l 127.0.0.1 -m MEGABYTES -p OLD &
./larder cache -t 1 -l 127.0.0.1 -m MEGABYTES -p NEW &
./larder bench replay TRACE.u32 -t 127.0.0.1:OLD,name=memcached -t 127.0.0.1:NEW,name=larder --value-size VALUE \\
    --simulate s3fifo
\`\`\`

Medians over the rounds, the ends in brackets; ratios are medians of the ratios of each round. S3-FIFO is simulated as
published (SOSP 2023), exactly, with as many items as that server held at the end; in brackets behind the items, of the
trace's objects. Errors are sets that memcached and larder refused (memcached: "SERVER_ERROR out of memory storing
object"), the greatest count of a round.

END
    jq -rs "$table" "$work/replays"
    cat << 'END'

The web traces have no cases with values of 100 bytes near 10 and 20 % of their objects, since no memcached is that
small: its least memory is one page of 1 MB (-m 1, which wants -I 512k), which it fills with 5,461 items of 32 + 100
bytes, 27 and 40 % of the objects. Near 10 and 20 % they are shown with values of 1000 bytes.

## The simulator beside libCacheSim

`larder bench simulate` on the traces for which libCacheSim's figures are known (docs/operating/bench.md has them).
END
    cat "$work/simulations"
    cat << 'END'

## Sources of the traces

* arc-OLTP: N. Megiddo, D. Modha: ARC, a self-tuning, low overhead replacement cache, FAST 2003.
* cache2k-orm-busy, cache2k-web07, cache2k-web12: cache2k benchmark traces, © headissue GmbH, Jens Wilke,
  [CC BY 4.0](https://creativecommons.org/licenses/by/4.0/); as key numbers in the order of their first appearance.
END
}

simulate() {
    ./larder bench simulate "$traces/$1.u32" "${@:2}" > "$work/simulation"
    printf '\n`%s`:\n\n' "larder bench simulate $1.u32 ${*:2}"
    sed '/./s/^/    /' "$work/simulation"
}

command -v memcached > /dev/null || fail 'memcached is missing: apt-get install memcached'
command -v jq > /dev/null || fail 'jq is missing: apt-get install jq'
[ -d "$traces" ] || fail "no traces in $traces: TRACES=FOLDER says where they are"
if [ "${1-}" = --all ]; then
    orm_limit=0
    shift
fi
for chosen; do
    [[ " ${cases[*]}" == *" $chosen "* ]] || fail "no case replays '$chosen'; they stand at the top of this file"
done
./larder version > /dev/null # builds now, not in a round

chosen_cases=()
for each in "${cases[@]}"; do
    [ $# -gt 0 ] && [[ " $* " != *" ${each%% *} "* ]] || chosen_cases+=("$each")
done
total=$((rounds * ${#chosen_cases[@]}))
done_count=0
for ((round = 1; round <= rounds; round++)); do
    for each in "${chosen_cases[@]}"; do
        read -r trace megabytes value near <<< "$each"
        replay "$trace" "$megabytes" "$value" "$near" "$round"
    done
done

if [ $# -gt 0 ]; then
    jq -rs "$table" "$work/replays"
    exit
fi
{
    simulate cache2k-web12 --percent 1,5,10,20
    simulate arc-OLTP --percent 1,5,10,20
    simulate cache2k-orm-busy --percent 1,5,10,20 --limit 2500k
} > "$work/simulations"
mkdir -p "${out%/*}"
write_page > "$work/page"
mv "$work/page" "$out"
echo "wrote $out" >&2
