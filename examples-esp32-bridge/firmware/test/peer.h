/* The bridge's end of a line under a clock that the test moves, and the device at the other end. */
#ifndef PEER_H
#define PEER_H

#include "check.h"
#include "moor_internal.h"

#define PEER_FRAMES 64u

typedef struct {
  uint8_t type, credit;
  uint32_t counter;
  uint16_t seq, ack;
  size_t length;
  uint8_t payload[MOOR_MAX_PAYLOAD];
  bool lead; /* an empty piece came before it */
} heard_t;

typedef struct {
  moor_device_t device;
  moor_device_t tool; /* the bridge's buffers and crypto */
  uint32_t now;
  uint8_t nonce; /* the bridge's next one, repeated */
  uint8_t hello[MOOR_MAX_HELLO], welcome[128];
  size_t hello_length, welcome_length;
  uint8_t keys[64];
  uint32_t counter;
  uint16_t seq, ack;
  uint8_t credit;
  uint8_t down_stream;
  uint16_t keep_alive, largest;
  heard_t heard[PEER_FRAMES];
  size_t count;
  /* What the device's handlers were told. */
  moor_event_t events[32];
  size_t event_count;
  struct {
    uint32_t number;
    moor_result_t code;
  } results[64];
  size_t result_count;
  uint32_t commands[64];
  char last_command[64];
  size_t command_count, remembered;
  moor_result_t answer;
  bool crypto_fails, random_fails;
  uint8_t random;
} peer_t;

extern peer_t peer;

/* A device at a fresh line, 10 ms after "power on", that has said nothing yet. */
void peer_start(const moor_memory_t *memory);
/* Reads all that the device has to say now into peer.heard, the first at 0. */
void peer_listen(void);
void peer_wait(uint32_t ms);
/* Sends bytes as they are. */
void peer_raw(const uint8_t *bytes, size_t length);
/* Sends a frame whose tag is made with key, or of zeros. */
void peer_frame(uint8_t type, uint8_t credit, uint32_t counter, uint16_t seq, uint16_t ack, const void *payload,
                size_t length, const uint8_t *key);
void peer_invite(void);
void peer_welcome(void);
void peer_refuse(uint8_t code);
/* A frame of the session with the next counter, and the seq that a sequenced one has. */
void peer_say(uint8_t type, const void *payload, size_t length);
void peer_ack(uint16_t ack, uint8_t credit);
void peer_command(uint32_t number, const char *topic, const char *content);
void peer_result(uint32_t number, uint8_t code);
/* From peer_start to a live session whose PING was heard and answered; peer.heard is empty. */
void peer_live(void);
/* The first heard frame of a type, or null. */
const heard_t *peer_heard(uint8_t type);
size_t peer_heard_count(uint8_t type);
const moor_event_t *peer_event(moor_event_kind_t kind);
moor_status_t peer_publish(uint8_t qos, const char *content);

#endif
