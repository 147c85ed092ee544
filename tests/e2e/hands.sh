# Hands for a real kiosk window: a finger, a scanner that types, and a look into the log. Sourced
# after lib.sh by tests that have $station (the folder), $tmp/all.csv (badges and cards) and
# $tmp/shots (each screen's draw list, which tells where its controls lie).

# touch SCREEN CONTROL: a finger on the middle of it.
touch_control() {
    local box
    box=$(awk -v name="$2" '{ for (i = 1; i < NF; i++) if ($i == "control" && $(i + 1) == name) { print $2, $3; exit } }' "$tmp/shots/$1.txt")
    [ -n "$box" ] || fail "there is no control $2 on $1"
    local x=${box%%,*} rest=${box#*,}
    local y=${rest%% *} wh=${rest#* }
    xdotool mousemove $((x + ${wh%x*} / 2)) $((y + ${wh#*x} / 2)) click 1
    sleep 0.4
}
wedge() {
    local keys=() i digit
    for ((i = 0; i < ${#1}; i++)); do
        digit=${1:i:1}
        keys+=($((digit == 0 ? 19 : digit + 9)))
    done
    xdotool key --delay 3 "${keys[@]}" 36
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
