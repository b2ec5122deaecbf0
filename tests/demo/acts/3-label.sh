act "3. A label opts the workload in"
show apply_here "$here/workload.yaml"
need "the workload runs, without a sidecar yet" within 120 kubectl -n "$ns" rollout status statefulset/ledger --timeout=60s
show kubectl -n "$ns" patch statefulset ledger --type merge \
  -p '{"spec":{"template":{"metadata":{"labels":{"stash.appscode.com/config":"ledger-backup"}}}}}'
injected() { kubectl -n "$ns" get pod ledger-0 -o jsonpath='{.spec.initContainers[*].name} {.spec.containers[*].name}' | grep -qw stash; }
need "the new pod has the sidecar" within 60 injected
need "and is ready" within 90 kubectl -n "$ns" wait --for=condition=Ready pod/ledger-0 --timeout=5s
show kubectl -n "$ns" get pod ledger-0
show kubectl -n "$ns" get pod ledger-0 -o jsonpath='{.spec.initContainers[?(@.name=="stash")]}' | jq '{name, command, restartPolicy, securityContext, volumeMounts}'
check "the sidecar's mount of the data is read-only" equals \
  "$(kubectl -n "$ns" get pod ledger-0 -o json | jq -r '[.spec.initContainers[], .spec.containers[]] | map(select(.name == "stash")) | .[0].volumeMounts[] | select(.mountPath == "/data") | .readOnly')" true
