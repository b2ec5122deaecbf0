act "2. Where to, what, when: Secret, Repository, BackupConfiguration"
show apply_here "$here/backup.yaml"
need "the config exists" kubectl -n "$ns" get backupconfiguration ledger-backup
say "A config with mistakes is refused, with every mistake at once:"
refused() {
  ! kubectl -n "$ns" get backupconfiguration ledger-backup -o json |
    jq '.metadata = {name: "mistaken", namespace: .metadata.namespace} | .spec.schedule = "61 * * * *" | .spec.repository[0].name = "ledger-rpo"' |
    kubectl apply -f - 2>"$dir/refused" && cat "$dir/refused" && grep -q 'spec.schedule' "$dir/refused" && grep -q 'ledger-repo' "$dir/refused"
}
check "two mistakes are told together, with the nearest name" refused
sed 's/^/    /' "$dir/refused"
sync_now
need "the config has its CronJob" kubectl -n "$ns" get cronjob stash-bc-ledger-backup
show kubectl -n "$ns" get cronjobs,backupconfigurations,repositories
unchanged() {
  local before after
  before=$(kubectl -n "$ns" get cronjob,serviceaccount,rolebinding -o jsonpath='{.items[*].metadata.resourceVersion}')
  sync_now
  after=$(kubectl -n "$ns" get cronjob,serviceaccount,rolebinding -o jsonpath='{.items[*].metadata.resourceVersion}')
  equals "$after" "$before"
}
check "a second sync changes nothing" unchanged
