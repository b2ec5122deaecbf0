act "1. A cluster, the webhook and the kinds"
bring_up
show kubectl create namespace "$ns"
