"""Makes on a directory what the JDK can't: objects of every kind, and system calls with their errno.

Usage: driver.py plant DIR     makes the objects that standard input lists beneath DIR
       driver.py run DIR       makes system calls in the cases' directories beneath DIR, and prints results and trees

Lines have fields separated by tabs; contents and values of attributes are in hexadecimal.
"""
import ctypes, errno, os, stat, sys

libc = ctypes.CDLL(None, use_errno=True)
AT_FDCWD = -100
DEVICE = os.makedev(60, 1)  # for local use: no kernel has it
TYPES = {stat.S_IFREG: "REGULAR", stat.S_IFDIR: "DIRECTORY", stat.S_IFLNK: "SYMLINK", stat.S_IFIFO: "FIFO",
         stat.S_IFCHR: "CHARACTER_DEVICE", stat.S_IFBLK: "BLOCK_DEVICE", stat.S_IFSOCK: "SOCKET"}

# ---- plant

def plant(root):
    timed = []
    for line in sys.stdin:
        path, kind, mode, content, role, uid, gid, mtime, xattrs = line.rstrip("\n").split("\t")
        place, content, mode = os.path.join(root, path), bytes.fromhex(content), int(mode, 8)
        if role == "WHITEOUT":
            os.mknod(place, stat.S_IFCHR, 0)
            continue
        if role == "HARD_LINK":
            os.link(os.path.join(root, content.decode()), place)
            continue
        make(place, kind, content)
        os.chown(place, int(uid), int(gid), follow_symlinks=False)
        if kind != "SYMLINK":
            os.chmod(place, mode)
        for xattr in filter(None, xattrs.split(",")):
            name, value = xattr.split("=")
            os.setxattr(place, name, bytes.fromhex(value), follow_symlinks=False)
        timed.append((place, int(mtime)))
    for place, mtime in reversed(timed):
        os.utime(place, ns=(mtime, mtime), follow_symlinks=False)

def make(place, kind, content):
    if kind == "DIRECTORY":
        os.mkdir(place)
    elif kind == "SYMLINK":
        os.symlink(content, place)
    elif kind == "FIFO":
        os.mkfifo(place)
    elif kind == "CHARACTER_DEVICE":
        os.mknod(place, stat.S_IFCHR, DEVICE)
    else:
        write_file(place, content)

def write_file(path, content):
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    try:
        os.write(fd, content)
    finally:
        os.close(fd)

# ---- run

OPENINGS = {
    "READ": os.O_RDONLY | os.O_NOFOLLOW,
    "WRITE": os.O_WRONLY | os.O_NOFOLLOW,
    "TRUNCATE": os.O_WRONLY | os.O_TRUNC | os.O_NOFOLLOW,
    "APPEND": os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW,
    "CREATE_NEW": os.O_WRONLY | os.O_CREAT | os.O_EXCL,
    "CREATE": os.O_WRONLY | os.O_CREAT,
}
RENAMINGS = {"REPLACE": 0, "NOREPLACE": 1, "EXCHANGE": 2}

def open_file(path, opening):
    fd = os.open(path, OPENINGS[opening] | os.O_NONBLOCK, 0o600)  # else a pipe would wait for ever
    try:
        if opening not in ("READ", "CREATE"):
            os.write(fd, b"W")
    finally:
        os.close(fd)

def rename(old, new, flag):
    if libc.renameat2(AT_FDCWD, os.fsencode(old), AT_FDCWD, os.fsencode(new), RENAMINGS[flag]):
        raise OSError(ctypes.get_errno(), new)

def chmod(path, mode):
    if os.path.islink(path):
        raise OSError(errno.EOPNOTSUPP, path)
    os.chmod(path, int(mode, 8))

CALLS = {
    "lstat": os.lstat,
    "list": os.listdir,
    "readlink": os.readlink,
    "open": open_file,
    "write_file": lambda path, content: write_file(path, content.encode()),
    "mkdir": lambda path, mode: os.mkdir(path, int(mode, 8)),
    "rmdir": os.rmdir,
    "unlink": os.unlink,
    "symlink": os.symlink,
    "mkfifo": lambda path, mode: os.mkfifo(path, int(mode, 8)),
    "link": lambda old, new: os.link(old, new, follow_symlinks=False),
    "rename": rename,
    "chmod": chmod,
    "lchown": lambda path, uid, gid: os.chown(path, int(uid), int(gid), follow_symlinks=False),
    "utimens": lambda path, seconds: os.utime(path, (int(seconds), int(seconds)), follow_symlinks=False),
    "truncate": lambda path, size: os.truncate(path, int(size)),
    "setxattr": lambda path, name, value: os.setxattr(path, name, value.encode(), follow_symlinks=False),
    "removexattr": lambda path, name: os.removexattr(path, name, follow_symlinks=False),
}

def run(root):
    for line in sys.stdin:
        call, *arguments = line.rstrip("\n").split("\t")
        if call == "case":
            os.chdir(os.path.join(root, arguments[0]))
            print("case", arguments[0], sep="\t")
        elif call == "tree":
            tree("")
        else:
            print("result", result(call, arguments), sep="\t")

def result(call, arguments):
    try:
        CALLS[call](*arguments)
        return "OK"
    except OSError as e:
        return errno.errorcode[e.errno]

def tree(path):
    host = path or "."
    try:
        s = os.lstat(host)
    except FileNotFoundError:  # listed only, because it is a whiteout where nothing is merged
        print("entry", path, "CHARACTER_DEVICE", 0, b"0:0".hex(), 0, 0, 0, 0, "", sep="\t")
        return
    kind = TYPES[stat.S_IFMT(s.st_mode)]
    print("entry", path, kind, "%o" % stat.S_IMODE(s.st_mode), content(host, kind, s).hex(), s.st_nlink,
          s.st_uid, s.st_gid, s.st_mtime_ns, xattrs(host), sep="\t")
    if kind == "DIRECTORY":
        for name in sorted(os.listdir(host)):
            tree(path + "/" + name if path else name)

def content(host, kind, s):
    if kind == "REGULAR":
        with open(host, "rb") as file:
            return file.read()
    if kind == "SYMLINK":
        return os.fsencode(os.readlink(host))
    if kind in ("CHARACTER_DEVICE", "BLOCK_DEVICE"):
        return b"%d:%d" % (os.major(s.st_rdev), os.minor(s.st_rdev))
    return b""

def xattrs(host):
    """What a security module of the host has added is not compared."""
    names = [name for name in os.listxattr(host, follow_symlinks=False)
             if name.startswith(("user.", "trusted.", "system.posix_acl_")) or name == "security.capability"]
    return ",".join(name + "=" + os.getxattr(host, name, follow_symlinks=False).hex() for name in sorted(names))

os.umask(0)
{"plant": plant, "run": run}[sys.argv[1]](os.path.abspath(sys.argv[2]))
