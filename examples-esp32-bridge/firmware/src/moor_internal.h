/* Shared by the library's own files; not for programs. */
#ifndef MOOR_INTERNAL_H
#define MOOR_INTERNAL_H

#include "mooring_bridge.h"

#if MOOR_MAX_PAYLOAD < 128 || MOOR_MAX_PAYLOAD > 8192
#error "MOOR_MAX_PAYLOAD must be 128 to 8192"
#endif
#if MOOR_SLOTS < 1 || MOOR_SLOTS > 32
#error "MOOR_SLOTS must be 1 to 32"
#endif
#if MOOR_RESULTS < 1 || MOOR_RESULTS > 32
#error "MOOR_RESULTS must be 1 to 32"
#endif

#define MOOR_HEAD_SIZE 12u
#define MOOR_TAG_SIZE 16u
#define MOOR_CRC_SIZE 4u
#define MOOR_MAX_CREDIT 32u
#define MOOR_MAX_HELLO (MOOR_HEAD_SIZE + 29u + MOOR_MAX_ID + 1u + MOOR_MAX_TEXT)
#define MOOR_WELCOME_PAYLOAD 50u
#define MOOR_REFUSE_PAYLOAD 20u
#define MOOR_PING_PAYLOAD 40u
#define MOOR_PUBLISH_HEAD 6u
#define MOOR_LAST_COUNTER 0xFFFF0000u

enum {
  MOOR_INVITE = 0x01,
  MOOR_HELLO = 0x02,
  MOOR_WELCOME = 0x03,
  MOOR_REFUSE = 0x04,
  MOOR_ACK = 0x10,
  MOOR_NAK = 0x11,
  MOOR_PING = 0x12,
  MOOR_PONG = 0x13,
  MOOR_BYE = 0x14,
  MOOR_PUBLISH = 0x20,
  MOOR_RESULT = 0x21,
  MOOR_STATUS = 0x22
};

typedef struct {
  uint8_t type, credit;
  uint16_t length;
  uint32_t counter;
  uint16_t seq, ack;
  const uint8_t *payload;
} moor_frame_t;

/* moor_bytes.c */
uint16_t moor_get16(const uint8_t *from);
uint32_t moor_get32(const uint8_t *from);
uint64_t moor_get64(const uint8_t *from);
void moor_put16(uint8_t *to, uint16_t value);
void moor_put32(uint8_t *to, uint32_t value);
void moor_copy(uint8_t *to, const uint8_t *from, size_t length);
/* In a time that depends on the length alone. */
bool moor_equal(const uint8_t *a, const uint8_t *b, size_t length);
/* A write that the compiler may not leave out. */
void moor_erase(void *what, size_t length);
uint32_t moor_crc32(const uint8_t *bytes, size_t length);

/* moor_cobs.c */
/*
 * Encodes the length bytes at bytes[shift] to bytes[start] and behind, delimiter included, and returns the end. In
 * place: shift - start must be at least 2 + length / 254.
 */
size_t moor_cobs_encode(uint8_t *bytes, size_t start, size_t shift, size_t length);
typedef enum { MOOR_COBS_MORE, MOOR_COBS_FRAME, MOOR_COBS_BAD } moor_cobs_t;
/* Takes one byte; after MOOR_COBS_FRAME the frame stands in device->in until the next call. */
moor_cobs_t moor_cobs_take(moor_device_t *device, uint8_t byte);
void moor_cobs_reset(moor_device_t *device);

/* moor_topic.c */
bool moor_topic_good(const uint8_t *topic, size_t length);

/* moor_keys.c */
bool moor_hello_key(const moor_device_t *device, uint8_t key[MOOR_DIGEST_SIZE]);
/* 64 bytes: Kup, Kdown. The bodies are header and payload. */
bool moor_session_keys(const moor_device_t *device, const uint8_t *hello, size_t hello_length, const uint8_t *welcome,
                       size_t welcome_length, uint8_t keys[2 * MOOR_DIGEST_SIZE]);
