act "4. The first backup"
# Jobs are made at once instead of at three in the night, as kubectl does it.
backup() { # NAME: makes a Job of the CronJob and follows the runner's log to the end of the Job
  show kubectl -n "$ns" create job --from=cronjob/stash-bc-ledger-backup "$1"
  within 30 kubectl -n "$ns" logs "job/$1" >/dev/null
  show kubectl -n "$ns" logs --follow "job/$1"
}
ended() { within 120 bash -c "kubectl -n $ns get job $1 -o jsonpath='{.status.conditions[*].type}' | grep -qE 'Complete|Failed'"; }
job_is() { equals "$(kubectl -n "$ns" get job "$1" -o json | jq -r '[.status.conditions[] | select(.status == "True") | .type] | map(select(. == "Complete" or . == "Failed"))[0]')" "$2"; }
sessions() { kubectl -n "$ns" get backupsessions -o json | jq '.items | sort_by(.metadata.creationTimestamp)'; }
last_session() { sessions | jq -r ".[-1]$1"; }
snapshots() { on_repository snapshots --json; }

data_listing >"$dir/first.list"
backup first
need "the first Job ran to its end" ended first
check "the Job is Complete" job_is first Complete
show kubectl -n "$ns" get backupsessions
check "the session is Succeeded" equals "$(last_session .status.phase)" Succeeded
check "its status tells size and files" equals \
  "$(last_session '.status.targets[0].stats[0].snapshots[0] | (.totalSize != null and .fileStats.totalFiles > 1000)')" true
check "an Event says BackupSucceeded" bash -c "kubectl -n $ns get events | grep -q BackupSucceeded"
check "restic has one snapshot" equals "$(snapshots | jq length)" 1
check "of the host that the StatefulSet's ordinal names" equals "$(snapshots | jq -r '.[0].hostname')" host-0
first_snapshot=$(snapshots | jq -r '.[0].id')
show kubectl -n "$ns" get repository ledger-repo
