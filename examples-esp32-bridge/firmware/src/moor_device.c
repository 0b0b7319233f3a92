#include <string.h>

#include "moor_internal.h"

void moor_config_defaults(moor_config_t *config) {
  static const moor_config_t defaults = {.text = "", .baud = 115200, .hello_ms = 1000, .hold_ms = 30000,
                                         .retransmit_ms = 200};
  *config = defaults;
}

static bool id_good(const char *id) {
  size_t length = 0;
  for (; id[length] != '\0' && length <= MOOR_MAX_ID; length++) {
    char c = id[length];
    bool good = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
                c == '-';
    if (!good) {
      return false;
    }
  }
  return length > 0 && length <= MOOR_MAX_ID;
}

static bool text_good(const char *text) {
  size_t length = 0;
  for (; text[length] != '\0' && length <= MOOR_MAX_TEXT; length++) {
    if (text[length] < ' ' || text[length] > '~') {
      return false;
    }
  }
  return length <= MOOR_MAX_TEXT;
}

static bool within(uint32_t value, uint32_t low, uint32_t high) { return value >= low && value <= high; }

static moor_status_t check(const moor_config_t *config) {
  const moor_crypto_t *crypto = &config->crypto;
  if (config->id == NULL || config->text == NULL || config->key == NULL || crypto->sha256 == NULL ||
      crypto->hmac_sha256 == NULL || crypto->random == NULL || !within(config->baud, 9600, 3000000) ||
      !within(config->hello_ms, 200, 10000) || !within(config->hold_ms, 1000, 300000) ||
      !within(config->retransmit_ms, 50, 2000) || (config->memory != NULL && config->memory->up_next == 0)) {
    return MOOR_BAD_ARGUMENT;
  }
  return !id_good(config->id) ? MOOR_BAD_ID : !text_good(config->text) ? MOOR_BAD_TEXT : MOOR_OK;
}

moor_status_t moor_init_sized(moor_device_t *device, size_t device_size, const moor_config_t *config) {
  if (device_size != sizeof *device) {
    return MOOR_WRONG_BUILD;
  }
  if (device == NULL || config == NULL) {
    return MOOR_BAD_ARGUMENT;
  }
  moor_status_t status = check(config);
  if (status != MOOR_OK) {
    return status;
  }
  memset(device, 0, sizeof *device);
  device->crypto = config->crypto;
  device->handlers = config->handlers;
  device->baud = config->baud;
  device->hello_ms = config->hello_ms;
  device->hold_ms = config->hold_ms;
  device->retransmit_ms = config->retransmit_ms;
  memcpy(device->id, config->id, strlen(config->id));
  memcpy(device->text, config->text, strlen(config->text));
  moor_copy(device->key, config->key, MOOR_KEY_SIZE);
  moor_cobs_reset(device);
  if (config->memory != NULL) {
    device->memory = *config->memory;
    return MOOR_OK;
  }
  device->memory.up_next = 1;
  bool random = device->crypto.random(device->crypto.context, device->memory.up_stream, MOOR_STREAM_SIZE);
  return random ? MOOR_OK : MOOR_NO_RANDOM;
}

void moor_line_opened(moor_device_t *device, uint32_t now_ms) {
  moor_line_closed(device, now_ms);
  device->session.line = true;
  device->session.close = false;
  device->call.sent = false;
  moor_cobs_reset(device);
  moor_call_at(device, now_ms, false);
}

void moor_line_closed(moor_device_t *device, uint32_t now_ms) {
  moor_session_end(device, MOOR_LOST_LINE, 0, now_ms);
  device->session.line = false;
  device->out.at = 0;
  device->out.end = 0;
}

void moor_close(moor_device_t *device) {
  if (device->session.live) {
    device->session.close = true;
    device->session.bye = MOOR_BYE_CLOSING;
    device->call.open = false;
    device->call.asked = false;
    device->call.due = false;
  } else {
    device->session.line = false;
  }
}

moor_state_t moor_state(const moor_device_t *device) {
  return !device->session.line  ? MOOR_CLOSED
         : device->session.live ? MOOR_LIVE
         : device->call.held    ? MOOR_HELD
                                : MOOR_CALLING;
}

const moor_counters_t *moor_counters(const moor_device_t *device) { return &device->counters; }

const moor_memory_t *moor_memory(const moor_device_t *device) { return &device->memory; }

bool moor_idle(const moor_device_t *device) {
  return moor_free_slots(device) == MOOR_SLOTS && device->up.count == 0 && device->down.count == 0;
}

void moor_wipe(moor_device_t *device) { moor_erase(device, sizeof *device); }

void moor_say(const moor_device_t *device, const moor_event_t *event) {
  if (device->handlers.event != NULL) {
    device->handlers.event(device->handlers.context, event);
  }
}
