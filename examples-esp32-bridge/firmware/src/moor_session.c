#include "moor_internal.h"

#define ACK_MS 20u
#define NAK_MS 100u
#define PONG_MS 50u
#define BLOCKED_PING_MS 500u
#define SILENT_KEEP_ALIVES 3u

void moor_session_begin(moor_device_t *device, const uint8_t *keys, const moor_frame_t *welcome, uint32_t now) {
  const uint8_t *payload = welcome->payload;
  moor_copy(device->session.up_key, keys, MOOR_DIGEST_SIZE);
  moor_copy(device->session.down_key, keys + MOOR_DIGEST_SIZE, MOOR_DIGEST_SIZE);
  device->session.live = true;
  device->session.heard = false;
  device->session.sent_counter = 0;
  device->session.received_counter = 0;
  device->session.peer_payload = moor_get16(payload + 2);
  device->session.keep_alive_ms = moor_get16(payload + 44);
  device->session.sent_ms = now;
  device->session.received_ms = now;
  device->session.ping_ms = now;
  device->session.ack_due = false;
  device->session.ack_now = false;
  device->session.nak_due = false;
  device->session.nak_sent = false;
  device->session.pong_due = false;
  device->session.pong_sent = false;
  device->session.ping_due = true;
  device->session.bye = 0;
  if (!moor_equal(device->memory.down_stream, payload + 36, MOOR_STREAM_SIZE)) {
    moor_copy(device->memory.down_stream, payload + 36, MOOR_STREAM_SIZE);
    device->memory.down_last = 0;
    device->memory.down_refused = 0;
  }
  moor_delivery_begin(device, welcome->credit);
  moor_event_t event = {.kind = MOOR_EVENT_LIVE};
  event.is.live.settled = moor_get32(payload + 46);
  moor_message_begin(device);
  moor_say(device, &event);
}

void moor_session_end(moor_device_t *device, moor_lost_t why, uint8_t code, uint32_t now) {
  if (!device->session.live) {
    return;
  }
  device->session.live = false;
  device->session.bye = 0;
  moor_erase(device->session.up_key, MOOR_DIGEST_SIZE);
  moor_erase(device->session.down_key, MOOR_DIGEST_SIZE);
  moor_delivery_end(device);

  bool bye = why == MOOR_LOST_BYE_RECEIVED || why == MOOR_LOST_BYE_SENT;
  bool held = bye && code != MOOR_BYE_CLOSING && code != MOOR_BYE_COUNTER && code != MOOR_BYE_CONFIGURATION;
  uint32_t wait = held ? device->hold_ms : bye && code == MOOR_BYE_CLOSING ? device->hello_ms : 0u;
  moor_call_at(device, now + wait, held);
  if (device->session.close) {
    device->session.line = false;
  }
  moor_event_t event = {.kind = MOOR_EVENT_LOST};
  event.is.lost.why = why;
  event.is.lost.code = code;
  moor_say(device, &event);
}

void moor_session_bye(moor_device_t *device, uint8_t code) {
  if (device->session.bye == 0) {
    device->session.bye = code;
  }
}

void moor_session_nak(moor_device_t *device, uint32_t now) {
  bool again = device->session.nak_sent && device->session.nak_ack == device->down.expected &&
               !moor_past(now, device->session.nak_ms + NAK_MS);
  if (device->session.live && !again) {
    device->session.nak_due = true;
  }
}

static void pinged(moor_device_t *device, const moor_frame_t *frame, uint32_t now) {
  if (device->session.pong_sent && !moor_past(now, device->session.pong_ms + PONG_MS)) {
    return;
  }
  device->session.pong_due = true;
  moor_copy(device->session.pong_token, frame->payload, 4);
}

static void dispatch(moor_device_t *device, const moor_frame_t *frame, uint32_t now) {
  switch (frame->type) {
    case MOOR_NAK:
      moor_delivery_back(device, frame->ack, now);
      break;
    case MOOR_PING:
      pinged(device, frame, now);
      break;
    case MOOR_BYE:
      moor_session_end(device, MOOR_LOST_BYE_RECEIVED, frame->payload[0], now);
      break;
    case MOOR_PUBLISH:
    case MOOR_RESULT:
    case MOOR_STATUS:
      moor_delivery_take(device, frame, now);
      break;
    default:
      break;
  }
}

static bool well_formed(const moor_frame_t *frame) {
  switch (frame->type) {
    case MOOR_ACK:
    case MOOR_NAK:
      return frame->seq == 0 && frame->length == 0;
    case MOOR_PING:
    case MOOR_PONG:
      return frame->seq == 0 && frame->length == MOOR_PING_PAYLOAD;
    case MOOR_BYE:
      return frame->seq == 0 && frame->length == 1;
    default:
      return true;
  }
}

