act "8. Hooks: before the backup in a Job of their own, after it in the application's container"
show apply_here "$here/hooks.yaml"
hooks() { # SCRIPT: what preBackup runs
  kubectl -n "$ns" patch backupconfiguration ledger-backup --type merge -p "$(jq -n --arg script "$1" '{spec: {hooks: {
    preBackup: {exec: {command: ["sh", "-c", $script]}, executor: {functionName: "demo-executor", params: {greeting: "good morning"}}},
    postBackup: {exec: {command: ["sh", "-c", "echo {{ .Status.Phase }} > /data/released"]}, containerName: "app"}}}}')"
}
released() { kubectl -n "$ns" exec ledger-0 -c app -- cat /data/released; }
executors() { kubectl -n "$ns" get jobs -o json | jq -r --arg session "$1" '.items[] | select(any(.metadata.ownerReferences[]?; .name == $session)) | .metadata.name'; }
condition() { last_session ".status.targets[0].conditions[] | select(.type == \"$1\") | $2"; }

need "the config has hooks" hooks 'echo "$GREETING"'
backup fourth
need "the fourth Job ran to its end" ended fourth
check "the Job is Complete" job_is fourth Complete
check "preBackup succeeded" equals "$(condition PreBackupHookExecutionSucceeded .status)" True
check "postBackup succeeded" equals "$(condition PostBackupHookExecutionSucceeded .status)" True
check "and knew how the backup went" equals "$(released)" Succeeded
executor=$(executors "$(last_session .metadata.name)")
show kubectl -n "$ns" logs "job/$executor"
check "the executor ran with its params" equals "$(kubectl -n "$ns" logs "job/$executor")" "good morning from ledger-backup in $ns"

say "A hook that fails: nothing is backed up, the application is released all the same, and everybody hears why."
before=$(snapshots | jq length)
need "the config has a hook that fails" hooks 'echo "the database said no"; exit 7'
backup fifth
need "the fifth Job ran to its end" ended fifth
check "the Job is Failed" job_is fifth Failed
check "no snapshot was taken" equals "$(snapshots | jq length)" "$before"
check "postBackup ran, and knew" equals "$(released)" Failed
check "the condition has exit code and output" bash -c 'grep -q "7" <<<"$1" && grep -q "the database said no" <<<"$1"' _ "$(condition PreBackupHookExecutionSucceeded .message)"
check "and so has the Event" bash -c "kubectl -n $ns get events | grep BackupFailed | grep -q 'the database said no'"
condition PreBackupHookExecutionSucceeded .message

gone=$(last_session .metadata.name)
job=$(executors "$gone")
show kubectl -n "$ns" delete backupsession "$gone"
collected() { ! kubectl -n "$ns" get job "$job" 2>/dev/null; }
check "the executor's Job goes with its session" within 60 collected
show kubectl -n "$ns" patch backupconfiguration ledger-backup --type json -p '[{"op": "remove", "path": "/spec/hooks"}]'
