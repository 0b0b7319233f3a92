#include "moor_internal.h"

size_t moor_cobs_encode(uint8_t *bytes, size_t start, size_t shift, size_t length) {
  size_t code_at = start;
  size_t end = start + 1u;
  unsigned code = 1;
  for (size_t i = 0; i < length; i++) {
    uint8_t byte = bytes[shift + i];
    if (byte != 0) {
      bytes[end++] = byte;
      code++;
      if (code < 0xFFu || i + 1u == length) {
        continue;
      }
    }
    bytes[code_at] = (uint8_t)code;
    code_at = end++;
    code = 1;
  }
  bytes[code_at] = (uint8_t)code;
  bytes[end++] = 0;
  return end;
}

void moor_cobs_reset(moor_device_t *device) {
  device->in.started = false;
  device->in.bad = false;
  device->in.code = 0xFFu;
  device->in.left = 0;
  device->in.length = 0;
}

static void append(moor_device_t *device, uint8_t byte) {
  if (device->in.length < sizeof device->in.bytes) {
    device->in.bytes[device->in.length++] = byte;
  } else {
    device->in.bad = true;
  }
}

moor_cobs_t moor_cobs_take(moor_device_t *device, uint8_t byte) {
  if (byte == 0) {
    bool started = device->in.started;
    bool bad = device->in.bad || device->in.left != 0;
    size_t length = device->in.length;
    moor_cobs_reset(device);
    device->in.length = length;
    return !started ? MOOR_COBS_MORE : bad ? MOOR_COBS_BAD : MOOR_COBS_FRAME;
  }
  if (!device->in.started) {
    moor_cobs_reset(device);
    device->in.started = true;
  }
  if (device->in.bad) {
    return MOOR_COBS_MORE;
  }
  if (device->in.left > 0) {
    device->in.left--;
    append(device, byte);
    return MOOR_COBS_MORE;
  }
  /* A code byte. The zero that the block before stands for is due only now: a last block stands for none. */
  if (device->in.code != 0xFFu) {
    append(device, 0);
  }
  device->in.code = byte;
  device->in.left = (uint8_t)(byte - 1u);
  return MOOR_COBS_MORE;
}
