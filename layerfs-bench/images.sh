#!/usr/bin/env bash
# Makes the real images that RealImageTest compares with other tools: no registry is contacted, Debian's packages are enough.
#   base    a debootstrapped root, one layer
#   debian  4 layers over that root: hard links, deletions, an opaque directory, file capabilities, a sparse file,
#           devices, names that are not UTF-8, a directory that becomes a symbolic link and one that stops being one
#   many    the same root and 100 small layers over it
#   base-small, debian-small   the same as base and debian, over a root without what only takes space: what each build tries
# Usage, as root: images.sh DIR [MIRROR]. Needs debootstrap, umoci, skopeo, python3. Results: DIR/NAME/{oci-gzip,oci-zstd} (OCI layouts, tag
# "latest") and DIR/NAME/docker-archive.tar. What is there already is kept.
set -euo pipefail
top=${1:?usage: images.sh DIR [MIRROR]}
mirror=${2:-$(awk '/^URIs:/ {print $2; exit} /^deb / {print $2; exit}' /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null || true)}
[ -f "$top/complete" ] && [ -d "$top/debian-small" ] && exit 0
work=$top/work
mkdir -p "$work"

if [ ! -f "$work/root.tar" ]; then
  rm -rf "$work/root"
  debootstrap --variant=minbase bookworm "$work/root" "$mirror" >"$work/debootstrap.log" 2>&1 || {
    tail "$work/debootstrap.log" >&2
    exit 1
  }
  rm -rf "$work"/root/var/cache/apt/archives/*.deb "$work"/root/var/lib/apt/lists/*
  tar -C "$work/root" --numeric-owner --xattrs --xattrs-include='*' --sort=name -cf "$work/root.tmp" .
  mv "$work/root.tmp" "$work/root.tar"
fi

python3 - "$work" <<'PY'
import io, random, re, sys, tarfile

work = sys.argv[1]
random.seed(7)

# Documents, languages and large libraries that neither a shell nor dpkg needs.
left_out = re.compile(r"\./(usr/share/(locale|doc|man|info|i18n|zoneinfo|perl5|common-licenses)/|var/cache/debconf/|usr/lib/locale/"
                      r"|usr/lib/x86_64-linux-gnu/(gconv|perl-base|security|audit|engines-3|ossl-modules)/|usr/lib/(apt|systemd)/"
                      r"|usr/lib/[^/]*/(libcrypto|libssl|libdb-|libgnutls|libunistring|libapt-|libp11|libstdc|libnettle|libgcrypt|libsystemd|libkrb|libnsl|libgssapi)"
                      r"|usr/s?bin/(perl|gpg|e2|debugfs|mke2fs|tune2fs|resize2fs|lsblk|localedef|apt|bash$|fdisk|sfdisk|cfdisk|losetup))")
with tarfile.open(f"{work}/root.tar") as whole, tarfile.open(f"{work}/small.tar", "w", format=tarfile.PAX_FORMAT, encoding="utf-8", errors="surrogateescape") as small:
    for member in whole:
        if not left_out.match(member.name) and not (member.islnk() and left_out.match(member.linkname)):
            small.addfile(member, whole.extractfile(member) if member.isreg() else None)

class Layer:
    def __init__(self, name):
        self.tar = tarfile.open(f"{work}/{name}.tar", "w", format=tarfile.PAX_FORMAT, encoding="utf-8", errors="surrogateescape")
    def add(self, name, data=None, kind=tarfile.REGTYPE, mode=0o644, uid=0, gid=0, link="", mtime=1700000000.25, pax=None, dev=(0, 0)):
        info = tarfile.TarInfo(name)
        info.type, info.mode, info.uid, info.gid, info.linkname, info.mtime = kind, mode, uid, gid, link, mtime
        info.devmajor, info.devminor = dev
        info.pax_headers = pax or {}
        info.size = len(data) if data is not None and kind == tarfile.REGTYPE else 0
        self.tar.addfile(info, io.BytesIO(data) if info.size else None)
    def directory(self, name, **more):
        self.add(name, kind=tarfile.DIRTYPE, **{"mode": 0o755, **more})

# A capability set as the kernel stores it: revision 2, effective, CAP_NET_BIND_SERVICE permitted.
capability = b"\x01\x00\x00\x02" + (1 << 10).to_bytes(4, "little") + bytes(12)

l = Layer("layer1")
l.directory("opt"); l.directory("opt/app", uid=1000, gid=1000); l.directory("opt/app/cfg"); l.directory("opt/app/sticky", mode=0o1777)
for i in range(200):
    l.add(f"opt/app/cfg/c{i}", f"conf {i}\n".encode(), mtime=1600000000 + i + 0.123456789)
