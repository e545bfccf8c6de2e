"""Reads a store as docs/store-format.md describes it, with nothing of layerfs: what shows that the page is enough.

read_store.py STORE images          name and digest of each image
read_store.py STORE containers      id, name and image of each container
read_store.py STORE dump DIGEST     every object of an image, in the lines of dump-tree.py
"""
import hashlib
import json
import os
import struct
import sys

BLOCK = 4096
FLAT_PLAIN, FLAT_INLINE, CHUNK_BASED = 0, 2, 4
PREFIXES = {1: b"user.", 2: b"system.posix_acl_access", 3: b"system.posix_acl_default", 4: b"trusted.", 6: b"security."}
TYPES = {0o10: "file", 0o04: "dir", 0o12: "symlink", 0o01: "fifo", 0o14: "socket", 0o02: "char", 0o06: "block"}


def record(path):
    """The record of a file, whose checksum must be right."""
    with open(path, "rb") as file:
        line = file.read()
    end = line.rindex(b',"sha256"')
    document = json.loads(line)
    if hashlib.sha256(line[:end]).hexdigest() != document["sha256"]:
        sys.exit(f"{path}: checksum")
    return document["record"]


def crc_table():
    for n in range(256):
        for _ in range(8):
            n = n >> 1 ^ (0x82F63B78 if n & 1 else 0)
        yield n


CRC_TABLE = list(crc_table())


def crc32c(content):
    crc = 0xFFFFFFFF
    for byte in content:
        crc = CRC_TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


class Erofs:
    def __init__(self, path):
        with open(path, "rb") as file:
            self.bytes = file.read()
        magic, checksum = struct.unpack_from("<II", self.bytes, 1024)
        if magic != 0xE0F5E1E2 or self.bytes[1024 + 12] != 12:
            sys.exit(f"{path}: no EROFS of 4,096-byte blocks")
        superblock = bytearray(self.bytes[1024:BLOCK])
        superblock[4:8] = bytes(4)
        if crc32c(superblock) ^ 0xFFFFFFFF != checksum:
            sys.exit(f"{path}: checksum of the superblock")
        self.root, = struct.unpack_from("<H", self.bytes, 1024 + 14)
        self.metadata, = struct.unpack_from("<I", self.bytes, 1024 + 40)
        count, slot = struct.unpack_from("<HH", self.bytes, 1024 + 86)
        self.devices = [self.bytes[at:at + 64].decode() for at in range(slot * 128, (slot + count) * 128, 128)]


class Inode:
    def __init__(self, erofs, nid):
        at = erofs.metadata * BLOCK + nid * 32
        self.erofs, self.nid = erofs, nid
        form, xattrs, mode, _, self.size, self.where = struct.unpack_from("<HHHHQI", erofs.bytes, at)
        self.uid, self.gid, self.seconds, self.nanoseconds, self.links = struct.unpack_from("<IIQII", erofs.bytes, at + 24)
        if not form & 1:
            sys.exit("a compact inode")
        self.layout, self.type, self.mode = form >> 1 & 7, TYPES[mode >> 12], mode & 0o7777
        self.xattrs_at, self.tail = at + 64, at + 64 + (12 + 4 * (xattrs - 1) if xattrs else 0)

    def xattrs(self):
        at = self.xattrs_at
        if at < self.tail:
            at += 12 + 4 * self.erofs.bytes[at + 4]
        while at < self.tail:
            name, prefix, value = struct.unpack_from("<BBH", self.erofs.bytes, at)
            if name == prefix == value == 0:
                break
            at += 4
            yield PREFIXES[prefix] + self.erofs.bytes[at:at + name], self.erofs.bytes[at + name:at + name + value]
            at = at + name + value + 3 & ~3

    def content(self, layers):
        if self.layout == FLAT_PLAIN:
            return self.erofs.bytes[self.where * BLOCK:][:self.size]
        if self.layout == FLAT_INLINE:
            whole = self.size // BLOCK * BLOCK
            return self.erofs.bytes[self.where * BLOCK:][:whole] + self.erofs.bytes[self.tail:][:self.size - whole]
        if self.size == 0:
            return b""
        _, device, block = struct.unpack_from("<HHI", self.erofs.bytes, self.tail + 7 & ~7)
        if block == 0xFFFFFFFF:
            return bytes(self.size)
        return layers[device - 1].bytes[block * BLOCK:][:self.size]

    def entries(self):
        content = self.content([])
        for start in range(0, len(content), BLOCK):
            block = content[start:start + BLOCK]
            count = struct.unpack_from("<H", block, 8)[0] // 12
            entries = [struct.unpack_from("<QH", block, 12 * i) for i in range(count)]
            ends = [offset for _, offset in entries[1:]] + [len(block)]
            for (nid, offset), end in zip(entries, ends):
                name = block[offset:end].split(b"\0")[0]
                if name not in (b".", b".."):
                    yield name, nid

    def device(self):
        return f"{self.where >> 8 & 0xFFF}:{self.where & 0xFF | self.where >> 12 & 0xFFF00}"


