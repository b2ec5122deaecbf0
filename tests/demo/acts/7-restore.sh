act "7. The first snapshot comes back as it was"
need "the first snapshot is restored" restore_snapshot "$first_snapshot"
as_it_was() { restored_listing >"$dir/restored.list" && diff -u "$dir/first.list" "$dir/restored.list"; }
check "content, modes, owners, times and links are those of the first backup ($(wc -l <"$dir/first.list") lines compared)" as_it_was
check "the repository is sound" check_repository
no_secret() { all_logs >"$dir/all.txt"; [[ -s $dir/all.txt ]] && ! grep -F 'correct horse' "$dir/all.txt"; }
check "no log holds the password" no_secret
show kubectl -n "$ns" get events --sort-by=.lastTimestamp
