#!/bin/bash
# Restores the newest chain into a running, empty server: the whole backup, then the binary logs after it. In the sidecar:
#   kubectl exec -n maria sample-mariadb-0 -c stash -- bash /scripts/restore.sh
set -euo pipefail
export RESTIC_REPOSITORY=$REPOSITORY RESTIC_PASSWORD_FILE=${PASSWORD_FILE:-/etc/stash/repository/RESTIC_PASSWORD}
work=$(mktemp -d "${TMPDIR:-/tmp}/restore.XXXXXX")
trap 'rm -rf "$work"' EXIT

client() { mariadb --user=root --socket="$SOCKET" --init-command="SET SESSION sql_log_bin = 0" "$@"; }
newest() { restic snapshots --no-lock --json --host "$HOST" --tag "$TAG,$1" | grep -o "$2" | tail -n 1 || true; }

# The dump brings the users and passwords that were backed up: from then on this server's own Secret may no longer fit.
chain=$(newest full '"chain-[^"]*"' | tr -d '"')
[ -n "$chain" ] || { echo "there is no whole backup of host $HOST" >&2; exit 1; }
whole=$(newest "$chain,full" '"short_id":"[0-9a-f]*"' | cut -d'"' -f4)
logs=$(newest "$chain,incremental" '"short_id":"[0-9a-f]*"' | cut -d'"' -f4)

echo "restoring $chain: snapshot $whole, binary logs ${logs:-none}"
restic restore --no-lock "$whole" --target "$work/whole"
dump=$(find "$work/whole" -name full.sql)
client --execute="DROP DATABASE IF EXISTS stash_backup"
client < "$dump"
client --execute="FLUSH PRIVILEGES"
[ -n "$logs" ] || exit 0

restic restore --no-lock "$logs" --target "$work/logs"
position=$(grep -m1 -o "MASTER_LOG_POS=[0-9]*" "$dump" | cut -d= -f2)
find "$work/logs" -type f | sort > "$work/list"
mapfile -t files < "$work/list"
mariadb-binlog --disable-log-bin --start-position="$position" "${files[@]}" | client --binary-mode
