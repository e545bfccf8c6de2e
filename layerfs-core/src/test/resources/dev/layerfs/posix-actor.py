"""Makes a tree in memory as root, does operations on it as somebody, and says what came of them. Usage: posix-actor.py DIR

The script's input, one line each, fields separated by tabs; its output has the same order:
  as UID GID[,GID...]                          who does the operations
  node TYPE PATH MODE UID GID TARGET [NAME=HEX...]   prints nothing
  mount SOURCE TARGET ro|rw                    binds, once all nodes are made; prints nothing
  do OPERATION ARGUMENTS...                    prints the error, or "ok" and the result
  dump                                         prints each node of the tree, then "end"
"""
import ctypes
import errno
import os
import stat
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
AT_FDCWD = -100
CLONE_NEWNS, MS_REC, MS_PRIVATE = 0x20000, 0x4000, 0x40000
MS_RDONLY, MS_REMOUNT, MS_BIND = 1, 32, 4096
KINDS = {"file": stat.S_IFREG, "fifo": stat.S_IFIFO, "socket": stat.S_IFSOCK, "char": stat.S_IFCHR, "block": stat.S_IFBLK}
OPEN = {"r": os.O_RDONLY, "w": os.O_WRONLY, "rw": os.O_RDWR, "wt": os.O_WRONLY | os.O_TRUNC, "rwt": os.O_RDWR | os.O_TRUNC}
FLAGS = {"SET": 0, "CREATE": os.XATTR_CREATE, "REPLACE": os.XATTR_REPLACE}


def call(function, *arguments):
    if function(*arguments) != 0:
        raise OSError(ctypes.get_errno(), "")


def opened(path, flags, mode=0):
    return os.open(path, OPEN[flags] | os.O_NOFOLLOW | os.O_NONBLOCK, mode)


def create(path, mode, flags):
    os.close(os.open(path, OPEN[flags] | os.O_CREAT | os.O_EXCL, int(mode, 8)))


def write(path):
    fd = opened(path, "w")
    try:
        os.pwrite(fd, b"w", 0)
    finally:
        os.close(fd)


def truncate(path, size):
    fd = opened(path, "w")
    try:
        os.ftruncate(fd, int(size))
    finally:
        os.close(fd)


def access(path, wanted):
    bits = sum({"r": os.R_OK, "w": os.W_OK, "x": os.X_OK}[w] for w in wanted)
    call(LIBC.access, path.encode(), bits)


def rename(old, new, flags):
    call(LIBC.renameat2, AT_FDCWD, old.encode(), AT_FDCWD, new.encode(), int(flags))


def link(old, new):
    foreign = os.lstat(old).st_uid != os.geteuid()
    try:
        os.link(old, new, follow_symlinks=False)
    except PermissionError as e:
        if e.errno == errno.EPERM and foreign and PROTECTED_LINKS:
            return "protected"  # /proc/sys/fs/protected_hardlinks, which is not compared
        raise


def xattr(path, name):
    try:
        return os.getxattr(path, name, follow_symlinks=False).hex()
    except OSError as e:
        if e.errno in (errno.ENODATA, errno.EOPNOTSUPP):
            return "none"
        raise


def xattrs(path):
    return " ".join(sorted(n for n in os.listxattr(path, follow_symlinks=False) if n != "security.selinux"))


DO = {
    "access": access,
    "open": lambda path, flags: os.close(opened(path, flags)),
    "write": write,
    "truncate": truncate,
    "create": create,
    "mkdir": lambda path, mode: os.mkdir(path, int(mode, 8)),
    "mknod": lambda path, kind, mode: os.mknod(path, KINDS[kind] | int(mode, 8), os.makedev(1, 3)),
    "symlink": lambda path, target: os.symlink(target, path),
    "link": link,
    "unlink": os.unlink,
    "rmdir": os.rmdir,
    "rename": rename,
    "chmod": lambda path, mode: os.chmod(path, int(mode, 8)),
    "chown": lambda path, uid, gid: os.lchown(path, int(uid), int(gid)),
    "utimens": lambda path: os.utime(path, ns=(10**18, 10**18), follow_symlinks=False),
    "list": lambda path: " ".join(sorted(os.listdir(path))),
    "readlink": os.readlink,
    "stat": lambda path: str(os.lstat(path).st_mode),
    "xattr": xattr,
    "xattrs": xattrs,
    "setxattr": lambda path, name, value, flag: os.setxattr(
        path, name, bytes.fromhex(value), FLAGS[flag], follow_symlinks=False),
    "removexattr": lambda path, name: os.removexattr(path, name, follow_symlinks=False),
}


