# Listings of a tree with everything that a restore must bring back, so that two can be compared line by line.

# listing FOLDER: path, type, mode, owner, group, modification time, size (not of folders), link target, hard link group, content.
listing() (
  cd "$1" || exit 1
  find . -mindepth 1 -printf '%P\t%y\t%m\t%U\t%G\t%T@\t%l\t%n\0' | sort -z | tr '\n\0' '\1\n'
  find . -type f -links 1 -print0 | sort -z | xargs -0 -r sha256sum --zero | tr '\n\0' '\1\n'
  find . -type f -links +1 -printf '%i\t%P\n' | sort -k2 |
    awk -F'\t' '{ group[$1] = group[$1] " + " $2 } END { for (i in group) print "hard links" group[i] }' | sort
)