def text(raw):
    return "".join(chr(b) if 0x20 < b < 0x7F and b != ord("%") else "%%%02X" % b for b in raw)


class Store:
    def __init__(self, directory):
        self.directory = directory
        if record(self.path("layerfs", "version.json"))["version"] not in (1, 2):
            sys.exit("a newer format")

    def path(self, *names):
        return os.path.join(self.directory, *names)

    def blob(self, digest):
        algorithm, value = digest.split(":")
        with open(self.path("blobs", algorithm, value), "rb") as file:
            content = file.read()
        if hashlib.new(algorithm, content).hexdigest() != value:
            sys.exit(f"{digest}: content")
        return json.loads(content)

    def images(self):
        with open(self.path("index.json"), encoding="utf-8") as file:
            todo = [(entry.get("annotations", {}).get("org.opencontainers.image.ref.name", "-"), entry)
                    for entry in json.load(file)["manifests"]]
        while todo:
            name, entry = todo.pop(0)
            if entry["mediaType"] == "application/vnd.oci.image.index.v1+json":
                todo[:0] = [(name, child) for child in self.blob(entry["digest"])["manifests"]]
            else:
                yield name, entry["digest"]

    def containers(self):
        for directory in sorted(os.listdir(self.path("layerfs", "containers"))):
            container = record(self.path("layerfs", "containers", directory, "container.json"))
            yield container["id"], container.get("name", "-"), container["image"]

    def layer(self, diff_id):
        directory = self.path("layerfs", "layers", diff_id)
        layer, known = Erofs(os.path.join(directory, "layer.erofs")), record(os.path.join(directory, "layer.json"))
        if known["diffId"] != "sha256:" + diff_id or known["fileBytes"] != len(layer.bytes):
            sys.exit(f"{diff_id}: another layer")
        if known["crc32c"] != crc32c(layer.bytes):
            sys.exit(f"{diff_id}: checksum")
        return layer

    def dump(self, digest):
        config = self.blob(self.blob(digest)["config"]["digest"])
        diff_ids = config["rootfs"]["diff_ids"]
        chain = diff_ids[0]
        for diff_id in diff_ids[1:]:
            chain = "sha256:" + hashlib.sha256(f"{chain} {diff_id}".encode()).hexdigest()
        tree = Erofs(self.path("layerfs", "trees", chain.split(":")[1] + ".erofs"))
        layers = [self.layer(device) for device in tree.devices]
        if ["sha256:" + device for device in tree.devices] != diff_ids:
            sys.exit("devices are not the layers")
        objects, names = {"/": Inode(tree, tree.root)}, {}
        todo = [("", objects["/"])]
        while todo:
            path, directory = todo.pop()
            for name, nid in directory.entries():
                child = path + "/" + text(name)
                objects[child] = Inode(tree, nid)
                if objects[child].type == "dir":
                    todo.append((child, objects[child]))
                else:
                    names.setdefault(nid, []).append(child)
        for path in sorted(objects):
            yield self.line(path, objects[path], layers, names)

    def line(self, path, inode, layers, names):
        xattrs = sorted(text(name) + "=" + text(value) for name, value in inode.xattrs())
        links = names.get(inode.nid, [])
        has_content = inode.type in ("file", "symlink")
        content = inode.content(layers) if has_content else b""
        return "\t".join([
            path, inode.type, "%04o" % inode.mode, str(inode.uid), str(inode.gid),
            str(inode.size) if has_content else "-",
            str(inode.seconds * 10**9 + inode.nanoseconds),
            text(content) if inode.type == "symlink" else "-",
            inode.device() if inode.type in ("char", "block") else "-",
            ",".join(xattrs) or "-",
            min(links) if len(links) > 1 else "-",
            hashlib.sha256(content).hexdigest() if inode.type == "file" else "-",
        ])


def main(directory, command, *arguments):
    store = Store(directory)
    if command == "dump":
        print(*store.dump(*arguments), sep="\n")
    else:
        for row in getattr(store, command)():
            print(*row, sep="\t")


main(*sys.argv[1:])
