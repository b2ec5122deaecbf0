act "7. The first snapshot comes back as it was"
mkdir -p "$dir/restored"
show env RESTIC_PASSWORD='correct horse battery staple' restic -r "$(claim_folder ledger-repo)/ledger" --no-cache restore "$first_snapshot" --target "$dir/restored"
as_it_was() { listing "$dir/restored/data" >"$dir/restored.list" && diff -u "$dir/first.list" "$dir/restored.list"; }
check "content, modes, owners, times and links are those of the first backup ($(wc -l <"$dir/first.list") lines compared)" as_it_was
check "the repository is sound" env RESTIC_PASSWORD='correct horse battery staple' restic -r "$(claim_folder ledger-repo)/ledger" --no-cache check --read-data
no_secret() { ! grep -rF 'correct horse' "$dir"/*.log "$dir/cluster" --include='*.log' -l; }
check "no log holds the password" no_secret
show kubectl -n "$ns" get events --sort-by=.lastTimestamp
