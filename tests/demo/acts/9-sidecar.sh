act "9. A sidecar of one's own"
show apply_here "$here/sidecar.yaml"
missing() {
  ! kubectl -n "$ns" patch backupconfiguration ledger-backup --type merge -p '{"spec":{"target":{"sidecar":{"functionName":"demo-sidecra"}}}}' 2>"$dir/missing" &&
    grep -q 'did you mean "demo-sidecar"' "$dir/missing"
}
check "a Function that does not exist is refused, with the nearest name" missing
sed 's/^/    /' "$dir/missing"
show kubectl -n "$ns" patch backupconfiguration ledger-backup --type merge \
  -p '{"spec":{"target":{"sidecar":{"functionName":"demo-sidecar","params":{"kind":"many-only"}}}}}'
# A StatefulSet's pod keeps its name: the new one is known by its uid.
old=$(kubectl -n "$ns" get pod ledger-0 -o jsonpath='{.metadata.uid}')
show kubectl -n "$ns" rollout restart statefulset ledger
renewed() { [[ $(kubectl -n "$ns" get pod ledger-0 -o jsonpath='{.metadata.uid}') != "$old" ]]; }
need "the pod is made anew" within 90 renewed
need "and is ready" within 90 kubectl -n "$ns" wait --for=condition=Ready pod/ledger-0 --timeout=5s
backup sixth
need "the sixth Job ran to its end" ended sixth
check "the Job is Complete" job_is sixth Complete
check "the snapshot is what the command made" equals "$(snapshots | jq -c '.[-1] | [.paths, (.tags | index("many-only") != null)]')" '[["/data/many"],true]'
check "and the session tells its size" equals "$(last_session '.status.targets[0].stats[0].snapshots[0] | .fileStats.totalFiles > 900')" true
show kubectl -n "$ns" get backupsessions
