"""Answers the requests of `layerfs ops` with what the kernel does to a plain directory.

Usage: kernel_ops.py DIRECTORY. Needs root: paths begin at the directory, which becomes the root of this process.
Where layerfs differs from a plain directory on purpose, a rule below says so, and why.
"""

import base64
import ctypes
import errno
import json
import os
import stat
import sys
import time

LIBC = ctypes.CDLL(None, use_errno=True)
AT_FDCWD = -100
UTIME_OMIT = (1 << 30) - 2
FOLLOW = 0
RENAME_FLAGS = {"NOREPLACE": 1, "EXCHANGE": 2}
XATTR_FLAGS = {"CREATE": os.XATTR_CREATE, "REPLACE": os.XATTR_REPLACE}
TYPES = {
    "file": stat.S_IFREG,
    "dir": stat.S_IFDIR,
    "symlink": stat.S_IFLNK,
    "fifo": stat.S_IFIFO,
    "socket": stat.S_IFSOCK,
    "char": stat.S_IFCHR,
    "block": stat.S_IFBLK,
}
NAMES = {value: name for name, value in TYPES.items()}


BLOCK = 4096


class Timespec(ctypes.Structure):
    _fields_ = [("seconds", ctypes.c_long), ("nanos", ctypes.c_long)]


def checked(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), "")
    return True


def document(s):
    return {
        "type": NAMES[stat.S_IFMT(s.st_mode)],
        "mode": f"{stat.S_IMODE(s.st_mode):04o}",
        "uid": s.st_uid,
        "gid": s.st_gid,
        "size": s.st_size,
        "nlink": s.st_nlink,
        "ino": s.st_ino,
        "mtime": s.st_mtime_ns,
        "atime": s.st_atime_ns,
        "ctime": s.st_ctime_ns,
        "rdev": [os.major(s.st_rdev), os.minor(s.st_rdev)],
    }




def open_file(path, flags, mode):
    """Opens a file.

    Rule: pipes, sockets and devices are never opened, it is ENXIO. They are names in a tree to layerfs; what they stand
    for is the business of the machine that a container runs on.
    """
    bits = 0
    for flag in flags:
        bits |= getattr(os, flag)
    try:
        fd = os.open(path, bits | os.O_NONBLOCK | os.O_NOCTTY, mode)
    except OSError as e:
        if e.errno == errno.EACCES:  # a device, where devices are not allowed
            raise OSError(errno.ENXIO, "") from e
        raise
    if not stat.S_ISREG(os.fstat(fd).st_mode) and not stat.S_ISDIR(os.fstat(fd).st_mode):
        os.close(fd)
        raise OSError(errno.ENXIO, "")
    return fd


