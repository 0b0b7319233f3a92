#include "moor_internal.h"

#define FLAG_QOS 3u
#define FLAG_RETAIN 4u
#define FLAG_CORRELATION 8u

typedef enum { BROKEN, MALFORMED, GOOD } parsed_t;

static parsed_t parse(const moor_frame_t *frame, moor_message_t *message) {
  const uint8_t *payload = frame->payload;
  if (frame->length < MOOR_PUBLISH_HEAD) {
    return BROKEN;
  }
  uint8_t flags = payload[0];
  size_t at = MOOR_PUBLISH_HEAD + (size_t)payload[1];
  message->qos = flags & FLAG_QOS;
  message->retain = (flags & FLAG_RETAIN) != 0;
  message->number = moor_get32(payload + 2);
  message->topic = (const char *)payload + MOOR_PUBLISH_HEAD;
  message->topic_length = payload[1];
  message->correlation = payload;
  message->correlation_length = 0;
  if (flags > 15u || message->qos > 1 || (message->number != 0) != (message->qos == 1) || at > frame->length) {
    return BROKEN;
  }
  bool good = moor_topic_good(payload + MOOR_PUBLISH_HEAD, message->topic_length);
  if ((flags & FLAG_CORRELATION) != 0) {
    if (at == frame->length || at + 1u + payload[at] > frame->length) {
      return BROKEN;
    }
    message->correlation = payload + at + 1u;
    message->correlation_length = payload[at];
    at += 1u + message->correlation_length;
    good = good && message->correlation_length > 0 && message->correlation_length <= MOOR_MAX_CORRELATION;
  }
  message->content = payload + at;
  message->content_length = frame->length - at;
  return good ? GOOD : MALFORMED;
}

static void queue_result(moor_device_t *device, uint32_t number, uint8_t code) {
  device->down.results[device->down.count].number = number;
  device->down.results[device->down.count].code = code;
  device->down.count++;
}

static uint8_t earlier(const moor_memory_t *memory, uint32_t number) {
  uint32_t back = memory->down_last - number;
  return back < 64u && (memory->down_refused >> back & 1u) != 0 ? MOOR_REFUSED_EARLIER : MOOR_ACCEPTED;
}

static void settle(moor_memory_t *memory, uint32_t number, bool refused) {
  uint32_t step = number - memory->down_last;
  memory->down_refused = step < 64u ? memory->down_refused << step : 0u;
  memory->down_refused |= refused ? 1u : 0u;
  memory->down_last = number;
}

bool moor_message_publish(moor_device_t *device, const moor_frame_t *frame) {
  moor_message_t message;
  parsed_t parsed = parse(frame, &message);
  if (parsed == BROKEN) {
    return false;
  }
  if (message.qos == 1 && message.number <= device->memory.down_last) {
    queue_result(device, message.number, earlier(&device->memory, message.number));
    return true;
  }
  const moor_handlers_t *handlers = &device->handlers;
  moor_result_t result = parsed == MALFORMED         ? MOOR_MALFORMED
                         : handlers->command == NULL ? MOOR_NOT_UNDERSTOOD
                                                     : handlers->command(handlers->context, &message);
  if (message.qos == 1) {
    settle(&device->memory, message.number, result != MOOR_ACCEPTED);
    if (handlers->remember != NULL) {
      handlers->remember(handlers->context, &device->memory);
    }
  }
  if (message.qos == 1 || result != MOOR_ACCEPTED) {
    queue_result(device, message.number, (uint8_t)result);
  }
  return true;
}

static void tell_result(const moor_device_t *device, uint32_t number, uint8_t code) {
  if (device->handlers.result != NULL) {
    device->handlers.result(device->handlers.context, number, (moor_result_t)code);
  }
}

bool moor_message_result(moor_device_t *device, const moor_frame_t *frame) {
  if (frame->length != 5) {
    return false;
  }
  uint32_t number = moor_get32(frame->payload);
  uint8_t code = frame->payload[4];
  if (number == 0) {
    tell_result(device, 0, code);
    return true;
  }
  for (size_t i = 0; i < MOOR_SLOTS; i++) {
    bool sent = device->slots[i].state == MOOR_SLOT_FLYING || device->slots[i].state == MOOR_SLOT_ACKED;
    if (sent && device->slots[i].number == number && !device->slots[i].settled) {
      device->slots[i].settled = true;
      if (device->slots[i].state == MOOR_SLOT_ACKED) {
        device->slots[i].state = MOOR_SLOT_FREE;
      }
      tell_result(device, number, code);
      return true;
    }
  }
  /* Of a message that this device no longer keeps, or never sent: nothing hangs on it. */
  return true;
}

