#!/bin/bash
# Backs the database up: all of it, or the binary logs since it was last backed up as a whole. The Function's environment tells which
# database and where to; how it is woken, which session it is and what is to be kept.
# A chain is one whole backup and the binary logs after it; its name, the session that began it, is in the database and a tag of each snapshot.
set -euo pipefail
export RESTIC_REPOSITORY=$REPOSITORY RESTIC_PASSWORD_FILE=${PASSWORD_FILE:-/etc/stash/repository/RESTIC_PASSWORD}
work=$(mktemp -d "${TMPDIR:-/tmp}/back-up.XXXXXX")
trap 'rm -rf "$work"' EXIT

sql() { mariadb --user=root --socket="$SOCKET" --batch --skip-column-names --execute="$1"; }
ids() { restic snapshots --no-lock --json --host "$HOST" --tag "$1" | grep -o '"short_id":"[0-9a-f]*"' | cut -d'"' -f4 || true; }
save() { restic backup --json --host "$HOST" --tag "$TAG" --tag "$SESSION" "$@"; }

full() {
  echo "a whole backup: $1"
  # Into a file first: a dump that breaks off must not become a snapshot.
  mariadb-dump --user=root --socket="$SOCKET" --all-databases --ignore-database=stash_backup --single-transaction --flush-logs \
    --master-data=2 --routines --events --triggers --result-file="$work/full.sql"
  first=$(grep -m1 -o "MASTER_LOG_FILE='[^']*'" "$work/full.sql" | cut -d"'" -f2)
  (cd "$work" && save --tag full --tag "chain-$SESSION" full.sql)
  sql "SET SESSION sql_log_bin = 0; CREATE DATABASE IF NOT EXISTS stash_backup;
    CREATE OR REPLACE TABLE stash_backup.chain AS SELECT '$SESSION' AS name, '$first' AS first; PURGE BINARY LOGS TO '$first';"
}

incremental() {
  echo "binary logs of chain $1, from $2 on"
  sql "FLUSH BINARY LOGS"
  active=$(sql "SHOW MASTER STATUS" | cut -f1)
  sql "SHOW BINARY LOGS" | cut -f1 | grep -v -x "$active" > "$work/logs"
  grep -q -x "$2" "$work/logs" || { full "the first binary log of chain $1 is gone"; return; }
  (cd "$DATA" && save --tag incremental --tag "chain-$1" --files-from-verbatim "$work/logs")
}

# The policy counts whole backups: one is kept or goes with everything that needs it.
forget() {
  [ "$KEEP_LAST" -gt 0 ] || return 0
  restic snapshots --no-lock --json --host "$HOST" --tag "$TAG,full" | grep -o '"chain-[^"]*"' | tr -d '"' | head -n "-$KEEP_LAST" |
    while read -r chain; do
      ids "$TAG,$chain" | xargs restic forget --quiet >&2
    done
  [ "$PRUNE" != true ] || restic prune --quiet >&2
}

[ -e "$RESTIC_REPOSITORY/config" ] || restic init >&2
restic unlock --quiet >&2
# A runner that was killed wakes the sidecar a second time for the same session.
if [ -n "$(ids "$TAG,$SESSION")" ]; then
  echo "session $SESSION was backed up already"
  exit 0
fi

read -r chain first < <(sql "SELECT name, first FROM stash_backup.chain" 2>/dev/null) || true
count=$(if [ -n "${chain:-}" ]; then ids "$TAG,chain-$chain" | wc -l; else echo 0; fi)
if [ "$count" -eq 0 ]; then
  full "there is none of this database yet"
elif [ "$count" -ge "$FULL_EVERY" ]; then
  full "there are $count backups in chain $chain"
else
  incremental "$chain" "$first"
fi
forget
