# The story on the cluster that KUBECONFIG names, in a namespace of its own. Installs Stash.Webhook where it is not installed yet, and
# takes away what it brought. The volumes are looked at from inside pods. Needs a StorageClass, or volumes that fit the claims.
#   STASH_WEBHOOK_IMAGE, STASH_RUNNER_IMAGE  the images to install; default: those that make rootfs or make images made
#   DEMO_SHELL_IMAGE                         an image with a shell and GNU find, for the workload
webhook_image=${STASH_WEBHOOK_IMAGE:-stash-webhook:dev}
runner_image=${STASH_RUNNER_IMAGE:-stash-runner:dev}
shell_image=${DEMO_SHELL_IMAGE:-debian:stable-slim}
installed_here=

apply_here() { sed "s/namespace: demo$/namespace: $ns/; s#image: shell\$#image: $shell_image#; s#image: stash-runner:demo\$#image: $runner_image#" "$1" | kubectl apply -f -; }

manifests() {
  kubectl kustomize kustomize/overlays/default |
    sed -E "s#image: stash-webhook:.*#image: $webhook_image#; s#stash-runner:dev#$runner_image#g"
}

bring_up() {
  say "The cluster is $(kubectl config view --minify -o jsonpath='{.clusters[0].cluster.server}')."
  if kubectl get namespace "$ns" >/dev/null 2>&1; then
    need "there is no namespace $ns yet: the demo would delete it" false
  fi
  if kubectl get deployment -n stash-system stash-webhook >/dev/null 2>&1; then
    say "Stash.Webhook is installed there already, and stays as it is."
  else
    installed_here=yes
    need "the default overlay applies" install_all
  fi
  need "the webhook is ready" kubectl -n stash-system rollout status deployment/stash-webhook --timeout=180s
  need "the webhook's certificate is registered" within 60 registered
}
install_all() { manifests | kubectl apply -f -; }
registered() { [[ $(kubectl get mutatingwebhookconfigurations stash-webhook -o jsonpath='{.webhooks[0].clientConfig.caBundle}') ]]; }

sync_now() {
  say "The webhook wakes sync, which turns the config into a native CronJob:"
  within 60 kubectl -n "$ns" get cronjob stash-bc-ledger-backup
  local job=demo-sync-$RANDOM
  kubectl -n stash-system create job --from=cronjob/stash-sync "$job" &&
    kubectl -n stash-system wait --for=condition=Complete "job/$job" --timeout=120s
  kubectl -n stash-system delete job "$job" >/dev/null
}

in_pod() { local pod=$1 container=$2; shift 2; kubectl -n "$ns" exec "$pod" -c "$container" -- "$@"; }
listing_in() { in_pod "$1" "$2" sh -c "$(declare -f listing); listing $3"; }
data_listing() { listing_in ledger-0 app /data; }
on_repository() { in_pod ledger-0 stash restic -r /repository/ledger --no-cache --password-file /etc/stash/repository/RESTIC_PASSWORD "$@"; }

# A pod of root's beside the workload, with its volume.
as_root() {
  kubectl -n "$ns" delete pod root --ignore-not-found >/dev/null
  jq -n --arg image "$shell_image" --arg script "$1" '{apiVersion: "v1", kind: "Pod", metadata: {name: "root"}, spec: {
    restartPolicy: "Never", affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [
      {labelSelector: {matchLabels: {app: "ledger"}}, topologyKey: "kubernetes.io/hostname"}]}},
    containers: [{name: "root", image: $image, command: ["sh", "-c", $script], securityContext: {runAsUser: 0}, volumeMounts: [{name: "data", mountPath: "/data"}]}],
    volumes: [{name: "data", persistentVolumeClaim: {claimName: "data-ledger-0"}}]}}' | kubectl -n "$ns" apply -f - >/dev/null
  kubectl -n "$ns" wait pod/root --for=jsonpath='{.status.phase}'=Succeeded --timeout=60s >/dev/null
}
hide_file() { as_root 'install -m 0000 /dev/null /data/secret-of-root'; }
unhide_file() { as_root 'rm -f /data/secret-of-root'; }

# restic as root in the runner's image, so that owners come back; then a shell to look at what came.
restore_snapshot() {
  say "a pod restores snapshot ${1:0:8} into an empty folder, and checks the repository:"
  jq -n --arg image "$shell_image" --arg runner "$runner_image" --arg snapshot "$1" '
    def restic($name; $arguments): {name: $name, image: $runner, command: (["restic", "-r", "/repository/ledger", "--no-cache", "--no-lock",
      "--password-file", "/secret/RESTIC_PASSWORD"] + $arguments), securityContext: {runAsUser: 0}, volumeMounts: [
      {name: "repository", mountPath: "/repository"}, {name: "secret", mountPath: "/secret"}, {name: "restored", mountPath: "/restored"}]};
    {apiVersion: "v1", kind: "Pod", metadata: {name: "restore"}, spec: {restartPolicy: "Never", terminationGracePeriodSeconds: 1,
    affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{labelSelector: {matchLabels: {app: "ledger"}}, topologyKey: "kubernetes.io/hostname"}]}},
    initContainers: [restic("restore"; ["restore", $snapshot, "--target", "/restored"]), restic("check"; ["check", "--read-data"])],
    containers: [{name: "look", image: $image, command: ["sleep", "1000"], securityContext: {runAsUser: 0}, volumeMounts: [{name: "restored", mountPath: "/restored"}]}],
    volumes: [{name: "repository", persistentVolumeClaim: {claimName: "ledger-repo"}}, {name: "secret", secret: {secretName: "ledger-repo-secret"}},
      {name: "restored", emptyDir: {}}]}}' | kubectl -n "$ns" apply -f -
  kubectl -n "$ns" wait pod/restore --for=condition=Ready --timeout=120s
}
restored_listing() { listing_in restore look /restored/data; }
check_repository() { kubectl -n "$ns" logs restore -c check | tee /dev/stderr | grep -q 'no errors were found'; }

all_logs() {
  local pod
  for pod in $(kubectl -n "$ns" get pods -o name); do kubectl -n "$ns" logs "$pod" --all-containers; done
  for pod in $(kubectl -n stash-system get pods -o name); do kubectl -n stash-system logs "$pod" --all-containers; done
}

tear_down() {
  local status=$?
  if [[ -n $keep ]]; then
    echo "kept: namespace $ns, and $dir"
    exit "$status"
  fi
  echo "cleaning up"
  kubectl delete namespace "$ns" --ignore-not-found --timeout=120s >/dev/null
  kubectl delete functions.stash.appscode.com demo-executor demo-sidecar --ignore-not-found >/dev/null 2>&1
  if [[ -n $installed_here ]]; then kubectl delete -k kustomize/overlays/purge --ignore-not-found --timeout=120s >/dev/null; fi
  rm -rf "$dir"
  exit "$status"
}
