#include <string.h>

#include "moor_internal.h"

#define TRIES 3u
#define INVITED_MS 200u

/* Nothing but the first bytes of HELLO depends on the attempt, so it is written again instead of kept. */
static size_t write_hello(const moor_device_t *device, uint8_t *body) {
  size_t id = strlen(device->id);
  size_t text = strlen(device->text);
  size_t length = 30u + id + text;
  uint8_t *payload = body + MOOR_HEAD_SIZE;
  body[0] = MOOR_HELLO;
  body[1] = MOOR_RESULTS;
  moor_put16(body + 2, (uint16_t)length);
  moor_put32(body + 4, 0);
  moor_put16(body + 8, 0);
  moor_put16(body + 10, 1);
  payload[0] = MOOR_VERSION;
  payload[1] = 0;
  moor_put16(payload + 2, MOOR_MAX_PAYLOAD);
  moor_copy(payload + 4, device->call.nonce, MOOR_NONCE_SIZE);
  moor_copy(payload + 20, device->memory.up_stream, MOOR_STREAM_SIZE);
  payload[28] = (uint8_t)id;
  moor_copy(payload + 29, (const uint8_t *)device->id, id);
  payload[29 + id] = (uint8_t)text;
  moor_copy(payload + 30 + id, (const uint8_t *)device->text, text);
  return MOOR_HEAD_SIZE + length;
}

void moor_call_at(moor_device_t *device, uint32_t when, bool held) {
  device->call.open = false;
  device->call.asked = false;
  device->call.due = false;
  device->call.held = held;
  device->call.next_ms = when;
}

void moor_call_invited(moor_device_t *device, uint32_t now) {
  if (device->session.bye != 0 ||
      (device->call.sent && !moor_past(now, device->call.sent_ms + INVITED_MS))) {
    return;
  }
  /* The nonce of an attempt under way stays; a WELCOME to it may be on the line already. */
  device->call.asked = true;
  device->call.next_ms = now;
}

void moor_call_poll(moor_device_t *device, uint32_t now) {
  bool wanted = device->call.asked || !device->session.live;
  if (!device->session.line || !wanted || device->call.due || !moor_past(now, device->call.next_ms)) {
    return;
  }
  if (device->call.open && device->session.live && device->call.tries == TRIES) {
    device->call.open = false;
    device->call.asked = false;
    return;
  }
  device->call.held = false;
  device->call.due = true;
}

bool moor_call_transmit(moor_device_t *device, uint32_t now) {
  if (!device->call.due) {
    return false;
  }
  device->call.due = false;
  device->call.next_ms = now + device->hello_ms;
  if (!device->call.open || device->call.tries == TRIES) {
    device->call.open = device->crypto.random(device->crypto.context, device->call.nonce, MOOR_NONCE_SIZE);
    device->call.tries = 0;
  }
  uint8_t key[MOOR_DIGEST_SIZE];
  if (!device->call.open || !moor_hello_key(device, key)) {
    /* Without a nonce or a key there is no call; the next interval tries again. */
    moor_call_at(device, now + device->hello_ms, false);
    return false;
  }
  uint8_t *body = device->out.bytes + MOOR_WIRE_SHIFT;
  size_t length = write_hello(device, body);
  const moor_frame_t hello = {MOOR_HELLO, MOOR_RESULTS, (uint16_t)(length - MOOR_HEAD_SIZE), 0, 0, 1, NULL};
  bool sent = moor_out_frame(device, &hello, key, true, now);
  moor_erase(key, sizeof key);
  device->call.tries++;
  device->call.sent = true;
  device->call.sent_ms = now;
  return sent;
}

static bool welcome_fits(const moor_device_t *device, const moor_frame_t *frame) {
  const uint8_t *payload = frame->payload;
  if (!device->call.open || frame->length != MOOR_WELCOME_PAYLOAD || frame->ack != 1 ||
      frame->credit > MOOR_MAX_CREDIT || payload[0] != MOOR_VERSION || payload[1] != 0 ||
      !moor_equal(payload + 4, device->call.nonce, MOOR_NONCE_SIZE)) {
    return false;
  }
  uint16_t largest = moor_get16(payload + 2);
  uint16_t keep_alive = moor_get16(payload + 44);
  return largest >= 128 && largest <= 8192 && keep_alive >= 500 && keep_alive <= 60000;
}

void moor_call_welcomed(moor_device_t *device, const moor_frame_t *frame, uint32_t now) {
  if (!welcome_fits(device, frame)) {
    device->counters.unexpected++;
    return;
  }
  uint8_t hello[MOOR_MAX_HELLO];
  uint8_t keys[2 * MOOR_DIGEST_SIZE];
  const uint8_t *welcome = device->in.bytes;
  size_t welcome_length = MOOR_HEAD_SIZE + (size_t)frame->length;
  if (moor_session_keys(device, hello, write_hello(device, hello), welcome, welcome_length, keys) &&
      moor_tag_good(device, keys + MOOR_DIGEST_SIZE, welcome, welcome_length)) {
    device->counters.frames_received++;
    if (device->session.live) {
      moor_session_end(device, MOOR_LOST_RENEWED, 0, now);
    }
    moor_call_at(device, now, false);
    moor_session_begin(device, keys, frame, now);
  } else {
    device->counters.bad_tags++;
  }
  moor_erase(keys, sizeof keys);
}

void moor_call_refused(moor_device_t *device, const moor_frame_t *frame, uint32_t now) {
  if (!device->call.open || device->session.live || frame->length != MOOR_REFUSE_PAYLOAD || frame->payload[1] != 0 ||
      !moor_equal(frame->payload + 4, device->call.nonce, MOOR_NONCE_SIZE)) {
    device->counters.unexpected++;
    return;
  }
  moor_call_at(device, now + device->hold_ms, true);
  moor_event_t event = {.kind = MOOR_EVENT_REFUSED};
  event.is.refused.code = frame->payload[0];
  event.is.refused.detail = moor_get16(frame->payload + 2);
  moor_say(device, &event);
}

uint32_t moor_call_wake(const moor_device_t *device, uint32_t now, uint32_t wake) {
  if (device->call.due) {
    return 0;
  }
  return device->call.asked || !device->session.live ? moor_sooner(now, device->call.next_ms, wake) : wake;
}