void moor_session_taken(moor_device_t *device, const moor_frame_t *frame, uint32_t now) {
  device->session.received_counter = frame->counter;
  device->session.received_ms = now;
  device->session.heard = true;
  if (device->session.bye != 0) {
    return;
  }
  if (frame->credit > MOOR_MAX_CREDIT || !well_formed(frame)) {
    moor_session_bye(device, MOOR_BYE_PROTOCOL);
    return;
  }
  moor_delivery_ack(device, frame, now);
  dispatch(device, frame, now);
}

void moor_session_poll(moor_device_t *device, uint32_t now) {
  if (!device->session.live) {
    return;
  }
  uint32_t keep_alive = device->session.keep_alive_ms;
  if (moor_past(now, device->session.received_ms + SILENT_KEEP_ALIVES * keep_alive)) {
    moor_session_end(device, MOOR_LOST_SILENCE, 0, now);
    return;
  }
  if (device->session.sent_counter >= MOOR_LAST_COUNTER) {
    moor_session_bye(device, MOOR_BYE_COUNTER);
  }
  uint32_t unheard = device->session.ping_ms + device->hello_ms;
  uint32_t blocked = device->session.ping_ms + BLOCKED_PING_MS;
  if (moor_past(now, device->session.sent_ms + keep_alive) || (!device->session.heard && moor_past(now, unheard)) ||
      (moor_delivery_blocked(device) && moor_past(now, blocked))) {
    device->session.ping_due = true;
  }
  if (device->session.ack_due && moor_past(now, device->session.ack_ms + ACK_MS)) {
    device->session.ack_now = true;
  }
  moor_delivery_poll(device, now);
}

static void transmit_ping(moor_device_t *device, bool pong, uint32_t now) {
  const moor_counters_t *c = &device->counters;
  const uint32_t values[9] = {c->frames_sent, c->frames_received, c->retransmitted, c->crc_errors, c->bad_tags,
                              c->replays,     c->duplicates,      c->gaps,          c->dropped_qos0};
  uint8_t *payload = moor_out_payload(device);
  if (pong) {
    moor_copy(payload, device->session.pong_token, 4);
  } else {
    moor_put32(payload, ++device->session.ping_token);
  }
  for (size_t i = 0; i < 9; i++) {
    moor_put32(payload + 4 + 4 * i, values[i]);
  }
  moor_out_session(device, pong ? MOOR_PONG : MOOR_PING, 0, MOOR_PING_PAYLOAD, now);
}

bool moor_session_transmit(moor_device_t *device, uint32_t now) {
  device->out.repeat = false;
  if (!device->session.live) {
    return false;
  }
  if (device->session.bye != 0) {
    uint8_t code = device->session.bye;
    moor_out_payload(device)[0] = code;
    moor_out_session(device, MOOR_BYE, 0, 1, now);
    moor_session_end(device, MOOR_LOST_BYE_SENT, code, now);
  } else if (device->session.nak_due) {
    device->session.nak_due = false;
    device->session.nak_sent = true;
    device->session.nak_ack = device->down.expected;
    device->session.nak_ms = now;
    moor_out_session(device, MOOR_NAK, 0, 0, now);
  } else if (device->session.pong_due) {
    device->session.pong_due = false;
    device->session.pong_sent = true;
    device->session.pong_ms = now;
    transmit_ping(device, true, now);
  } else if (device->session.ping_due) {
    device->session.ping_due = false;
    device->session.ping_ms = now;
    transmit_ping(device, false, now);
  } else if (moor_delivery_transmit(device, now)) {
    return true;
  } else if (device->session.ack_now) {
    moor_out_session(device, MOOR_ACK, 0, 0, now);
  } else {
    return false;
  }
  return true;
}

uint32_t moor_session_wake(const moor_device_t *device, uint32_t now, uint32_t wake) {
  if (!device->session.live) {
    return wake;
  }
  if (device->session.bye != 0 || device->session.nak_due || device->session.pong_due || device->session.ping_due ||
      device->session.ack_now) {
    return 0;
  }
  uint32_t keep_alive = device->session.keep_alive_ms;
  wake = moor_sooner(now, device->session.received_ms + SILENT_KEEP_ALIVES * keep_alive, wake);
  wake = moor_sooner(now, device->session.sent_ms + keep_alive, wake);
  if (!device->session.heard) {
    wake = moor_sooner(now, device->session.ping_ms + device->hello_ms, wake);
  }
  if (moor_delivery_blocked(device)) {
    wake = moor_sooner(now, device->session.ping_ms + BLOCKED_PING_MS, wake);
  }
  if (device->session.ack_due) {
    wake = moor_sooner(now, device->session.ack_ms + ACK_MS, wake);
  }
  return moor_delivery_wake(device, now, wake);
}
