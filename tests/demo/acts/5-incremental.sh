act "5. Changed files, a second backup"
show kubectl -n "$ns" exec ledger-0 -c app -- sh /scripts/change
backup second
need "the second Job ran to its end" ended second
check "the Job is Complete" job_is second Complete
check "restic has two snapshots" equals "$(snapshots | jq length)" 2
check "the second one is incremental: 240 MB were there, less than 20 MiB are new" equals \
  "$(last_session '.status.targets[0].stats[0].snapshots[0] | (.uploaded | split(" ") | (.[1] | IN("B", "KiB")) or (.[1] == "MiB" and (.[0] | tonumber) < 20))')" true
last_session '.status.targets[0].stats[0].snapshots[0]'
