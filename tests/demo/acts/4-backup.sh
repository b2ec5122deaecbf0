act "4. The first backup"
data=$dir/cluster/$(claims)/data-ledger-0