class Kernel:
    def __init__(self):
        self.fds = {}
        self.next = 3
        self.start = time.time_ns()

    def fd(self, handle):
        if handle not in self.fds:
            raise OSError(errno.EBADF, "")
        return self.fds[handle]

    def stat(self, path):
        return document(os.stat(path))

    def lstat(self, path):
        return document(os.lstat(path))

    def readdir(self, path):
        names = sorted(os.listdir(os.fsencode(path)))
        found = [(name, os.lstat(os.path.join(os.fsencode(path), name))) for name in names]
        return [[os.fsdecode(name), NAMES[stat.S_IFMT(s.st_mode)]] for name, s in found]

    def open(self, path, flags, mode="0"):
        handle = self.next
        self.fds[handle] = open_file(path, flags, int(mode, 8))
        self.next += 1
        return handle

    def pread(self, handle, offset, length):
        return base64.b64encode(os.pread(self.fd(handle), length, offset)).decode()

    def pwrite(self, handle, offset, data):
        return os.pwrite(self.fd(handle), base64.b64decode(data), offset)

    def write(self, handle, data):
        return os.write(self.fd(handle), base64.b64decode(data))

    def ftruncate(self, handle, size):
        os.ftruncate(self.fd(handle), size)

    def fstat(self, handle):
        return document(os.fstat(self.fd(handle)))

    def fsync(self, handle):
        os.fsync(self.fd(handle))

    def seek(self, handle, offset, whence):
        """Goes to data or to a hole.

        Rule: blocks of zeros are holes, stored or not. Neither the JDK nor an image says which are, and lseek(2) allows it.
        """
        fd = self.fd(handle)
        if stat.S_ISDIR(os.fstat(fd).st_mode):
            raise OSError(errno.EINVAL, "")
        size = os.fstat(fd).st_size
        if offset < 0 or offset >= size:
            raise OSError(errno.ENXIO, "")
        for start in range(offset - offset % BLOCK, size, BLOCK):
            block = os.pread(fd, min(BLOCK, size - start), start)
            if (block.strip(b"\0") == b"") == (whence == "HOLE"):
                return max(offset, start)
        if whence == "DATA":
            raise OSError(errno.ENXIO, "")
        return size

    def close(self, handle):
        os.close(self.fd(handle))
        del self.fds[handle]

    def readfile(self, path):
        fd = open_file(path, [], 0)
        try:
            return base64.b64encode(os.read(fd, 1 << 20)).decode()
        finally:
            os.close(fd)

    def writefile(self, path, data):
        fd = open_file(path, ["O_WRONLY", "O_CREAT", "O_TRUNC"], 0o644)
        try:
            os.write(fd, base64.b64decode(data))
        finally:
            os.close(fd)

    def mkdir(self, path, mode):
        os.mkdir(path, int(mode, 8))

    def mknod(self, path, type, mode, number=(0, 0)):
        os.mknod(path, TYPES[type] | int(mode, 8), os.makedev(*number))

    def symlink(self, target, path):
        os.symlink(target, path)

    def readlink(self, path):
        return os.readlink(path)

    def link(self, old, new):
        os.link(old, new, follow_symlinks=False)

    def unlink(self, path):
        os.unlink(path)

    def rmdir(self, path):
        os.rmdir(path)

    def rename(self, old, new, flags=()):
        bits = sum(RENAME_FLAGS[flag] for flag in flags)
        return checked(
            LIBC.renameat2(AT_FDCWD, os.fsencode(old), AT_FDCWD, os.fsencode(new), bits))

    def chmod(self, path, mode):
        os.chmod(path, int(mode, 8))

    def chown(self, path, uid, gid):
        os.chown(path, uid, gid)

    def lchown(self, path, uid, gid):
        os.lchown(path, uid, gid)

    def utimens(self, path, atime, mtime):
        times = (Timespec * 2)()
        for i, nanos in enumerate((atime, mtime)):
            if nanos is None:
                times[i].nanos = UTIME_OMIT
            else:
                times[i].seconds, times[i].nanos = divmod(nanos, 1_000_000_000)
        return checked(LIBC.utimensat(AT_FDCWD, os.fsencode(path), times, FOLLOW))

    def truncate(self, path, size):
        """Sets the length.

        Rule: the time changes even if the length does not, as POSIX and ext4 have it; xfs and tmpfs leave it.
        """
        os.truncate(path, size)
        if os.stat(path).st_mtime_ns < self.start:
            self.utimens(path, None, time.time_ns())

    def access(self, path, modes):
        bits = sum({"r": os.R_OK, "w": os.W_OK, "x": os.X_OK}[mode] for mode in modes)
        return checked(LIBC.access(os.fsencode(path), bits))

    def setxattr(self, path, name, value, flags=(), follow=True):
        bits = sum(XATTR_FLAGS[flag] for flag in flags)
        os.setxattr(path, name, base64.b64decode(value), bits, follow_symlinks=follow)

    def lsetxattr(self, path, name, value, flags=()):
        self.setxattr(path, name, value, flags, follow=False)

    def getxattr(self, path, name, follow=True):
        return base64.b64encode(os.getxattr(path, name, follow_symlinks=follow)).decode()

    def lgetxattr(self, path, name):
        return self.getxattr(path, name, follow=False)

    def listxattr(self, path, follow=True):
        names = os.listxattr(path, follow_symlinks=follow)
        return sorted(name for name in names if name != "security.selinux")  # the host's

    def llistxattr(self, path):
        return self.listxattr(path, follow=False)

    def removexattr(self, path, name, follow=True):
        os.removexattr(path, name, follow_symlinks=follow)

    def lremovexattr(self, path, name):
        self.removexattr(path, name, follow=False)

    def statfs(self, path):
        os.statvfs(path)
        return {}

    def sync(self):
        pass


def answer(kernel, request):
    try:
        result = getattr(kernel, request[0])(*request[1:])
        return {"ok": True if result is None else result}
    except OSError as e:
        name = errno.errorcode[e.errno]
        return {"errno": "ENOTSUP" if e.errno == errno.ENOTSUP else name, "message": ""}


def main():
    os.umask(0)
    os.chroot(sys.argv[1])
    os.chdir("/")
    kernel = Kernel()
    for line in sys.stdin:
        print(json.dumps(answer(kernel, json.loads(line))), flush=True)


main()
