"""Prints every object beneath a directory as one line, for comparison with the union view.

Usage: dump-tree.py DIR
       unshare -m dump-tree.py --erofs TREE [DEVICE...]     mounts an EROFS file in a mount namespace of its own first

Fields, separated by tabs: path, type, mode, uid, gid, size, mtime in ns, link target, rdev, xattrs, first name of its hard-link group, SHA-256.
Bytes that are not plain ASCII, and percent signs, are written %XX.
"""
import ctypes, hashlib, os, stat, sys, tempfile

PLAIN = frozenset(range(0x21, 0x7f)) - {0x25}
TYPES = {stat.S_IFREG: "file", stat.S_IFDIR: "dir", stat.S_IFLNK: "symlink", stat.S_IFIFO: "fifo",
         stat.S_IFSOCK: "socket", stat.S_IFCHR: "char", stat.S_IFBLK: "block"}

def text(raw):
    return "".join(chr(b) if b in PLAIN else "%%%02X" % b for b in raw)

def xattrs(path):
    return ",".join(sorted(text(name.encode()) + "=" + text(os.getxattr(path, name, follow_symlinks=False))
                           for name in os.listxattr(path, follow_symlinks=False)))

def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as content:
        while chunk := content.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()

def dump(root):
    todo, rows, groups = [b""], [], {}
    while todo:
        path = todo.pop()
        host = root + path
        s = os.lstat(host)
        kind = TYPES[stat.S_IFMT(s.st_mode)]
        if kind == "dir":
            todo.extend(path + b"/" + name for name in os.listdir(host))
        elif s.st_nlink > 1:
            groups.setdefault(s.st_ino, []).append(path)
        rows.append((path, kind, s, host))
    first = {ino: min(names) for ino, names in groups.items() if len(names) > 1}
    for path, kind, s, host in sorted(rows):
        print("\t".join([
            text(path or b"/"), kind, "%04o" % stat.S_IMODE(s.st_mode), str(s.st_uid), str(s.st_gid),
            str(s.st_size) if kind in ("file", "symlink") else "-", str(s.st_mtime_ns),
            text(os.readlink(host)) if kind == "symlink" else "-",
            "%d:%d" % (os.major(s.st_rdev), os.minor(s.st_rdev)) if kind in ("char", "block") else "-",
            xattrs(host) or "-",
            text(first[s.st_ino]) if kind != "dir" and s.st_ino in first else "-",
            sha256(host) if kind == "file" else "-"]))

if sys.argv[1] == "--erofs":
    libc = ctypes.CDLL(None, use_errno=True)
    target = tempfile.mkdtemp()
    options = ",".join("device=" + device for device in sys.argv[3:])
    MS_RDONLY = 1
    if libc.mount(sys.argv[2].encode(), target.encode(), b"erofs", MS_RDONLY, options.encode()) != 0:
        error = ctypes.get_errno()
        os.rmdir(target)
        sys.exit("mount: " + os.strerror(error))
    try:
        dump(target.encode())
    finally:
        libc.umount2(target.encode(), 0)
        os.rmdir(target)
else:
    dump(sys.argv[1].encode())
