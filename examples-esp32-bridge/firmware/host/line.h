/* The serial line of the host: a terminal that exists, or a pseudo terminal made here. */
#ifndef LINE_H
#define LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct {
  const char *path; /* to open, or null */
  const char *link; /* to make for the far end of a pseudo terminal, or null */
  uint32_t baud;    /* 0: no pace, pseudo terminals only */
  int fd;           /* -1 when closed */
  int far;          /* our own hold on the far end, so that the bridge may come and go; -1 */
  char name[128];
} line_t;

void line_prepare(line_t *line, const char *path, const char *link, uint32_t baud);
/* False: not there now; errno says why. */
bool line_open(line_t *line);
/* As a pulled plug does: whoever has the far end open reads an end of file. */
void line_close(line_t *line);
/* Bytes read, 0 for none now, -1: the line is gone. */
ssize_t line_read(line_t *line, uint8_t *bytes, size_t capacity);
/* Bytes written, 0 for none now, -1: the line is gone. */
ssize_t line_write(line_t *line, const uint8_t *bytes, size_t length);

/* Waits until the far end of a pseudo terminal has read everything, at most so long: closing it would lose the rest. */
void line_drain(const line_t *line, uint32_t most_ms);

#endif