l.add("opt/app/tool", b"#!/bin/sh\n" * 5000, mode=0o755, pax={"SCHILY.xattr.security.capability": capability.decode("utf-8", "surrogateescape")})
l.add("opt/app/suid", b"x" * 4097, mode=0o6755)
l.add("opt/app/noted", b"", pax={"SCHILY.xattr.user.comment": "layer one", "SCHILY.xattr.user.empty": ""})
l.add("opt/app/fifo", kind=tarfile.FIFOTYPE, mode=0o600)
l.add("opt/app/null", kind=tarfile.CHRTYPE, dev=(1, 3), mode=0o666)
l.add("opt/app/disk", kind=tarfile.BLKTYPE, dev=(8, 1), mode=0o660, gid=6)
l.add("opt/app/na\u00efve \u65e5\u672c.txt", b"utf-8")
l.add("opt/app/raw\udcff\udc80", b"not utf-8")
for i in range(40):
    l.add(f"opt/app/hard{i}", kind=tarfile.LNKTYPE, link=f"opt/app/cfg/c{i}")
    l.add(f"opt/app/soft{i}", kind=tarfile.SYMTYPE, link=f"../app/cfg/c{i}", mode=0o777)
l.add("opt/app/zeros", bytes(8 << 20) + b"end")
l.directory("opt/app/src")
for d in range(30):
    l.directory(f"opt/app/src/p{d}")
    for f in range(40):
        l.add(f"opt/app/src/p{d}/f{f}.bin", random.randbytes(f * 173))
l.directory("opt/todir"); l.add("opt/tolink", kind=tarfile.SYMTYPE, link="app/cfg", mode=0o777); l.add("opt/todir/gone", b"gone")
l.tar.close()

l = Layer("layer2")
l.directory("opt/app/cfg"); l.add("opt/app/cfg/.wh..wh..opq", b"")
for i in range(20):
    l.add(f"opt/app/cfg/n{i}", f"new {i}\n".encode())
for i in range(10, 20):
    l.add(f"opt/app/.wh.soft{i}", b"")
l.add("opt/app/.wh.fifo", b"")
for d in range(10, 20):
    l.add(f"opt/app/src/.wh.p{d}", b"")
l.add("opt/todir", kind=tarfile.SYMTYPE, link="app/src", mode=0o777)
l.directory("opt/tolink", mode=0o700); l.add("opt/tolink/here", b"a directory now")
l.directory("etc"); l.add("etc/.wh.issue", b"")
l.tar.close()

l = Layer("layer3")
l.add("opt/todir/p0/through-the-link", b"lands in opt/app/src/p0")
l.add("opt/app/again", kind=tarfile.LNKTYPE, link="opt/app/src/p1/f5.bin")
l.directory("opt/app/src/p2", mode=0o750, uid=7, gid=8)
l.add("opt/app/cfg/n0", b"rewritten\n", mode=0o600)
l.tar.close()

words = [b"layer", b"upper", b"lower", b"whiteout", b"opaque", b"merged"]
for n in range(1, 101):
    l = Layer(f"many{n:03d}")
    l.directory("opt"); l.directory("opt/many"); d = f"opt/many/d{n % 10}"; l.directory(d)
    if n % 25 == 0:
        l.add(d + "/.wh..wh..opq", b"")
    for i in range(8):
        l.add(f"{d}/l{n}-f{i}", b" ".join(random.choices(words, k=random.choice([30, 200, 2000]))))
    l.add(f"{d}/hard{n}", kind=tarfile.LNKTYPE, link=f"{d}/l{n}-f1")
    l.add("opt/many/counter", f"{n}\n".encode())
    if n > 10 and n % 25 and (n - 10) % 25:
        l.add(f"{d}/.wh.l{n - 10}-f2", b"")
    l.tar.close()
PY

build() { # name, layer tars
  local name=$1 dir=$top/$1
  shift
  [ -f "$dir/docker-archive.tar" ] && return
  rm -rf "$dir" && mkdir -p "$dir"
  umoci init --layout "$dir/oci-gzip" && umoci new --image "$dir/oci-gzip:latest"
  for layer; do umoci raw add-layer --image "$dir/oci-gzip:latest" "$layer" >/dev/null 2>&1; done
  umoci config --image "$dir/oci-gzip:latest" --config.cmd /bin/bash --config.env PATH=/usr/bin:/bin
  umoci gc --layout "$dir/oci-gzip" >/dev/null 2>&1
  skopeo copy -q --dest-compress-format zstd "oci:$dir/oci-gzip:latest" "oci:$dir/oci-zstd:latest"
  skopeo copy -q "oci:$dir/oci-gzip:latest" "docker-archive:$dir/docker-archive.tar:localhost/$name:latest"
}
build base "$work"/root.tar
build debian "$work"/root.tar "$work"/layer[123].tar
build many "$work"/root.tar "$work"/many*.tar
build base-small "$work"/small.tar
build debian-small "$work"/small.tar "$work"/layer[123].tar
touch "$top/complete"
