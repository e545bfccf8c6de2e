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

# include/uapi/asm-generic/unistd.h, include/uapi/linux/mount.h
MOVE_MOUNT, FSOPEN, FSCONFIG, FSMOUNT = 429, 430, 431, 432
SET_FLAG, SET_STRING, CMD_CREATE, MOVE_MOUNT_F_EMPTY_PATH, AT_FDCWD = 0, 1, 6, 4, -100

def mount(tree, devices, target):
    """mount(2) takes one page of options, too little for many devices."""
    libc = ctypes.CDLL(None, use_errno=True)
    def call(*arguments):
        result = libc.syscall(*(ctypes.c_long(a) if isinstance(a, int) else a for a in arguments))
        if result < 0:
            sys.exit("%s: %s" % (arguments, os.strerror(ctypes.get_errno())))
        return result
    context = call(FSOPEN, b"erofs", 0)
    call(FSCONFIG, context, SET_FLAG, b"ro", None, 0)
    call(FSCONFIG, context, SET_STRING, b"source", os.fsencode(tree), 0)
    for device in devices:
        call(FSCONFIG, context, SET_STRING, b"device", os.fsencode(device), 0)
    call(FSCONFIG, context, CMD_CREATE, None, None, 0)
    detached = call(FSMOUNT, context, 0, 0)
    call(MOVE_MOUNT, detached, b"", AT_FDCWD, os.fsencode(target), MOVE_MOUNT_F_EMPTY_PATH)
    os.close(detached)
    os.close(context)
    return libc

if sys.argv[1] == "--erofs":
    target = tempfile.mkdtemp()
    libc = mount(sys.argv[2], sys.argv[3:], target)
    try:
        dump(target.encode())
    finally:
        libc.umount2(target.encode(), 0)
        os.rmdir(target)
else:
    dump(sys.argv[1].encode())
