#!/usr/bin/env bash
# rootfs.sh webhook|runner PROGRAM FOLDER: lays out the file tree of an image: the self-contained program and what it needs from this
# Debian machine, nothing else: no shell, no package manager. Run as root or not: the archive sets the owners.
#   RESTIC         the restic to put into the runner's tree; default: the one on PATH
#   RESTIC_SHA256  what its SHA-256 must be; default: the one in images/restic.sha256
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
image=$1 program=$2 root=$3
user=65532

fail() { echo "rootfs: $*" >&2; exit 1; }
[[ -x $program ]] || fail "$program is not there; run: make build"
command -v dpkg-query >/dev/null || fail "needs Debian or a child of it: the libraries of the image are taken from this machine's packages"

rm -rf "$root"
mkdir -p "$root"/{etc/ssl/certs,usr/{bin,lib,lib64,sbin,share},usr/local/bin,var,run,proc,sys,dev}
mkdir -m 1777 "$root/tmp" && ln -s ../run "$root/var/run"
for folder in bin lib lib64 sbin; do ln -s "usr/$folder" "$root/$folder"; done

# A file of this machine, at the same place, as a file of its own.
take() {
  local path
  for path in "$@"; do
    [[ -e $path ]] || fail "$path is not there; it comes with: ${package[$path]:-libc-bin}"
    mkdir -p "$root$(dirname "$path")"
    cp -L --preserve=mode,timestamps "$path" "$root$path"
    printf '%s\n' "$path" >>"$root.files"
  done
}

# The libraries that a program is linked to, and theirs.
take_libraries() {
  local path
  while read -r path; do
    [[ -e $root$path ]] || take "$path"
  done < <(ldd "$@" | grep -oE '/[^ ]+ \(0x' | cut -d' ' -f1 | sed -E 's#^/(lib|lib64)/#/usr/\1/#' | sort -u)
}

declare -A package=([/etc/ssl/certs/ca-certificates.crt]=ca-certificates [/etc/ssl/openssl.cnf]=openssl [/usr/share/zoneinfo]=tzdata)
: >"$root.files"

install -m 0755 "$program" "$root/usr/local/bin/stash-$image"
take_libraries "$program"
# .NET loads TLS by name, not by link.
libraries=$(dirname "$(ldconfig -p | awk '/libssl\.so\.3 .*x86-64/ {print $NF; exit}')")
[[ -e $libraries/libssl.so.3 ]] || fail "libssl.so.3 is not there; it comes with: libssl3"
libraries=/usr/${libraries#/}; libraries=${libraries/#\/usr\/usr/\/usr}
take "$libraries"/lib{ssl,crypto}.so.3
take_libraries "$libraries"/lib{ssl,crypto}.so.3

take /etc/ssl/certs/ca-certificates.crt /etc/ssl/openssl.cnf
mkdir -p "$root/usr/lib/ssl"
ln -s /etc/ssl/certs "$root/usr/lib/ssl/certs"
ln -s /etc/ssl/certs/ca-certificates.crt "$root/usr/lib/ssl/cert.pem"
ln -s /etc/ssl/openssl.cnf "$root/usr/lib/ssl/openssl.cnf"

[[ -d /usr/share/zoneinfo/Europe ]] || fail "/usr/share/zoneinfo is not there; it comes with: tzdata"
cp -a /usr/share/zoneinfo "$root/usr/share/"
rm -rf "$root"/usr/share/zoneinfo/{posix,right,localtime,posixrules}
echo /usr/share/zoneinfo/Etc/UTC >>"$root.files"

if [[ $image == runner ]]; then
  restic=${RESTIC:-$(command -v restic)} || fail "restic is not there; run: make setup"
  pinned=${RESTIC_SHA256:-$(cut -d' ' -f1 "$here/restic.sha256")}
  found=$(sha256sum "$restic" | cut -d' ' -f1)
  [[ $found == "$pinned" ]] || fail "$restic has the SHA-256 $found, not $pinned as pinned. If you trust it: make rootfs RESTIC_SHA256=$found"
  install -m 0755 "$restic" "$root/usr/bin/restic"
  take_libraries "$restic"
  printf "%s\n" "$restic" >>"$root.files"
fi

printf 'root:x:0:0:root:/:/usr/sbin/nologin\nstash:x:%s:%s:stash:/tmp:/usr/sbin/nologin\n' $user $user >"$root/etc/passwd"
printf 'root:x:0:\nstash:x:%s:\n' $user >"$root/etc/group"
printf 'passwd: files\ngroup: files\nhosts: files dns\n' >"$root/etc/nsswitch.conf"
# The container runtime mounts its own over these.
touch "$root"/etc/{hosts,hostname,resolv.conf}

"$here/sbom.sh" "$image" "$root" "$root.files"
rm "$root.files"
