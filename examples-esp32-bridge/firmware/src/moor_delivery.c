#include "moor_internal.h"

#define LONGEST_WAIT_MS 2000u
#define MOST_TIMEOUTS 10u

static uint16_t distance(uint16_t from, uint16_t to) { return (uint16_t)(to - from); }

uint8_t moor_delivery_credit(const moor_device_t *device) { return (uint8_t)(MOOR_RESULTS - device->down.count); }

void moor_delivery_begin(moor_device_t *device, uint8_t credit) {
  device->up.base = 1;
  device->up.edge = (uint16_t)(1u + credit);
  device->up.count = 0;
  device->up.next = 0;
  device->up.sent = 0;
  device->up.timeouts = 0;
  device->up.nak_taken = false;
  device->down.expected = 1;
  device->down.edge = (uint16_t)(1u + MOOR_RESULTS);
  device->down.count = 0;
  device->down.untold = 0;
}

void moor_delivery_end(moor_device_t *device) {
  for (size_t i = 0; i < MOOR_SLOTS; i++) {
    if (device->slots[i].state == MOOR_SLOT_FREE || device->slots[i].state == MOOR_SLOT_WAITING) {
      continue;
    }
    if (device->slots[i].qos == 0) {
      device->counters.dropped_qos0++;
      device->slots[i].state = MOOR_SLOT_FREE;
    } else {
      device->slots[i].state = device->slots[i].settled ? MOOR_SLOT_FREE : MOOR_SLOT_WAITING;
    }
  }
  device->up.count = 0;
  device->up.next = 0;
  device->up.sent = 0;
  /* The bridge asks again for what it has no result of, and gets it from memory. */
  device->down.count = 0;
}

static void arrived(moor_device_t *device, size_t slot) {
  bool done = device->slots[slot].qos == 0 || device->slots[slot].settled;
  device->slots[slot].state = done ? MOOR_SLOT_FREE : MOOR_SLOT_ACKED;
}

void moor_delivery_ack(moor_device_t *device, const moor_frame_t *frame, uint32_t now) {
  uint16_t step = distance(device->up.base, frame->ack);
  if (step > device->up.sent) {
    return;
  }
  for (uint16_t i = 0; i < step; i++) {
    if (!device->up.flight[i].is_result) {
      arrived(device, device->up.flight[i].slot);
    }
  }
  for (size_t i = step; i < device->up.count; i++) {
    device->up.flight[i - step] = device->up.flight[i];
  }
  device->up.base = frame->ack;
  device->up.count = (uint8_t)(device->up.count - step);
  device->up.sent = (uint8_t)(device->up.sent - step);
  device->up.next = device->up.next > step ? (uint8_t)(device->up.next - step) : 0u;
  if (step > 0) {
    device->up.timeouts = 0;
    device->up.started_ms = now;
  }
  uint16_t edge = (uint16_t)(frame->ack + frame->credit);
  if (distance(device->up.edge, edge) < 0x8000u) {
    device->up.edge = edge;
  }
}

void moor_delivery_back(moor_device_t *device, uint16_t ack, uint32_t now) {
  bool again = device->up.nak_taken && device->up.nak_base == ack && !moor_past(now, device->up.nak_ms + 100u);
  if (ack != device->up.base || device->up.count == 0 || again) {
    return;
  }
  device->up.nak_taken = true;
  device->up.nak_base = ack;
  device->up.nak_ms = now;
  device->up.next = 0;
}

void moor_delivery_take(moor_device_t *device, const moor_frame_t *frame, uint32_t now) {
  uint16_t ahead = distance(device->down.expected, frame->seq);
  if (ahead >= 0x8000u) {
    device->counters.duplicates++;
    device->session.ack_now = true;
    return;
  }
  if (ahead >= distance(device->down.expected, device->down.edge)) {
    moor_session_bye(device, MOOR_BYE_FLOOD);
    return;
  }
  if (ahead > 0) {
    device->counters.gaps++;
    moor_session_nak(device, now);
    return;
  }
  bool good = frame->type == MOOR_PUBLISH  ? moor_message_publish(device, frame)
              : frame->type == MOOR_RESULT ? moor_message_result(device, frame)
                                           : moor_message_status(device, frame);
  if (!good) {
    moor_session_bye(device, MOOR_BYE_PROTOCOL);
    return;
  }
  device->down.expected++;
  device->down.edge = (uint16_t)(device->down.expected + moor_delivery_credit(device));
  device->down.untold++;
  if (!device->session.ack_due) {
    device->session.ack_due = true;
    device->session.ack_ms = now;
  }
  if (device->down.untold * 2u >= MOOR_RESULTS) {
    device->session.ack_now = true;
  }
}