def make(kind, path, target):
    if kind == "dir":
        os.mkdir(path)
    elif kind == "link":
        os.symlink(target, path)
    else:
        os.mknod(path, KINDS[kind] | 0o600, os.makedev(1, 3))


def dress(kind, path, mode, uid, gid, attributes):
    os.lchown(path, int(uid), int(gid))
    if kind != "link":
        os.chmod(path, int(mode, 8))
    for attribute in attributes:
        name, value = attribute.split("=")
        os.setxattr(path, name, bytes.fromhex(value), follow_symlinks=False)


def perform(operation, arguments):
    try:
        result = DO[operation](*arguments)
        return "ok" if result is None else "ok " + result
    except OSError as e:
        return errno.errorcode[e.errno]


def describe(path):
    s = os.lstat(path)
    fields = [path, "%o" % s.st_mode, "%d:%d" % (s.st_uid, s.st_gid)]
    if stat.S_ISREG(s.st_mode):
        fields.append("%d bytes" % s.st_size)
    if not stat.S_ISDIR(s.st_mode):
        fields.append("%d names" % s.st_nlink)
    if stat.S_ISLNK(s.st_mode):
        fields.append(os.readlink(path))
    for name in xattrs(path).split():
        fields.append(name + "=" + xattr(path, name))
    print(" ".join(fields))


def dump(directory):
    for name in sorted(os.listdir(directory or ".")):
        path = directory + name
        describe(path)
        if stat.S_ISDIR(os.lstat(path).st_mode):
            dump(path + "/")


def in_child(identity, operations):
    sys.stdout.flush()
    child = os.fork()
    if child:
        if os.waitpid(child, 0)[1]:
            sys.exit("the child failed")
        return
    uid, gids = int(identity[0]), [int(g) for g in identity[1].split(",")]
    os.setgroups(gids)
    os.setresgid(gids[0], gids[0], gids[0])
    os.setresuid(uid, uid, uid)
    for operation in operations:
        print(perform(operation[0], operation[1:]))
    sys.stdout.flush()
    os._exit(0)


def mount_memory(directory):
    """Mounts memory over the directory, which nobody else sees: it is fast, and nothing has to be removed later."""
    if LIBC.unshare(CLONE_NEWNS) != 0:
        sys.exit("no mount namespace of its own")
    LIBC.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None)
    if LIBC.mount(b"tmpfs", directory.encode(), b"tmpfs", 0, b"mode=755") != 0:
        sys.exit("tmpfs can't be mounted")


def bind(source, target, mode):
    call(LIBC.mount, source.encode(), target.encode(), None, MS_BIND, None)
    if mode == "ro":
        call(LIBC.mount, None, target.encode(), None, MS_BIND | MS_REMOUNT | MS_RDONLY, None)


with open("/proc/sys/fs/protected_hardlinks") as setting:
    PROTECTED_LINKS = setting.read().strip() != "0"
os.umask(0)
mount_memory(sys.argv[1])
os.chdir(sys.argv[1])
lines = [line.rstrip("\n").split("\t") for line in sys.stdin]
nodes = [line[1:] for line in lines if line[0] == "node"]
for node in nodes:
    make(node[0], node[1], node[5])
for node in nodes:
    dress(*node[:5], node[6:])
for line in lines:
    if line[0] == "mount":
        bind(*line[1:])
identity = next(line[1:] for line in lines if line[0] == "as")
dump("")
print("end")
in_child(identity, [line[1:] for line in lines if line[0] == "do"])
dump("")
print("end")
