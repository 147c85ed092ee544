# A CUPS of our own in $tmp, with a default queue `labels` whose tray takes pages into $tmp/tray. What
# the tray does stands in $tmp/mode: print, empty (of labels), or anything else (it hangs). Sourced
# after lib.sh; gives start_cups, which leaves its process in $cupsd.
PATH=$PATH:/usr/sbin
need cupsd cupsdisable cupsenable lpstat pdftoppm zbarimg
echo print >"$tmp/mode"
cups=$tmp/cups
mkdir -p "$cups"/{root,cache,spool/tmp,state,bin/backend,log} "$tmp/tray"
chmod 711 "$tmp" "$cups"
ln -s /usr/lib/cups/daemon "$cups/bin/daemon"
runs_as=$(id -un)
runs_in=$(id -gn)
[ "$runs_as" != root ] || { runs_as=lp; runs_in=lp; }
cat >"$cups/root/cupsd.conf" <<END
Listen $cups/sock
PreserveJobFiles No
Browsing No
DefaultAuthType None
WebInterface No
<Location />
  Allow all
</Location>
<Policy default>
  <Limit All>
    Allow all
  </Limit>
</Policy>
END
cat >"$cups/root/cups-files.conf" <<END
ServerRoot $cups/root
CacheDir $cups/cache
RequestRoot $cups/spool
TempDir $cups/spool/tmp
StateDir $cups/state
ServerBin $cups/bin
AccessLog $cups/log/access
ErrorLog $cups/log/error
PageLog $cups/log/page
User $runs_as
Group $runs_in
Sandboxing relaxed
END
cat >"$cups/root/printers.conf" <<END
<DefaultPrinter labels>
DeviceURI tray:/one
State Idle
Accepting Yes
</DefaultPrinter>
END
# The tray does what its mode says; without labels or when it hangs, until the mode changes.
cat >"$cups/bin/backend/tray" <<END
#!/bin/sh
[ \$# != 0 ] || { echo 'direct tray "Unknown" "Tray"'; exit 0; }
trap 'exit 1' TERM
while mode=\$(cat "$tmp/mode"); [ "\$mode" != print ]; do
    [ "\$mode" != empty ] || echo 'STATE: +media-empty-error' >&2
    sleep 0.1
done
echo 'STATE: -media-empty-error' >&2
cp "\$6" "$tmp/tray/\$\$.new" && mv "$tmp/tray/\$\$.new" "$tmp/tray/\$\$.pdf"
END
chmod 700 "$cups/bin/backend/tray" # not for others: CUPS runs it as its own user
export CUPS_SERVER=$cups/sock

start_cups() {
    cupsd -f -c "$cups/root/cupsd.conf" -s "$cups/root/cups-files.conf" >>"$cups/log/out" 2>&1 \
        7>&- 8<&- & # the kiosk ends when nobody holds its input
    cupsd=$!
    pids+=("$cupsd")
    wait_until 20 lpstat -r
    wait_until 20 sh -c 'lpstat -r | grep -q "is running"'
}