/* Bytes on the line of one frame in flight, about: head, tag, checksum, COBS. */
static uint32_t flight_bytes(const moor_device_t *device, size_t i) {
  uint32_t payload = device->up.flight[i].is_result ? 5u : device->slots[device->up.flight[i].slot].length;
  return payload + MOOR_FRAME_OVERHEAD + 3u + payload / 254u;
}

/* Ten bits a byte, twice: what is outstanding has to go out before its acknowledgement can come in. */
static uint32_t wait_ms(const moor_device_t *device) {
  uint32_t bytes = 0;
  for (size_t i = 0; i < device->up.count; i++) {
    bytes += flight_bytes(device, i);
  }
  uint32_t first = device->retransmit_ms + (uint32_t)(bytes * 20000ull / device->baud);
  uint32_t longest = first > LONGEST_WAIT_MS ? first : LONGEST_WAIT_MS;
  uint32_t wait = first;
  for (uint8_t i = 0; i < device->up.timeouts && wait < longest; i++) {
    wait *= 2u;
  }
  return wait < longest ? wait : longest;
}

void moor_delivery_poll(moor_device_t *device, uint32_t now) {
  if (device->up.sent == 0 || !moor_past(now, device->up.started_ms + wait_ms(device))) {
    return;
  }
  if (device->up.timeouts == MOST_TIMEOUTS) {
    moor_session_end(device, MOOR_LOST_RETRANSMIT, 0, now);
    return;
  }
  device->up.timeouts++;
  device->up.started_ms = now;
  device->up.next = 0;
}

/* The slot that has waited longest, MOOR_SLOTS for none. */
static size_t oldest_waiting(const moor_device_t *device) {
  size_t oldest = MOOR_SLOTS;
  for (size_t i = 0; i < MOOR_SLOTS; i++) {
    if (device->slots[i].state == MOOR_SLOT_WAITING &&
        (oldest == MOOR_SLOTS || !moor_past(device->slots[i].order, device->slots[oldest].order))) {
      oldest = i;
    }
  }
  return oldest;
}

static bool work_waits(const moor_device_t *device) {
  return device->up.count < MOOR_WINDOW && (device->down.count > 0 || oldest_waiting(device) < MOOR_SLOTS);
}

static bool edge_reached(const moor_device_t *device) {
  return (uint16_t)(device->up.base + device->up.count) == device->up.edge;
}

bool moor_delivery_blocked(const moor_device_t *device) { return work_waits(device) && edge_reached(device); }

/* Moves a result or a message into the window. */
static void board(moor_device_t *device) {
  size_t at = device->up.count++;
  if (device->down.count > 0) {
    device->up.flight[at].is_result = true;
    device->up.flight[at].slot = 0;
    device->up.flight[at].number = device->down.results[0].number;
    device->up.flight[at].code = device->down.results[0].code;
    device->down.count--;
    for (size_t i = 0; i < device->down.count; i++) {
      device->down.results[i] = device->down.results[i + 1u];
    }
    device->down.edge = (uint16_t)(device->down.expected + moor_delivery_credit(device));
    return;
  }
  size_t slot = oldest_waiting(device);
  device->slots[slot].state = MOOR_SLOT_FLYING;
  device->up.flight[at].is_result = false;
  device->up.flight[at].slot = (uint8_t)slot;
  device->up.flight[at].number = 0;
  device->up.flight[at].code = 0;
}

bool moor_delivery_transmit(moor_device_t *device, uint32_t now) {
  if (device->up.next == device->up.count) {
    if (!work_waits(device) || edge_reached(device)) {
      return false;
    }
    board(device);
  }
  size_t at = device->up.next++;
  uint16_t seq = (uint16_t)(device->up.base + at);
  device->out.repeat = at < device->up.sent;
  if (device->out.repeat) {
    device->counters.retransmitted++;
  } else {
    device->up.sent++;
  }
  device->up.started_ms = now;
  uint8_t *payload = moor_out_payload(device);
  if (device->up.flight[at].is_result) {
    moor_put32(payload, device->up.flight[at].number);
    payload[4] = device->up.flight[at].code;
    moor_out_session(device, MOOR_RESULT, seq, 5, now);
  } else {
    size_t slot = device->up.flight[at].slot;
    moor_copy(payload, device->slots[slot].payload, device->slots[slot].length);
    moor_out_session(device, MOOR_PUBLISH, seq, device->slots[slot].length, now);
  }
  return true;
}

uint32_t moor_delivery_wake(const moor_device_t *device, uint32_t now, uint32_t wake) {
  if (device->up.next < device->up.count || (work_waits(device) && !edge_reached(device))) {
    return 0;
  }
  return device->up.sent == 0 ? wake : moor_sooner(now, device->up.started_ms + wait_ms(device), wake);
}
