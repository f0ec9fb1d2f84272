// Put before a program with LD_PRELOAD: a disk that stalls or is full, for the files below one folder.
//
//   SLOW_DISK_FOLDER   the folder
//   SLOW_DISK_CONTROL  a file of 8 bytes, mapped: byte 0 says what the disk does ('0' works, 's' every sync blocks, 'f'
//   no
//                      file grows), byte 1 counts the calls that block or were refused (up to 255)

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static volatile unsigned char* control;
static const char* folder;

__attribute__((constructor)) static void begin(void) {
  const char* file = getenv("SLOW_DISK_CONTROL");
  folder = getenv("SLOW_DISK_FOLDER");
  if (file == NULL || folder == NULL) return;
  const int descriptor = open(file, O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return;
  void* mapped = mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  close(descriptor);
  if (mapped != MAP_FAILED) control = mapped;
}

static int mode(void) { return control == NULL ? '0' : control[0]; }

static void note(void) {
  if (control[1] < 255) ++control[1];
}

static int is_ours(int descriptor) {
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  const ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return strncmp(path, folder, strlen(folder)) == 0;
}

/// The disk is full, and this write would make the file longer.
static int no_room(int descriptor, off_t end) {
  struct stat state;
  if (mode() != 'f' || !is_ours(descriptor) || fstat(descriptor, &state) != 0 || !S_ISREG(state.st_mode)) return 0;
  if (end <= state.st_size) return 0;
  note();
  errno = ENOSPC;
  return 1;
}

static void stall(int descriptor) {
  if (mode() != 's' || !is_ours(descriptor)) return;
  note();
  while (mode() == 's') usleep(10000);
}

static off_t end_of_write(int descriptor, size_t count) {
  const int flags = fcntl(descriptor, F_GETFL);
  struct stat state;
  if (flags >= 0 && (flags & O_APPEND) != 0 && fstat(descriptor, &state) == 0) return state.st_size + (off_t)count;
  return lseek(descriptor, 0, SEEK_CUR) + (off_t)count;
}

/// The library's own function of the same name as this one.
#define REAL(function)                 \
  static __typeof__(&(function)) real; \
  if (real == NULL) real = (__typeof__(real))dlsym(RTLD_NEXT, #function)

int fsync(int descriptor) {
  REAL(fsync);
  stall(descriptor);
  return real(descriptor);
}

int fdatasync(int descriptor) {
  REAL(fdatasync);
  stall(descriptor);
  return real(descriptor);
}

ssize_t write(int descriptor, const void* bytes, size_t count) {
  REAL(write);
  if (mode() == 'f' && no_room(descriptor, end_of_write(descriptor, count))) return -1;
  return real(descriptor, bytes, count);
}

ssize_t pwrite(int descriptor, const void* bytes, size_t count, off_t at) {
  REAL(pwrite);
  if (no_room(descriptor, at + (off_t)count)) return -1;
  return real(descriptor, bytes, count, at);
}

ssize_t pwrite64(int descriptor, const void* bytes, size_t count, off_t at) {
  return pwrite(descriptor, bytes, count, at);
}

ssize_t pwritev(int descriptor, const struct iovec* parts, int count, off_t at) {
  REAL(pwritev);
  off_t end = at;
  for (int i = 0; i < count; ++i) end += (off_t)parts[i].iov_len;
  if (no_room(descriptor, end)) return -1;
  return real(descriptor, parts, count, at);
}

int ftruncate(int descriptor, off_t length) {
  REAL(ftruncate);
  if (no_room(descriptor, length)) return -1;
  return real(descriptor, length);
}

int ftruncate64(int descriptor, off_t length) { return ftruncate(descriptor, length); }

int fallocate(int descriptor, int how, off_t at, off_t length) {
  REAL(fallocate);
  if (no_room(descriptor, at + length)) return -1;
  return real(descriptor, how, at, length);
}

int fallocate64(int descriptor, int how, off_t at, off_t length) { return fallocate(descriptor, how, at, length); }

int posix_fallocate(int descriptor, off_t at, off_t length) {
  REAL(posix_fallocate);
  if (no_room(descriptor, at + length)) return ENOSPC;
  return real(descriptor, at, length);
}

int posix_fallocate64(int descriptor, off_t at, off_t length) { return posix_fallocate(descriptor, at, length); }
