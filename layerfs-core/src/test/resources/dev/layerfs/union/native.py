"""Makes system calls that the JDK can't, one for each line of standard input, and answers each with a line.

Fields are separated by tabs and in hexadecimal, but for the first, which names the call. An answer begins with "ok" or
with the name of an error.
"""
import ctypes, errno, os, sys

libc = ctypes.CDLL(None, use_errno=True)
AT_FDCWD = -100

def renameat2(one, other, flags):
    if libc.renameat2(AT_FDCWD, one, AT_FDCWD, other, flags) != 0:
        raise OSError(ctypes.get_errno(), "renameat2")

def create(path, content):
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.write(fd, content)
    os.close(fd)

CALLS = {
    "list": lambda path: [os.fsencode(name) for name in os.listxattr(path, follow_symlinks=False)],
    "get": lambda path, name: [os.getxattr(path, name, follow_symlinks=False)],
    "set": lambda path, name, value: os.setxattr(path, name, value, follow_symlinks=False),
    "remove": lambda path, name: os.removexattr(path, name, follow_symlinks=False),
    "rename": os.rename,
    "exchange": lambda one, other: renameat2(one, other, 2),
    "mkdir": os.mkdir,
    "create": create,
    "unlink": os.unlink,
    "rmdir": os.rmdir,
    "link": lambda one, other: os.link(one, other, follow_symlinks=False),
    "chmod": lambda path: os.chmod(path, 0o750),
}

for line in sys.stdin:
    call, *fields = line.rstrip("\n").split("\t")
    try:
        answer = CALLS[call](*[bytes.fromhex(field) for field in fields]) or []
        print("\t".join(["ok"] + [field.hex() for field in answer]), flush=True)
    except OSError as e:
        print(errno.errorcode[e.errno], flush=True)
