#include "moor_internal.h"

/* Length of the well-formed UTF-8 sequence at text (RFC 3629), 0 for none. */
static size_t sequence(const uint8_t *text, size_t left) {
  uint8_t first = text[0];
  uint8_t low = 0x80u;
  uint8_t high = 0xBFu;
  size_t length;
  if (first < 0x80u) {
    return 1;
  } else if (first >= 0xC2u && first <= 0xDFu) {
    length = 2;
  } else if (first >= 0xE0u && first <= 0xEFu) {
    length = 3;
    low = first == 0xE0u ? 0xA0u : low;
    high = first == 0xEDu ? 0x9Fu : high;
  } else if (first >= 0xF0u && first <= 0xF4u) {
    length = 4;
    low = first == 0xF0u ? 0x90u : low;
    high = first == 0xF4u ? 0x8Fu : high;
  } else {
    return 0;
  }
  if (left < length || text[1] < low || text[1] > high) {
    return 0;
  }
  for (size_t i = 2; i < length; i++) {
    if ((text[i] & 0xC0u) != 0x80u) {
      return 0;
    }
  }
  return length;
}

bool moor_topic_good(const uint8_t *topic, size_t length) {
  if (length == 0 || length > MOOR_MAX_TOPIC || topic[0] == '$') {
    return false;
  }
  size_t levels = 1;
  bool level_empty = true;
  for (size_t at = 0; at < length;) {
    uint8_t c = topic[at];
    if (c < 0x20u || c == 0x7Fu || c == '+' || c == '#') {
      return false;
    }
    if (c == '/') {
      if (level_empty || ++levels > MOOR_MAX_LEVELS) {
        return false;
      }
      level_empty = true;
      at++;
      continue;
    }
    size_t step = sequence(topic + at, length - at);
    if (step == 0) {
      return false;
    }
    level_empty = false;
    at += step;
  }
  return !level_empty;
}
