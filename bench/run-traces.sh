#!/bin/bash
# bench/run-traces.sh [TRACE...]: replays the request traces into Debian's memcached and into Larder with the same -m,
# simulates S3-FIFO with as many items as each of them held, and writes bench/results/traces.md. Without arguments all
# cases below run, about ten minutes; names such as arc-OLTP choose some, and then nothing is written but shown.
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

# trace, -m, bytes of a value, whether it is one of the sizes near 10 and 20 % of the objects. memcached's least memory
# is 2 MB, 10,922 items of 32 + 100 bytes: more than half of the web traces' objects, so that those are also replayed
# with values of 1000 bytes, of which 2 MB hold 1,770.
cases=(
    'arc-OLTP 4 100 near' 'arc-OLTP 7 100 near'
    'cache2k-orm-busy 2 100 near' 'cache2k-orm-busy 3 100 near'
    'cache2k-web07 2 1000 near' 'cache2k-web07 5 1000 near' 'cache2k-web07 2 100 far'
    'cache2k-web12 2 1000 near' 'cache2k-web12 3 1000 near' 'cache2k-web12 2 100 far'
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

# replay TRACE MEGABYTES VALUE-BYTES NEAR ROUND: one line of JSON in $work/replays.
replay() {
    local old new
    echo "== $1, -m $2, values of $3 bytes, round $5 of $rounds" >&2
    start memcached -u nobody -t 1 -l 127.0.0.1 -m "$2"
    old=$port
    start ./larder cache -t 1 -l 127.0.0.1 -m "$2"
    new=$port
    ./larder bench replay "$traces/$1.u32" -t "127.0.0.1:$old,name=memcached" -t "127.0.0.1:$new,name=larder" \
        --value-size "$3" --simulate s3fifo --json "$work/replay.json" ||
        [ $? -eq 3 ] || fail "the replay failed" # 3: refused sets, which the table counts
    stop_servers
    jq -c --arg trace "$1" --argjson mb "$2" --argjson value "$3" --arg near "$4" \
        '{trace: $trace, mb: $mb, value: $value, near: ($near == "near"), options, environment, targets}' \
        "$work/replay.json" >> "$work/replays"
}

# Medians over the rounds of each case, as rows of Markdown; below them the means of the cases near 10 and 20 %.
# shellcheck disable=SC2016
table='
def median: sort | if length % 2 == 1 then .[length / 2 | floor] else (.[length / 2] + .[length / 2 - 1]) / 2 end;
def fixed($digits): (. * pow(10; $digits) | round) as $n
    | ($n / pow(10; $digits) | floor | tostring) + "." + (($n % pow(10; $digits) + pow(10; $digits)) | tostring)[1:];
def percent: (. * 1000 | round) | (if . < 0 then "-" elif . > 0 then "+" else "" end) + (fabs / 10 | fixed(1)) + " %";
def simulated: .simulated_misses.s3fifo / .requests;
def cases: group_by([.trace, .mb, .value]) | map({
    trace: .[0].trace, mb: .[0].mb, value: .[0].value, near: .[0].near, objects: .[0].options.trace_objects,
    lead: (map(.targets[1].misses / .targets[0].misses) | median),
    servers: [range(2) as $i | map(.targets[$i]) | {
        name: .[0].name,
        items: (map(.items) | median),
        errors: (map(.errors) | max),
        ratios: map(.miss_ratio),
        simulated: (map(simulated) | median),
        above: (map(.miss_ratio / simulated) | median)}]});
cases as $cases | ($cases | map(select(.near))) as $near
| "| trace | -m | value | server | items held | of objects | errors | miss ratio | larder to memcached | "
    + "S3-FIFO at as many items | to that |",
  "|---|---:|---:|---|---:|---:|---:|---:|---:|---:|---:|",
  ($cases[] | . as $case | .servers[]
    | "| \($case.trace) | \($case.mb) | \($case.value) | \(.name) | \(.items) | "
      + "\(100 * .items / $case.objects | fixed(1)) % | \(.errors) | "
      + "\(.ratios | median | fixed(4)) (\(.ratios | min | fixed(4))..\(.ratios | max | fixed(4))) | "
      + (if .name == "larder" then $case.lead - 1 | percent else "" end)
      + " | \(.simulated | fixed(4)) | \(.above - 1 | percent) |"),
  "",
  (if $near == [] then empty else
    "Mean over the \($near | length) cases near 10 and 20 % of the objects: larder to memcached "
    + "\(($near | map(.lead) | add / length) - 1 | percent), larder to S3-FIFO at as many items "
    + "\(($near | map(.servers[1].above) | add / length) - 1 | percent), memcached to the same "
    + "\(($near | map(.servers[0].above) | add / length) - 1 | percent)." end)
'

# The page around the table.
write_page() {
    cat << END
# Miss ratios on request traces

Commit $(git rev-parse --short HEAD), memcached $(memcached --version | cut -d' ' -f2), $(jq -rs \
    '.[0].environment | "\(.processor), \(.cores) cores, \(.kernel), \(.runtime), \(.time[:10])"' "$work/replays").

Each trace is replayed through the classic protocol as "get; on a miss, set" with 32-byte keys and values of the size
shown, no TTL, into servers that were just started. For each case and each of the $rounds rounds:

\`\`\`sh
memcached -u nobody -t 1 -l 127.0.0.1 -m MEGABYTES -p OLD &
./larder cache -t 1 -l 127.0.0.1 -m MEGABYTES -p NEW &
./larder bench replay TRACE.u32 -t 127.0.0.1:OLD,name=memcached -t 127.0.0.1:NEW,name=larder --value-size VALUE \\
    --simulate s3fifo
\`\`\`

Medians over the rounds, the ends in brackets; ratios are medians of the ratios of each round. S3-FIFO is simulated as
published (SOSP 2023), exactly, with as many items as that server held at the end. Errors are sets that a server refused
(memcached: "SERVER_ERROR out of memory storing object"), the greatest count of a round.

END
    jq -rs "$table" "$work/replays"
    cat << 'END'

memcached's least memory, 2 MB, holds more than half of the objects of the web traces in items of 32 + 100 bytes. Near
10 and 20 % of their objects they are therefore shown with values of 1000 bytes; the other rows are in no mean.

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
for chosen; do
    [[ " ${cases[*]}" == *" $chosen "* ]] || fail "no case replays '$chosen'; they stand at the top of this file"
done
./larder version > /dev/null # builds now, not in a round

for ((round = 1; round <= rounds; round++)); do
    for each in "${cases[@]}"; do
        read -r trace megabytes value near <<< "$each"
        [ $# -eq 0 ] || [[ " $* " == *" $trace "* ]] || continue
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
