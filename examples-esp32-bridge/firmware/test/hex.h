#ifndef HEX_H
#define HEX_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline unsigned hex_digit(char c) { return c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'a' + 10); }

/* "-" is nothing. Returns the number of bytes. */
static inline size_t hex_bytes(const char *text, uint8_t *bytes, size_t room) {
  if (text[0] == '-') {
    return 0;
  }
  size_t length = strlen(text) / 2u;
  for (size_t i = 0; i < length && i < room; i++) {
    bytes[i] = (uint8_t)(hex_digit(text[2u * i]) << 4 | hex_digit(text[2u * i + 1u]));
  }
  return length < room ? length : room;
}

#endif
