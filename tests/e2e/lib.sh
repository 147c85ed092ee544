# shellcheck shell=bash
# What every end-to-end test shares; sourced, never run. It gives the test a folder of its own in
# $tmp that goes when the test ends, ends only processes that were started through here, and turns
# a failed command into a failed test that names its line and shows what was said. Polling is bounded
# and never a bare sleep.
set -Eeuo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
case ${B:=$root/build} in /*) ;; *) B=$root/$B ;; esac
kiosk=$B/turnout-kiosk
sync=$B/turnout-sync
test_name=$(basename "$0")
export LC_ALL=C.UTF-8 TZ=UTC
unset TURNOUT_KEYS TURNOUT_PASSPHRASE DISPLAY WAYLAND_DISPLAY

tmp=$(mktemp -d "${TMPDIR:-/tmp}/turnout-$test_name.XXXXXX")
pids=()

# A test that has more to undo than files and processes says how here, once those are gone.
undo() { :; }

# What the programs of a failed test said last.
show_said() {
    local file
    for file in "$tmp"/said* "$tmp"/*.err "$tmp"/kiosk.log "$tmp"/xvfb.log; do
        [ ! -s "$file" ] || { echo "== the end of $(basename "$file"):"; tail -n 25 "$file"; } >&2
    done
}

clean_up() {
    local status=$? pid
    trap - EXIT INT TERM ERR
    set +e
    [ "$status" = 0 ] || show_said
    # An X server that is only killed leaves its lock behind, so everybody is asked first.
    for pid in ${pids[@]+"${pids[@]}"}; do
        kill -TERM "$pid" 2>/dev/null || true
    done
    for pid in ${pids[@]+"${pids[@]}"}; do
        (wait_until 3 is_gone "$pid") 2>/dev/null || kill -KILL "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    undo
    if [ "$status" != 0 ] && [ -n "${KEEP:-}" ]; then
        echo "$test_name: its files are kept in $tmp" >&2
    else
        rm -rf "$tmp"
    fi
    exit "$status"
}
trap clean_up EXIT
trap 'exit 129' INT TERM
trap 'echo "$test_name: $(here): failed: $BASH_COMMAND" >&2' ERR

# The line of the test itself, and of a helper of its own through which it came, outermost first.
here() {
    local i lines=
    for ((i = ${#BASH_SOURCE[@]} - 1; i > 0; i--)); do
        [ "${BASH_SOURCE[i]}" = "${BASH_SOURCE[0]}" ] || lines+="${lines:+, }line ${BASH_LINENO[i - 1]}"
    done
    echo "$lines"
}

fail() {
    echo "$test_name: $(here): $*" >&2
    exit 1
}

# equal WHAT WANTED GOT
equal() {
    [ "$2" = "$3" ] || fail "$1: wanted '$2', got '$3'"
}

# at_least WHAT WANTED GOT, in whole numbers
at_least() {
    [ "$3" -ge "$2" ] || fail "$1: wanted at least $2, got $3"
}

# matches FILE PATTERN: some line of the file matches the extended pattern; else the file is shown.
matches() {
    grep -qE -- "$2" "$1" || {
        head -c 4000 "$1" >&2
        fail "no line of $(basename "$1") matches '$2'; what it holds stands above"
    }
}

need() {
    local tool
    for tool in "$@"; do
        command -v "$tool" >/dev/null 2>&1 || fail "needs $tool; make deps-test installs it"
    done
}

# exits WANTED COMMAND...: runs it with its output in $tmp/out and $tmp/err, and wants that code.
exits() {
    local wanted=$1 code=0
    shift
    "$@" >"$tmp/out" 2>"$tmp/err" </dev/null || code=$?
    [ "$code" = "$wanted" ] || {
        cat "$tmp/out" "$tmp/err" >&2
        fail "$(basename "$1") ${*:2}: wanted exit $wanted, got $code"
    }
}

# pause SECONDS: without a process for it. Nobody ever writes into this pipe.
exec {silence}<> <(:)
pause() {
    read -r -t "$1" -u "$silence" || true
}

# wait_until SECONDS COMMAND...: until it succeeds, looking ten times a second at most.
wait_until() {
    local end=$((SECONDS + $1 + 1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -le $end ] || fail "waited in vain for: $*"
        pause 0.1
    done
}

# lines_of FILE: its whole lines, so that the last one is not counted while it is being written.
lines_of() {
    local n=0
    [ ! -e "$1" ] || n=$(wc -l <"$1")
    echo "$n"
}

has_lines() {
    [ "$(lines_of "$1")" -ge "$2" ]
}

# ends_by SECONDS PID: waits for a process of ours and gives its exit code in $code.
is_gone() {
    ! kill -0 "$1" 2>/dev/null || grep -q '^State:.*Z' "/proc/$1/status"
}
ends_by() {
    wait_until "$1" is_gone "$2"
    code=0
    wait "$2" || code=$?
}

# make_demo DIR [OPTION...]: a demo ecosystem; its digits, one badge a line, in DIR/digits.
make_demo() {
    "$sync" demo "$@" >"$tmp/demo.log" 2>&1 || { cat "$tmp/demo.log" >&2; fail "turnout-sync demo failed"; }
    grep -oE '(^|[^0-9])[0-9]{48}($|[^0-9])' "$1/badges.csv" | grep -oE '[0-9]{48}' >"$1/digits"
}

# start_display [SIZE]: an X server of our own, on a free display that it picks itself.
start_display() {
    rm -f "$tmp/display"
    # Without -noreset a server cuts off whoever is just connecting when its last client leaves.
    Xvfb -displayfd 3 -noreset -nolisten tcp -screen 0 "${1:-1280x800}x24" 3>"$tmp/display" 2>"$tmp/xvfb.log" &
    pids+=($!)
    wait_until 20 test -s "$tmp/display"
    DISPLAY=:$(cat "$tmp/display")
    export DISPLAY SDL_VIDEODRIVER=x11 SDL_AUDIODRIVER=dummy
}

# is_covered W H COLOUR: the display is as large as this, and all four corners of it have the colour.
is_covered() {
    local right=$(($1 - 1)) bottom=$(($2 - 1)) seen
    import -window root "$tmp/shot.ppm"
    seen=$(convert "$tmp/shot.ppm" -depth 8 -format \
        "%wx%h %[hex:p{0,0}] %[hex:p{$right,0}] %[hex:p{0,$bottom}] %[hex:p{$right,$bottom}]" info:)
    [ "$seen" = "$1x$2 $3 $3 $3 $3" ]
}

# query DB SQL: read only, values by tab.
query() {
    sqlite3 -readonly -separator $'\t' "$1" "$2"
}

# Check-ins of a station that carry a badge, one hexadecimal badge id a line, in order.
badges_in() {
    query "$1/station.db" "SELECT lower(hex(badge)) FROM entry WHERE kind = 'check_in' ORDER BY log_no, seq"
}

# rows N FORMAT: N lines of a CSV; the format takes the number of the row three times at most.
rows() {
    awk -v n="$1" -v format="$2\n" 'BEGIN { for (i = 1; i <= n; i++) printf format, i, i, i }'
}
