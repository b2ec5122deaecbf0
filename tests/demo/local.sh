# The story on a cluster of local processes: starts and stops it and the webhook beside it, and looks into its volumes.

# A check runs in a subshell: process ids are kept in a file.
started() { echo "$1" >>"$dir/processes"; }

free_port() {
  local port
  for port in $(shuf -i 20000-29999 -n 50); do
    (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
  return 1
}

start_cluster() {
  tests/Stash.LocalCluster/bin/Release/net10.0/stash-local-cluster --directory "$dir/cluster" --kubeconfig "$KUBECONFIG" \
    --image "stash-runner:demo=$(runner_image)" >"$dir/cluster.log" 2>&1 &
  started $!
  within 60 kubectl get --raw /readyz
}

# What the image of the runner is made of here: the machine's own files and the program that was just built.
runner_image() {
  jq -n --arg runner "$repo/out/stash-runner" '{entrypoint: ["stash-runner"], user: 65532, files: {($runner): "/usr/local/bin/stash-runner"}}' \
    >"$dir/runner-image.json"
  printf '%s' "$dir/runner-image.json"
}

make_certificate() {
  mkdir -p "$dir/tls"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=stash-webhook \
    -addext subjectAltName=IP:127.0.0.1 -keyout "$dir/tls/tls.key" -out "$dir/tls/tls.crt" 2>/dev/null
}

start_webhook() {
  out/stash-webhook --port "$webhook_port" --metrics-port "$metrics_port" --tls-cert "$dir/tls/tls.crt" --tls-key "$dir/tls/tls.key" \
    --kubeconfig "$KUBECONFIG" --image stash-runner:demo >"$dir/webhook.log" 2>&1 &
  started $!
  within 30 curl -fsS --cacert "$dir/tls/tls.crt" "https://127.0.0.1:$webhook_port/readyz"
}

# The registrations as they are installed, with this machine's address in place of the Service.
register_webhook() {
  kubectl kustomize manifests/webhook |
    kubectl create -f - --dry-run=client -o json |
    jq --arg url "https://127.0.0.1:$webhook_port" --arg ca "$(base64 -w0 "$dir/tls/tls.crt")" \
      '(.. | .clientConfig? | objects) |= {url: ($url + .service.path), caBundle: $ca}' |
    kubectl apply -f -
}

apply_here() { kubectl apply -f "$1"; }

bring_up() {
  say "A Kubernetes API in memory whose pods are processes in sandboxes; beside it the real webhook, with TLS."
  webhook_port=$(free_port) metrics_port=$(free_port)
  need "the programs of the demo are built" dotnet build tests/Stash.LocalCluster -c Release -v quiet -nologo
  need "the cluster answers" start_cluster
  show kubectl apply -f manifests/crds
  need "the kinds are established" kubectl wait --for=condition=Established crd -l app.kubernetes.io/part-of=stash --timeout=20s
  make_certificate
  need "the webhook is ready" start_webhook
  need "the webhook is registered" register_webhook
}

sync_now() {
  say "sync turns configs into native CronJobs (installed, it is a CronJob itself):"
  show out/stash-runner sync --kubeconfig "$KUBECONFIG" --image stash-runner:demo
}

claim_folder() { echo "$dir/cluster/claims/$ns/$1"; }
data_listing() { listing "$(claim_folder data-ledger-0)"; }
on_repository() { RESTIC_PASSWORD=$password restic -r "$(claim_folder ledger-repo)/ledger" --no-cache "$@"; }
hide_file() { install -m 0000 /dev/null "$(claim_folder data-ledger-0)/secret-of-root"; }
unhide_file() { rm -f "$(claim_folder data-ledger-0)/secret-of-root"; }

restore_snapshot() {
  mkdir -p "$dir/restored"
  show on_repository restore "$1" --target "$dir/restored"
}
restored_listing() { listing "$dir/restored/data"; }
check_repository() { on_repository check --read-data; }
all_logs() { find "$dir" -name '*.log' -exec cat {} +; }

tear_down() {
  local status=$?
  local process
  for process in $(tac "$dir/processes" 2>/dev/null); do
    kill "$process" 2>/dev/null
    for _ in $(seq 100); do kill -0 "$process" 2>/dev/null || break; sleep 0.1; done
    kill -9 "$process" 2>/dev/null
  done
  if [[ -z $keep ]]; then rm -rf "$dir"; else echo "kept: $dir"; fi
  exit "$status"
}
