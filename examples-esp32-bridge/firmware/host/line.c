#include "line.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

void line_prepare(line_t *line, const char *path, const char *link, uint32_t baud) {
  line->path = path;
  line->link = link;
  line->baud = baud;
  line->fd = -1;
  line->far = -1;
  line->name[0] = '\0';
}

static speed_t speed(uint32_t baud) {
  static const struct {
    uint32_t baud;
    speed_t speed;
  } speeds[] = {{9600, B9600},     {19200, B19200},   {38400, B38400},     {57600, B57600},     {115200, B115200},
                {230400, B230400}, {460800, B460800}, {921600, B921600},   {1000000, B1000000}, {1500000, B1500000},
                {2000000, B2000000}, {3000000, B3000000}};
  for (size_t i = 0; i < sizeof speeds / sizeof speeds[0]; i++) {
    if (speeds[i].baud == baud) {
      return speeds[i].speed;
    }
  }
  return B115200;
}

static bool make_raw(int fd, uint32_t baud) {
  struct termios settings;
  if (tcgetattr(fd, &settings) != 0) {
    return false;
  }
  cfmakeraw(&settings);
  settings.c_cflag |= (tcflag_t)(CLOCAL | CREAD);
  settings.c_cc[VMIN] = 0;
  settings.c_cc[VTIME] = 0;
  if (baud != 0 && (cfsetispeed(&settings, speed(baud)) != 0 || cfsetospeed(&settings, speed(baud)) != 0)) {
    return false;
  }
  return tcsetattr(fd, TCSANOW, &settings) == 0;
}

/* The link appears whole: made under another name first. */
static bool make_link(const char *target, const char *link) {
  char beside[4096];
  int length = snprintf(beside, sizeof beside, "%s.new", link);
  if (length < 0 || (size_t)length >= sizeof beside) {
    errno = ENAMETOOLONG;
    return false;
  }
  (void)unlink(beside);
  return symlink(target, beside) == 0 && rename(beside, link) == 0;
}

static bool open_pty(line_t *line) {
  line->fd = posix_openpt(O_RDWR | O_NOCTTY);
  if (line->fd < 0 || grantpt(line->fd) != 0 || unlockpt(line->fd) != 0) {
    return false;
  }
  const char *name = ptsname(line->fd);
  if (name == NULL || strlen(name) >= sizeof line->name) {
    return false;
  }
  memcpy(line->name, name, strlen(name) + 1);
  line->far = open(name, O_RDWR | O_NOCTTY);
  /* Raw before anybody can open it: an echoing terminal would send our own frames back. */
  return line->far >= 0 && make_raw(line->far, 0) &&
         fcntl(line->fd, F_SETFL, fcntl(line->fd, F_GETFL) | O_NONBLOCK) == 0 && make_link(name, line->link);
}

static bool open_path(line_t *line) {
  line->fd = open(line->path, O_RDWR | O_NOCTTY | O_NONBLOCK);
  (void)snprintf(line->name, sizeof line->name, "%s", line->path);
  return line->fd >= 0 && make_raw(line->fd, line->baud);
}

bool line_open(line_t *line) {
  if (line->link != NULL ? open_pty(line) : open_path(line)) {
    return true;
  }
  int why = errno;
  line_close(line);
  errno = why;
  return false;
}

void line_close(line_t *line) {
  if (line->link != NULL && line->fd >= 0) {
    (void)unlink(line->link);
  }
  if (line->far >= 0) {
    (void)close(line->far);
  }
  if (line->fd >= 0) {
    (void)close(line->fd);
  }
  line->far = -1;
  line->fd = -1;
}

static ssize_t outcome(ssize_t moved) {
  if (moved >= 0) {
    return moved;
  }
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? 0 : -1;
}

ssize_t line_read(line_t *line, uint8_t *bytes, size_t capacity) { return outcome(read(line->fd, bytes, capacity)); }

ssize_t line_write(line_t *line, const uint8_t *bytes, size_t length) {
  return outcome(write(line->fd, bytes, length));
}

void line_drain(const line_t *line, uint32_t most_ms) {
  int waiting = 0;
  for (uint32_t waited = 0; waited < most_ms && line->far >= 0; waited++) {
    if (ioctl(line->far, FIONREAD, &waiting) != 0 || waiting == 0) {
      break;
    }
    (void)poll(NULL, 0, 1);
  }
  if (line->far < 0 && line->fd >= 0) {
    (void)tcdrain(line->fd);
  }
}
