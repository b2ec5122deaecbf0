act "1. A cluster, the webhook and the kinds"
say "A Kubernetes API in memory whose pods are processes in sandboxes; beside it the real webhook, with TLS."
webhook_port=$(free_port) metrics_port=$(free_port)
need "the programs of the demo are built" dotnet build tests/Stash.LocalCluster -c Release -v quiet -nologo
need "the cluster answers" start_cluster
show kubectl apply -f manifests/crds
need "the kinds are established" kubectl wait --for=condition=Established crd -l app.kubernetes.io/part-of=stash --timeout=20s
make_certificate
need "the webhook is ready" start_webhook
need "the webhook is registered" register_webhook
show kubectl create namespace "$ns"
