act "6. A file that cannot be read is told, not hidden"
hide_file
say "a file of root's, mode 0000, appeared in the volume: /data/secret-of-root"
backup third
need "the third Job ran to its end" ended third
check "the Job is Failed, and was not tried again" job_is third Failed
check "the session is Failed" equals "$(last_session .status.phase)" Failed
check "and names the file" bash -c 'grep -q "FilesUnread.*/data/secret-of-root" <<<"$1"' _ "$(last_session '.status.targets[0].stats[0].error')"
check "an Event says BackupFailed" bash -c "kubectl -n $ns get events | grep -q BackupFailed"
last_session '.status.targets[0].stats[0].error'
unhide_file
