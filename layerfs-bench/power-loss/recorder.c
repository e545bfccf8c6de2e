/*
 * A FUSE file system with two files. What is written to "disk" goes to a backing file and, with every flush, into a log;
 * "mark" puts notes into the same log. With a loop device on "disk" the log says what power loss could leave of a file system.
 *
 *   recorder BACKING LOG MOUNTPOINT [FUSE OPTIONS]
 *
 * A record is a type ('W' write, 'F' flush, 'M' mark), the length of its data and their offset, big-endian, and the data.
 */
#define FUSE_USE_VERSION 31
#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <fuse.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char DISK[] = "/disk";
static const char MARK[] = "/mark";

static int backing;
static int record_log;
static off_t size;

struct __attribute__((packed)) header {
  char type;
  uint32_t length;
  uint64_t offset;
};

/* Runs in one thread (-s), so records don't mix. A log that can't be written makes the whole recording worthless. */
static void record(char type, const char *data, size_t length, off_t offset) {
  struct header header = {type, htonl(length), htobe64(offset)};
  if (write(record_log, &header, sizeof header) != sizeof header
      || write(record_log, data, length) != (ssize_t) length) {
    perror("log");
    abort();
  }
}

static int get_attributes(const char *path, struct stat *stat, struct fuse_file_info *file) {
  (void) file;
  memset(stat, 0, sizeof *stat);
  if (strcmp(path, "/") == 0) {
    stat->st_mode = S_IFDIR | 0700;
    stat->st_nlink = 2;
    return 0;
  }
  if (strcmp(path, DISK) != 0 && strcmp(path, MARK) != 0) {
    return -ENOENT;
  }
  stat->st_mode = S_IFREG | 0600;
  stat->st_nlink = 1;
  stat->st_size = strcmp(path, DISK) == 0 ? size : 0;
  return 0;
}

static int list(const char *path, void *buffer, fuse_fill_dir_t fill, off_t offset,
    struct fuse_file_info *file, enum fuse_readdir_flags flags) {
  (void) path, (void) offset, (void) file, (void) flags;
  fill(buffer, DISK + 1, NULL, 0, 0);
  fill(buffer, MARK + 1, NULL, 0, 0);
  return 0;
}

static int open_file(const char *path, struct fuse_file_info *file) {
  file->direct_io = strcmp(path, MARK) == 0; /* a mark is in the log when write(2) returns */
  return 0;
}

static int read_disk(const char *path, char *buffer, size_t length, off_t offset, struct fuse_file_info *file) {
  (void) file;
  ssize_t count = strcmp(path, DISK) == 0 ? pread(backing, buffer, length, offset) : 0;
  return count < 0 ? -errno : (int) count;
}

static int write_file(const char *path, const char *buffer, size_t length, off_t offset, struct fuse_file_info *file) {
  (void) file;
  if (strcmp(path, MARK) == 0) {
    record('M', buffer, length, 0);
    return (int) length;
  }
  record('W', buffer, length, offset);
  ssize_t count = pwrite(backing, buffer, length, offset);
  return count < 0 ? -errno : (int) count;
}

static int flush_disk(const char *path, int data_only, struct fuse_file_info *file) {
  (void) data_only, (void) file;
  if (strcmp(path, DISK) == 0) {
    record('F', NULL, 0, 0);
  }
  return 0;
}

static int truncate_file(const char *path, off_t length, struct fuse_file_info *file) {
  (void) path, (void) length, (void) file;
  return 0; /* of the mark, when it is opened to be written anew */
}

int main(int count, char **arguments) {
  if (count < 4) {
    fprintf(stderr, "usage: recorder BACKING LOG MOUNTPOINT [FUSE OPTIONS]\n");
    return 2;
  }
  backing = open(arguments[1], O_RDWR);
  record_log = open(arguments[2], O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
  if (backing < 0 || record_log < 0) {
    perror("recorder");
    return 1;
  }
  size = lseek(backing, 0, SEEK_END);
  struct fuse_operations operations = {.getattr = get_attributes, .readdir = list, .open = open_file,
      .read = read_disk, .write = write_file, .fsync = flush_disk, .truncate = truncate_file};
  arguments[2] = arguments[0];
  return fuse_main(count - 2, arguments + 2, &operations, NULL);
}
