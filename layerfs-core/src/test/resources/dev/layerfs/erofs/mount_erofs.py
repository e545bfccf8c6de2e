"""Mounts an EROFS file with its devices and prints every path with all that Linux shows of it.

usage: mount_erofs.py MOUNT_POINT IMAGE [DEVICE ...]

The mount is made in a mount namespace of this process's own, so it is gone when the process is.
Each line: path in hex, TAB, inode number, TAB, description as Images.describe gives it.
Exits with 77 and a reason if this host can't mount EROFS files.
"""
import ctypes
import os
import stat
import sys
import zlib

CLONE_NEWNS = 0x20000
MS_REC_PRIVATE = 0x4000 | 0x40000
MOVE_MOUNT_F_EMPTY_PATH = 4
NR_MOVE_MOUNT, NR_FSOPEN, NR_FSCONFIG, NR_FSMOUNT = 429, 430, 431, 432
SET_STRING, CMD_CREATE = 1, 6

libc = ctypes.CDLL(None, use_errno=True)


def call(what, result):
    if result < 0:
        print("%s: %s" % (what, os.strerror(ctypes.get_errno())))
        sys.exit(77)
    return result


def syscall(what, *args):
    return call(what, libc.syscall(*args))


def mount(image, devices, target):
    call("unshare", libc.unshare(CLONE_NEWNS))
    call("private", libc.mount(None, b"/", None, MS_REC_PRIVATE, None))
    context = syscall("fsopen", NR_FSOPEN, b"erofs", 0)

    def option(key, value):
        syscall(key.decode(), NR_FSCONFIG, context, SET_STRING, key, value, 0)

    option(b"source", os.fsencode(image))
    for device in devices:
        option(b"device", os.fsencode(device))
    syscall("create", NR_FSCONFIG, context, CMD_CREATE, None, None, 0)
    mounted = syscall("fsmount", NR_FSMOUNT, context, 0, 0)
    syscall("move_mount", NR_MOVE_MOUNT, mounted, b"", -100, os.fsencode(target), MOVE_MOUNT_F_EMPTY_PATH)


TYPES = {
    stat.S_IFIFO: "FIFO", stat.S_IFCHR: "CHARACTER_DEVICE", stat.S_IFDIR: "DIRECTORY",
    stat.S_IFBLK: "BLOCK_DEVICE", stat.S_IFREG: "REGULAR", stat.S_IFLNK: "SYMLINK",
}


def content(path):
    size, crc = 0, 0
    with open(path, "rb") as file:
        while True:
            data = file.read(1 << 20)
            if not data:
                return " %d/%x" % (size, crc)
            size, crc = size + len(data), zlib.crc32(data, crc)


def describe(path, s):
    line = "%s %04o %d:%d links=%d mtime=%d.%09d" % (
        TYPES[stat.S_IFMT(s.st_mode)], s.st_mode & 0o7777, s.st_uid, s.st_gid, s.st_nlink,
        s.st_mtime_ns // 10**9, s.st_mtime_ns % 10**9)
    if stat.S_ISREG(s.st_mode):
        line += content(path)
    elif stat.S_ISLNK(s.st_mode):
        line += " -> " + os.readlink(path).hex()
    elif stat.S_ISCHR(s.st_mode) or stat.S_ISBLK(s.st_mode):
        line += " %d:%d" % (os.major(s.st_rdev), os.minor(s.st_rdev))
    for name in sorted(os.listxattr(path, follow_symlinks=False)):
        line += " %s=%s" % (name, os.getxattr(path, name, follow_symlinks=False).hex())
    return line


def main():
    target = os.fsencode(sys.argv[1])
    mount(sys.argv[2], sys.argv[3:], sys.argv[1])
    paths = []
    for parent, directories, files in os.walk(target):
        paths.append(parent)
        for name in directories:
            if os.path.islink(parent + b"/" + name):
                paths.append(parent + b"/" + name)
        paths.extend(parent + b"/" + name for name in files)
    first = {}
    for path in sorted(paths):
        s = os.lstat(path)
        shown = path[len(target):] or b"/"
        name = first.setdefault(s.st_ino, shown)
        print("%s\t%d\t%s =%s" % (shown.hex(), s.st_ino, describe(path, s), name.hex()))


main()
