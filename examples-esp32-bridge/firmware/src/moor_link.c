#include "moor_internal.h"

uint8_t *moor_out_payload(moor_device_t *device) { return device->out.bytes + MOOR_WIRE_SHIFT + MOOR_HEAD_SIZE; }

bool moor_out_frame(moor_device_t *device, const moor_frame_t *frame, const uint8_t *key, bool lead, uint32_t now) {
  uint8_t *body = device->out.bytes + MOOR_WIRE_SHIFT;
  size_t length = MOOR_HEAD_SIZE + frame->length;
  body[0] = frame->type;
  body[1] = frame->credit;
  moor_put16(body + 2, frame->length);
  moor_put32(body + 4, frame->counter);
  moor_put16(body + 8, frame->seq);
  moor_put16(body + 10, frame->ack);
  if (!moor_tag(device, key, body, length, body + length)) {
    return false;
  }
  length += MOOR_TAG_SIZE;
  moor_put32(body + length, moor_crc32(body, length));
  length += MOOR_CRC_SIZE;

  device->out.bytes[0] = 0;
  device->out.end = moor_cobs_encode(device->out.bytes, 1, MOOR_WIRE_SHIFT, length);
  /* A lone delimiter first ends whatever noise the other side may have heard. */
  device->out.at = lead ? 0u : 1u;
  device->session.sent_ms = now;
  device->counters.frames_sent++;
  return true;
}

void moor_out_session(moor_device_t *device, uint8_t type, uint16_t seq, size_t length, uint32_t now) {
  const moor_frame_t frame = {type,
                              moor_delivery_credit(device),
                              (uint16_t)length,
                              device->session.sent_counter + 1u,
                              seq,
                              device->down.expected,
                              NULL};
  bool lead = device->out.repeat || moor_past(now, device->session.sent_ms + 1000u);
  if (!moor_out_frame(device, &frame, device->session.up_key, lead, now)) {
    moor_session_end(device, MOOR_LOST_CRYPTO, 0, now);
    return;
  }
  device->session.sent_counter++;
  device->session.ack_due = false;
  device->session.ack_now = false;
  device->down.untold = 0;
}

static bool known_here(const moor_device_t *device, const moor_frame_t *frame) {
  switch (frame->type) {
    case MOOR_INVITE:
    case MOOR_WELCOME:
    case MOOR_REFUSE:
      return frame->counter == 0 && frame->seq == 0;
    case MOOR_ACK:
    case MOOR_NAK:
    case MOOR_PING:
    case MOOR_PONG:
    case MOOR_BYE:
    case MOOR_PUBLISH:
    case MOOR_RESULT:
    case MOOR_STATUS:
      return device->session.live;
    default:
      return false;
  }
}

static void session_frame(moor_device_t *device, const moor_frame_t *frame, uint32_t now) {
  if (!moor_tag_good(device, device->session.down_key, device->in.bytes, MOOR_HEAD_SIZE + (size_t)frame->length)) {
    device->counters.bad_tags++;
  } else if (frame->counter <= device->session.received_counter) {
    device->counters.replays++;
  } else {
    device->counters.frames_received++;
    moor_session_taken(device, frame, now);
  }
}

/* One frame as it came off the line. False: damaged. */
static bool frame_in(moor_device_t *device, uint32_t now) {
  const uint8_t *bytes = device->in.bytes;
  size_t length = device->in.length;
  if (length < MOOR_FRAME_OVERHEAD || moor_get16(bytes + 2) != length - MOOR_FRAME_OVERHEAD ||
      moor_get32(bytes + length - MOOR_CRC_SIZE) != moor_crc32(bytes, length - MOOR_CRC_SIZE)) {
    return false;
  }
  const moor_frame_t frame = {bytes[0],
                              bytes[1],
                              moor_get16(bytes + 2),
                              moor_get32(bytes + 4),
                              moor_get16(bytes + 8),
                              moor_get16(bytes + 10),
                              bytes + MOOR_HEAD_SIZE};
  if (!known_here(device, &frame)) {
    device->counters.unexpected++;
  } else if (frame.type == MOOR_INVITE) {
    moor_call_invited(device, now);
  } else if (frame.type == MOOR_WELCOME) {
    moor_call_welcomed(device, &frame, now);
  } else if (frame.type == MOOR_REFUSE) {
    moor_call_refused(device, &frame, now);
  } else {
    session_frame(device, &frame, now);
  }
  return true;
}

void moor_receive(moor_device_t *device, const uint8_t *bytes, size_t length, uint32_t now_ms) {
  for (size_t i = 0; i < length && device->session.line; i++) {
    moor_cobs_t taken = moor_cobs_take(device, bytes[i]);
    if (taken == MOOR_COBS_BAD || (taken == MOOR_COBS_FRAME && !frame_in(device, now_ms))) {
      device->counters.crc_errors++;
      moor_session_nak(device, now_ms);
    }
  }
}

size_t moor_transmit(moor_device_t *device, uint8_t *buffer, size_t capacity, uint32_t now_ms) {
  size_t filled = 0;
  while (filled < capacity) {
    if (device->out.at == device->out.end) {
      device->out.at = 0;
      device->out.end = 0;
      moor_session_poll(device, now_ms);
      moor_call_poll(device, now_ms);
      if (!device->session.line ||
          (!moor_call_transmit(device, now_ms) && !moor_session_transmit(device, now_ms)) ||
          device->out.end == 0) {
        break;
      }
    }
    size_t ready = device->out.end - device->out.at;
    size_t step = ready < capacity - filled ? ready : capacity - filled;
    moor_copy(buffer + filled, device->out.bytes + device->out.at, step);
    device->out.at += step;
    filled += step;
  }
  return filled;
}

uint32_t moor_wake_in(const moor_device_t *device, uint32_t now_ms) {
  if (device->out.at != device->out.end) {
    return 0;
  }
  if (!device->session.line) {
    return UINT32_MAX;
  }
  return moor_session_wake(device, now_ms, moor_call_wake(device, now_ms, UINT32_MAX));
}
