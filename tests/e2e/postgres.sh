# A PostgreSQL server of one's own, for tests: a cluster in a temporary folder that listens on a Unix
# socket there and nowhere else, and is gone with the shell that started it. Sourced.

# postgres_start FOLDER [OPTION...]: makes and starts a cluster in FOLDER (made here; its path must be short,
# since a socket's is); sets $postgres to an address that lacks only the database's name. The server
# will not run as root, so root lends it the user that the package brings.
postgres_start() {
    postgres_dir=$1
    shift
    postgres_bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
    PATH=$postgres_bin:$PATH # Debian's own psql is a script that looks for a cluster, and takes its time
    postgres_user=
    [ -x "$postgres_bin/initdb" ] || { echo "initdb is missing: apt-get install postgresql" >&2; return 1; }
    mkdir -p "$postgres_dir"
    if [ "$(id -u)" = 0 ]; then
        postgres_user="setpriv --reuid postgres --regid postgres --init-groups"
        chown postgres "$postgres_dir"
    fi
    (cd / && LC_ALL=C $postgres_user "$postgres_bin/initdb" -D "$postgres_dir/data" -U turnout -A trust \
        -E UTF8 --locale=C.UTF-8 --no-sync >"$postgres_dir/initdb.log" 2>&1) ||
        { cat "$postgres_dir/initdb.log" >&2; return 1; }
    postgres=postgresql://turnout@/%s?host=$postgres_dir
    postgres_run -c listen_addresses= "$@"
}

# postgres_run OPTION...: starts the server of a cluster that is there. fsync=off: nobody pulls the
# plug on this one.
postgres_run() {
    local _
    (cd / && LC_ALL=C exec $postgres_user "$postgres_bin/postgres" -D "$postgres_dir/data" \
        -k "$postgres_dir" -c fsync=off -c full_page_writes=off -c max_connections=40 \
        -c shared_buffers=64MB -c max_wal_size=256MB "$@") \
        >"$postgres_dir/server.log" 2>&1 </dev/null &
    postgres_pid=$!
    for _ in $(seq 100); do
        if grep -q 'ready to accept connections' "$postgres_dir/server.log"; then
            return 0
        fi
        kill -0 "$postgres_pid" 2>/dev/null || break
        sleep 0.1
    done
    cat "$postgres_dir/server.log" >&2
    return 1
}

# postgres_restart OPTION...: ends it in good order, and starts it with other options.
postgres_restart() {
    kill -INT "$postgres_pid"
    wait "$postgres_pid" || true
    postgres_run "$@"
}

# postgres_stop: ends it at once and removes its folder.
postgres_stop() {
    [ -n "${postgres_pid:-}" ] || return 0
    kill -QUIT "$postgres_pid" 2>/dev/null || true
    wait "$postgres_pid" 2>/dev/null || true
    rm -rf "$postgres_dir"
    postgres_pid=
}

# postgres_new NAME: an empty database of that name; prints its address.
postgres_new() {
    PGOPTIONS='-c client_min_messages=warning' psql -q -h "$postgres_dir" -U turnout -d postgres \
        -c "DROP DATABASE IF EXISTS \"$1\" WITH (FORCE)" -c "CREATE DATABASE \"$1\"" >&2 &&
        printf "${postgres}\n" "$1"
}

# postgres_sql NAME SQL: rows of a query, parted by tabs.
postgres_sql() {
    psql -q -A -t -F $'\t' -v ON_ERROR_STOP=1 -h "$postgres_dir" -U turnout -d "$1" -c "$2"
}
