# shellcheck shell=bash
# Hands for a real kiosk window: a finger, letters, and a scanner that types. Sourced after lib.sh. What
# they do they see through: the kiosk runs with --verbose, and its log in $hands_log tells how many taps
# and letters it has taken and shown. Fingers need $tmp/shots, each screen's draw list, which tells
# where its controls lie; count and has look into the log of $station.
need xdotool
"${CC:-cc}" -o "$tmp/type-keys" "$root/tests/e2e/type-keys.c" -lXtst -lX11 || fail "type-keys.c does not build"
hands_log=$tmp/kiosk.err

# taken taps|letters: how many the kiosk has taken and shown what became of them.
taken() {
    local n
    n=$(sed -nE 's/.*on the screen: [a-z]+, after ([0-9]+) taps and ([0-9]+) letters$/taps \1 letters \2/p' "$hands_log" |
        tail -n 1 | grep -oE "$1 [0-9]+" | cut -d' ' -f2) || true
    echo "${n:-0}"
}
has_taken() {
    [ "$(taken "$1")" -ge "$2" ]
}
# came_after FIRST THEN: a screen was shown, and later the other.
came_after() {
    sed -n "/on the screen: $1,/,\$p" "$hands_log" | grep -q "on the screen: $2,"
}

# touch_control SCREEN CONTROL: a finger on the middle of it, and a look at what it did.
touch_control() {
    local box before
    box=$(awk -v name="$2" '{ for (i = 1; i < NF; i++) if ($i == "control" && $(i + 1) == name) { print $2, $3; exit } }' "$tmp/shots/$1.txt")
    [ -n "$box" ] || fail "there is no control $2 on $1"
    local x=${box%%,*} rest=${box#*,}
    local y=${rest%% *} wh=${rest#* }
    before=$(taken taps)
    xdotool mousemove $((x + ${wh%x*} / 2)) $((y + ${wh#*x} / 2)) click 1
    wait_until 10 has_taken taps $((before + 1))
    # Two quick ones at one place are one tap to the kiosk (kiosk/app/taps.h).
    pause 0.4
}

# write_text TEXT: letter by letter, each seen on the screen before the next. A hand is slower than a
# scanner, which is how the kiosk tells the two apart.
write_text() {
    local i before
    for ((i = 0; i < ${#1}; i++)); do
        before=$(taken letters)
        xdotool type "${1:i:1}"
        wait_until 10 has_taken letters $((before + 1))
        pause 0.1
    done
}

# press_enter: in a field.
press_enter() {
    local before
    before=$(taken letters)
    xdotool key Return
    wait_until 10 has_taken letters $((before + 1))
}

# wedge DIGITS: as a scanner types them: key positions (10 to 19 are the row 1 to 9, 0), then Return.
wedge() {
    local keys=() i
    for ((i = 0; i < ${#1}; i++)); do
        keys+=($((${1:i:1} == 0 ? 19 : ${1:i:1} + 9)))
    done
    "$tmp/type-keys" "${keys[@]}" 36
}
count() {
    query "$station/station.db" "SELECT count(*) FROM entry WHERE $1"
}
has() {
    [ "$(count "$1")" -ge "$2" ]
}
digits() {
    awk -F, -v name="$1" '$2 == name { print $4; exit }' "$tmp/all.csv"
}