bool moor_tag_good(const moor_device_t *device, const uint8_t *key, const uint8_t *frame, size_t body_length);
bool moor_tag(const moor_device_t *device, const uint8_t *key, const uint8_t *body, size_t body_length, uint8_t *tag);

/* moor_link.c: frames out and in */
uint8_t *moor_out_payload(moor_device_t *device);
/* Puts head, tag and checksum around a payload at moor_out_payload, and it on the line. */
bool moor_out_frame(moor_device_t *device, const moor_frame_t *frame, const uint8_t *key, bool lead, uint32_t now);
/* The same for a frame of the session: counter, ack, credit and key are those of the session. */
void moor_out_session(moor_device_t *device, uint8_t type, uint16_t seq, size_t length, uint32_t now);

/* moor_call.c: the handshake */
void moor_call_at(moor_device_t *device, uint32_t when, bool held);
void moor_call_invited(moor_device_t *device, uint32_t now);
void moor_call_welcomed(moor_device_t *device, const moor_frame_t *frame, uint32_t now);
void moor_call_refused(moor_device_t *device, const moor_frame_t *frame, uint32_t now);
void moor_call_poll(moor_device_t *device, uint32_t now);
bool moor_call_transmit(moor_device_t *device, uint32_t now);
uint32_t moor_call_wake(const moor_device_t *device, uint32_t now, uint32_t wake);

/* moor_session.c: what a live session does besides messages */
void moor_session_begin(moor_device_t *device, const uint8_t *keys, const moor_frame_t *welcome, uint32_t now);
void moor_session_end(moor_device_t *device, moor_lost_t why, uint8_t code, uint32_t now);
void moor_session_bye(moor_device_t *device, uint8_t code);
void moor_session_taken(moor_device_t *device, const moor_frame_t *frame, uint32_t now);
void moor_session_nak(moor_device_t *device, uint32_t now);
void moor_session_poll(moor_device_t *device, uint32_t now);
bool moor_session_transmit(moor_device_t *device, uint32_t now);
uint32_t moor_session_wake(const moor_device_t *device, uint32_t now, uint32_t wake);

/* moor_delivery.c: sequenced frames */
void moor_delivery_begin(moor_device_t *device, uint8_t credit);
void moor_delivery_end(moor_device_t *device);
void moor_delivery_ack(moor_device_t *device, const moor_frame_t *frame, uint32_t now);
void moor_delivery_back(moor_device_t *device, uint16_t ack, uint32_t now);
void moor_delivery_take(moor_device_t *device, const moor_frame_t *frame, uint32_t now);
void moor_delivery_poll(moor_device_t *device, uint32_t now);
bool moor_delivery_transmit(moor_device_t *device, uint32_t now);
bool moor_delivery_blocked(const moor_device_t *device);
uint32_t moor_delivery_wake(const moor_device_t *device, uint32_t now, uint32_t wake);
uint8_t moor_delivery_credit(const moor_device_t *device);

/* moor_message.c: payloads of sequenced frames; false when they break the protocol */
bool moor_message_publish(moor_device_t *device, const moor_frame_t *frame);
bool moor_message_result(moor_device_t *device, const moor_frame_t *frame);
bool moor_message_status(moor_device_t *device, const moor_frame_t *frame);
/* Messages that the bridge is too small for are settled here and now. */
void moor_message_begin(moor_device_t *device);

void moor_say(const moor_device_t *device, const moor_event_t *event);

/* Whether now is at or past when, over the wrap. */
static inline bool moor_past(uint32_t now, uint32_t when) { return (uint32_t)(now - when) < 0x80000000u; }

/* The nearer of wake and the time until when. */
static inline uint32_t moor_sooner(uint32_t now, uint32_t when, uint32_t wake) {
  uint32_t left = moor_past(now, when) ? 0u : (uint32_t)(when - now);
  return left < wake ? left : wake;
}

#endif