bool moor_message_status(moor_device_t *device, const moor_frame_t *frame) {
  const uint8_t *payload = frame->payload;
  if (frame->length != 10 || payload[0] > 1 || payload[1] > 100) {
    return false;
  }
  moor_event_t event = {.kind = MOOR_EVENT_STATUS};
  event.is.status.online = payload[0] == 1;
  event.is.status.fill = payload[1];
  event.is.status.unix_ms = moor_get64(payload + 2);
  moor_say(device, &event);
  return true;
}

void moor_message_begin(moor_device_t *device) {
  for (size_t i = 0; i < MOOR_SLOTS; i++) {
    if (device->slots[i].state == MOOR_SLOT_WAITING && device->slots[i].length > device->session.peer_payload) {
      device->slots[i].state = MOOR_SLOT_FREE;
      tell_result(device, device->slots[i].number, MOOR_RESULT_TOO_LARGE);
    }
  }
}

static size_t free_slot(const moor_device_t *device) {
  size_t slot = 0;
  while (slot < MOOR_SLOTS && device->slots[slot].state != MOOR_SLOT_FREE) {
    slot++;
  }
  return slot;
}

moor_status_t moor_publish(moor_device_t *device, const moor_message_t *message, uint32_t *number) {
  if (device == NULL || message == NULL || message->topic == NULL || message->qos > 1 ||
      (message->content == NULL && message->content_length > 0) ||
      (message->correlation == NULL && message->correlation_length > 0) ||
      message->correlation_length > MOOR_MAX_CORRELATION) {
    return MOOR_BAD_ARGUMENT;
  }
  if (!moor_topic_good((const uint8_t *)message->topic, message->topic_length)) {
    return MOOR_BAD_TOPIC;
  }
  bool correlated = message->correlation_length > 0;
  size_t before = MOOR_PUBLISH_HEAD + message->topic_length + (correlated ? 1u + message->correlation_length : 0u);
  size_t room = device->session.live && device->session.peer_payload < MOOR_MAX_PAYLOAD
                    ? device->session.peer_payload
                    : (size_t)MOOR_MAX_PAYLOAD;
  if (before > room || message->content_length > room - before) {
    return MOOR_TOO_LARGE;
  }
  if (message->qos == 1 && device->memory.up_next == UINT32_MAX) {
    return MOOR_NUMBERS_SPENT;
  }
  size_t slot = free_slot(device);
  if (slot == MOOR_SLOTS) {
    return MOOR_FULL;
  }
  uint32_t own = message->qos == 1 ? device->memory.up_next++ : 0u;
  uint8_t *payload = device->slots[slot].payload;
  payload[0] = (uint8_t)(message->qos | (message->retain ? FLAG_RETAIN : 0u) | (correlated ? FLAG_CORRELATION : 0u));
  payload[1] = (uint8_t)message->topic_length;
  moor_put32(payload + 2, own);
  moor_copy(payload + MOOR_PUBLISH_HEAD, (const uint8_t *)message->topic, message->topic_length);
  if (correlated) {
    payload[MOOR_PUBLISH_HEAD + message->topic_length] = (uint8_t)message->correlation_length;
    moor_copy(payload + before - message->correlation_length, message->correlation, message->correlation_length);
  }
  moor_copy(payload + before, message->content, message->content_length);
  device->slots[slot].state = MOOR_SLOT_WAITING;
  device->slots[slot].settled = false;
  device->slots[slot].qos = message->qos;
  device->slots[slot].length = (uint16_t)(before + message->content_length);
  device->slots[slot].number = own;
  device->slots[slot].order = device->order++;
  if (number != NULL) {
    *number = own;
  }
  return MOOR_OK;
}

size_t moor_free_slots(const moor_device_t *device) {
  size_t count = 0;
  for (size_t i = 0; i < MOOR_SLOTS; i++) {
    count += device->slots[i].state == MOOR_SLOT_FREE ? 1u : 0u;
  }
  return count;
}
