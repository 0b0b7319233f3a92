/*
 * The device's side of the serial bridge, protocol version 1 (docs/BRIDGE-PROTOCOL.md).
 *
 * A pure machine: bytes and the clock in, bytes and calls out. It never allocates, blocks, or starts a thread, and it
 * owns no line. One loop drives it:
 *
 *   moor_line_opened(&device, now);
 *   for (;;) {
 *     n = read(line, buffer, sizeof buffer);              // with a timeout of moor_wake_in(&device, now) at most
 *     moor_receive(&device, buffer, n, now);
 *     while ((n = moor_transmit(&device, buffer, sizeof buffer, now)) > 0) write(line, buffer, n);
 *   }
 *
 * All calls for one device come from one thread. Handlers run inside moor_receive and moor_transmit, on the caller's
 * stack; they may call moor_publish, moor_close and the functions that only read, nothing else of this library.
 *
 * Time is a count of milliseconds that may start anywhere and wraps at 2^32; it must not stand still while the device
 * sleeps for longer than 24 days.
 */
#ifndef MOORING_BRIDGE_H
#define MOORING_BRIDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "moor_crypto.h"

#ifdef ESP_PLATFORM
#include "sdkconfig.h"
#ifdef CONFIG_MOOR_MAX_PAYLOAD
#define MOOR_MAX_PAYLOAD CONFIG_MOOR_MAX_PAYLOAD
#define MOOR_SLOTS CONFIG_MOOR_SLOTS
#define MOOR_RESULTS CONFIG_MOOR_RESULTS
#endif
#endif

/* Largest payload of a frame this device takes and sends, bytes, 128 to 8192. A message's content has at most this,
 * less 6, its topic, and its correlation with one more byte. */
#ifndef MOOR_MAX_PAYLOAD
#define MOOR_MAX_PAYLOAD 512
#endif

/* Messages kept for sending until the bridge settled them, 1 to 32. Each takes MOOR_MAX_PAYLOAD bytes of RAM. */
#ifndef MOOR_SLOTS
#define MOOR_SLOTS 4
#endif

/* Results of commands that wait for their turn on the line, 1 to 32: the credit that the bridge gets. */
#ifndef MOOR_RESULTS
#define MOOR_RESULTS 4
#endif

#define MOOR_VERSION 1u
#define MOOR_KEY_SIZE 32u
#define MOOR_STREAM_SIZE 8u
#define MOOR_NONCE_SIZE 16u
#define MOOR_MAX_ID 64u
#define MOOR_MAX_TEXT 32u
#define MOOR_MAX_TOPIC 128u
#define MOOR_MAX_LEVELS 8u
#define MOOR_MAX_CORRELATION 64u

#ifdef __cplusplus
extern "C" {
#endif

/* What a call of this library says. */
typedef enum {
  MOOR_OK = 0,
  MOOR_FULL,          /* every slot holds a message without a result: try again after the next result */
  MOOR_TOO_LARGE,     /* does not fit in MOOR_MAX_PAYLOAD, or in what the bridge takes */
  MOOR_BAD_TOPIC,     /* see moor_publish */
  MOOR_BAD_ARGUMENT,  /* a null pointer, or a value outside its range: a mistake in the program */
  MOOR_BAD_ID,        /* 1 to 64 of A-Z a-z 0-9 . _ - */
  MOOR_BAD_TEXT,      /* 0 to 32 printable ASCII characters */
  MOOR_NUMBERS_SPENT, /* 2^32 - 2 messages in one stream: start again with a new stream */
  MOOR_NO_RANDOM,     /* the random port failed */
  MOOR_WRONG_BUILD    /* the program and the library were compiled with different MOOR_ limits */
} moor_status_t;

/* What became of a message; final. The numbers are those of the protocol's RESULT. Others may come: refused as well. */
typedef enum {
  MOOR_ACCEPTED = 0, /* up: on the bridge's disk; down: done */
  MOOR_TOPIC_NOT_ALLOWED = 1,
  MOOR_RESULT_TOO_LARGE = 2,
  MOOR_MALFORMED = 3,
  MOOR_QOS_NOT_ALLOWED = 4,
  MOOR_RETAIN_NOT_ALLOWED = 5,
  MOOR_OUTBOX_FULL = 6,
  MOOR_NOT_UNDERSTOOD = 7, /* down: no such command, or its content makes no sense */
  MOOR_FAILED = 8,         /* down: understood, and could not be done */
  MOOR_REFUSED_EARLIER = 9,
  MOOR_EXPIRED = 10
} moor_result_t;

typedef enum {
  MOOR_CLOSED,  /* no line */
  MOOR_CALLING, /* HELLO goes out each hello_ms */
  MOOR_HELD,    /* refused; calls again after hold_ms, or when invited */
  MOOR_LIVE     /* the bridge proved itself; messages flow */
} moor_state_t;

/* Why a session ended. */
typedef enum {
  MOOR_LOST_SILENCE,      /* nothing verified for three times the keep-alive */
  MOOR_LOST_RETRANSMIT,   /* ten retransmissions without progress */
  MOOR_LOST_LINE,         /* moor_line_closed */
  MOOR_LOST_RENEWED,      /* a newer session took over */
  MOOR_LOST_BYE_RECEIVED, /* see code */
  MOOR_LOST_BYE_SENT,     /* see code */
  MOOR_LOST_CRYPTO        /* a crypto port returned false */
} moor_lost_t;

/* Codes of BYE. */
enum {
  MOOR_BYE_CLOSING = 1,
  MOOR_BYE_FLOOD = 2,
  MOOR_BYE_COUNTER = 3,
  MOOR_BYE_PROTOCOL = 4,
  MOOR_BYE_MOVED = 5,
  MOOR_BYE_CONFIGURATION = 6
};

/* Codes of REFUSE. */
enum {
  MOOR_REFUSE_VERSION = 1,
  MOOR_REFUSE_UNKNOWN_DEVICE = 2,
  MOOR_REFUSE_BAD_KEY = 3, /* a swapped board, or a key that was changed on one side only */
  MOOR_REFUSE_WRONG_LINE = 4,
  MOOR_REFUSE_MALFORMED = 5,
  MOOR_REFUSE_BUSY = 6
};

typedef enum { MOOR_EVENT_LIVE, MOOR_EVENT_LOST, MOOR_EVENT_REFUSED, MOOR_EVENT_STATUS } moor_event_kind_t;

typedef struct {
  moor_event_kind_t kind;
  union {
    struct {
      uint32_t settled; /* number of the last message of this stream that the bridge settled, 0 for none */
    } live;
    struct {
      moor_lost_t why;
      uint8_t code; /* of BYE, else 0 */
    } lost;
    struct {
      uint8_t code;    /* MOOR_REFUSE_... */
      uint16_t detail; /* with MOOR_REFUSE_VERSION the highest version of the bridge */
    } refused;
    struct {
      bool online;      /* the bridge's connection to the broker */
      uint8_t fill;     /* of its outbox, percent */
      uint64_t unix_ms; /* time of day, 0 when the bridge does not know it. Fresh and authentic: it may set a clock */
    } status;
  } is;
} moor_event_t;

/* A message. Pointers into a command are valid until the handler returns. */
typedef struct {
  const char *topic; /* not terminated */
  size_t topic_length;
  const uint8_t *correlation; /* MQTT's Correlation Data; length 0 when there is none */
  size_t correlation_length;
  const uint8_t *content;
  size_t content_length;
  uint8_t qos;     /* 0 or 1 */
  bool retain;     /* of a command: it was a retained message */
  uint32_t number; /* in its stream, 0 at QoS 0; set by the library */
} moor_message_t;

/*
 * What makes delivery exactly once across a reset, if the program stores it. Kept in RAM only, a reset begins with a
 * new stream: what lacked a result is gone, and a command whose result got lost comes once more.
 */
typedef struct {
  uint8_t up_stream[MOOR_STREAM_SIZE];
  uint32_t up_next; /* number of the next message, from 1 */
  uint8_t down_stream[MOOR_STREAM_SIZE];
  uint32_t down_last;    /* number of the last command settled, 0 for none */
  uint64_t down_refused; /* bit i: command down_last - i was refused */
} moor_memory_t;

/* Frames and mishaps since moor_init, modulo 2^32. The first nine travel in PING, in this order. */
typedef struct {
  uint32_t frames_sent;
  uint32_t frames_received; /* verified and new */
  uint32_t retransmitted;
  uint32_t crc_errors; /* COBS, size, length field, CRC */
  uint32_t bad_tags;
  uint32_t replays;
  uint32_t duplicates;
  uint32_t gaps;
  uint32_t dropped_qos0; /* QoS 0 messages lost with a session */
  uint32_t unexpected;   /* unknown types, or such as do not belong here */
} moor_counters_t;

/* Any may be null, except command when the bridge may send some: without it they get MOOR_NOT_UNDERSTOOD. */
typedef struct {
  void *context;
  /*
   * A command. What it returns goes to the bridge: MOOR_ACCEPTED, MOOR_NOT_UNDERSTOOD, MOOR_FAILED, or another reason.
   * The line waits meanwhile: return within a second.
   */
  moor_result_t (*command)(void *context, const moor_message_t *command);
  /* After a QoS 1 command, before its result leaves: store the memory here to do no command twice over a reset. */
  void (*remember)(void *context, const moor_memory_t *memory);
  /* The result of the QoS 1 message with this number, in the order of numbers; number 0: a QoS 0 message was refused. */
  void (*result)(void *context, uint32_t number, moor_result_t result);
  void (*event)(void *context, const moor_event_t *event);
} moor_handlers_t;

/* Fill with moor_config_defaults, then set id, key, crypto and handlers. */
typedef struct {
  const char *id;             /* terminated; copied */
  const char *text;           /* firmware version for people, terminated, "" by default; copied */
  const uint8_t *key;         /* MOOR_KEY_SIZE random bytes of this device alone; copied, see moor_wipe */
  const moor_memory_t *memory; /* as stored before the reset, or null: new streams */
  moor_crypto_t crypto;       /* copied */
  moor_handlers_t handlers;   /* copied */
  uint32_t baud;              /* 9600 to 3000000, 115200 by default: only for the retransmission time */
  uint32_t hello_ms;          /* 200 to 10000, 1000 by default */
  uint32_t hold_ms;           /* 1000 to 300000, 30000 by default */
  uint32_t retransmit_ms;     /* 50 to 2000, 200 by default */
} moor_config_t;

#define MOOR_FRAME_OVERHEAD 32u
#define MOOR_FRAME_SIZE ((size_t)MOOR_MAX_PAYLOAD + MOOR_FRAME_OVERHEAD)
#define MOOR_WIRE_SHIFT (4u + MOOR_FRAME_SIZE / 254u)
#define MOOR_WINDOW (MOOR_SLOTS < 16 ? (size_t)MOOR_SLOTS + 4u : (size_t)MOOR_SLOTS)

/* The device. Declare it static; the fields belong to the library. */
typedef struct {
  moor_crypto_t crypto;
  moor_handlers_t handlers;
  moor_memory_t memory;
  moor_counters_t counters;
  uint32_t baud, hello_ms, hold_ms, retransmit_ms;
  char id[MOOR_MAX_ID + 1u];
  char text[MOOR_MAX_TEXT + 1u];
  uint8_t key[MOOR_KEY_SIZE];

  struct {
    bool open;           /* a WELCOME to nonce would be taken */
    bool asked;          /* the bridge invited: call though a session lives */
    bool due;            /* HELLO goes out next */
    uint8_t tries;       /* HELLOs sent with nonce */
    bool held;           /* until next_ms, unless invited */
    uint32_t next_ms;    /* when the next HELLO is due */
    uint32_t sent_ms;    /* when the last one went out */
    bool sent;           /* one went out since the line was opened */
    uint8_t nonce[MOOR_NONCE_SIZE];
  } call;

  struct {
    bool line, live, heard; /* heard: a frame of this session came */
    uint8_t up_key[MOOR_DIGEST_SIZE], down_key[MOOR_DIGEST_SIZE];
    uint32_t sent_counter, received_counter;
    uint16_t peer_payload;
    uint32_t keep_alive_ms, sent_ms, received_ms;
    bool ack_due, ack_now, nak_due, ping_due, pong_due, close;
    uint8_t bye;            /* code to send, 0 for none */
    uint32_t ack_ms, ping_ms, pong_ms, nak_ms;
    bool pong_sent, nak_sent;
    uint16_t nak_ack;
    uint32_t ping_token;
    uint8_t pong_token[4];
  } session;

  struct {
    uint16_t base;         /* seq of the oldest frame without ack */
    uint16_t edge;         /* first seq that may not be sent */
    uint8_t count, next, sent; /* frames in flight; next to (re)send; how many were ever sent */
    uint32_t started_ms, wait_ms;
    uint8_t timeouts;
    bool nak_taken;
    uint16_t nak_base;
    uint32_t nak_ms;
    struct {
      bool is_result;
      uint8_t slot, code;
      uint32_t number;
    } flight[MOOR_WINDOW];
  } up;

  struct {
    uint16_t expected, edge;
    uint8_t count, untold; /* untold: frames taken since ack last went out */
    struct {
      uint32_t number;
      uint8_t code;
    } results[MOOR_RESULTS]; /* oldest first */
  } down;

  struct {
    enum { MOOR_SLOT_FREE, MOOR_SLOT_WAITING, MOOR_SLOT_FLYING, MOOR_SLOT_ACKED } state;
    bool settled;
    uint8_t qos;
    uint16_t length;
    uint32_t number, order;
    uint8_t payload[MOOR_MAX_PAYLOAD];
  } slots[MOOR_SLOTS];
  uint32_t order;

  struct {
    bool started, bad;
    uint8_t code, left;
    size_t length;
    uint8_t bytes[MOOR_FRAME_SIZE];
  } in;

  struct {
    size_t at, end;
    bool repeat;
    uint8_t bytes[MOOR_WIRE_SHIFT + MOOR_FRAME_SIZE + 2u];
  } out;
} moor_device_t;

/* Sets every option to its default and the rest to none. */
void moor_config_defaults(moor_config_t *config);

/* As moor_init, which passes the size of the caller's moor_device_t. */
moor_status_t moor_init_sized(moor_device_t *device, size_t device_size, const moor_config_t *config);

/*
 * Makes a device without a line. MOOR_BAD_ARGUMENT, MOOR_BAD_ID, MOOR_BAD_TEXT, MOOR_NO_RANDOM or MOOR_WRONG_BUILD: it
 * must not be used.
 */
static inline moor_status_t moor_init(moor_device_t *device, const moor_config_t *config) {
  return moor_init_sized(device, sizeof *device, config);
}

/* The line is there, freshly opened: the device begins to call. */
void moor_line_opened(moor_device_t *device, uint32_t now_ms);

/* The line is gone. The session ends; messages without a result stay and go out again in the next one. */
void moor_line_closed(moor_device_t *device, uint32_t now_ms);

/* Takes bytes from the line, any number of them. */
void moor_receive(moor_device_t *device, const uint8_t *bytes, size_t length, uint32_t now_ms);

/* Fills buffer with what the line should get now, and returns how much, 0 for nothing. Also keeps the timers. */
size_t moor_transmit(moor_device_t *device, uint8_t *buffer, size_t capacity, uint32_t now_ms);

/* Milliseconds until moor_transmit has to be called though nothing was received or published; UINT32_MAX: no need. */
uint32_t moor_wake_in(const moor_device_t *device, uint32_t now_ms);

/*
 * Takes a copy of a message for sending. The topic is relative to the device's own subtree: 1 to 128 bytes of UTF-8
 * in at most 8 levels, none empty, not beginning with $, without + # and control characters. QoS 1: kept, also over
 * sessions, until handlers.result is called with its number. QoS 0: sent once, in this session or the next.
 * number (or null) gets the number, 0 at QoS 0.
 * MOOR_OK, MOOR_FULL, MOOR_TOO_LARGE, MOOR_BAD_TOPIC, MOOR_BAD_ARGUMENT (QoS over 1, correlation over 64 bytes),
 * MOOR_NUMBERS_SPENT.
 */
moor_status_t moor_publish(moor_device_t *device, const moor_message_t *message, uint32_t *number);

/* Says BYE 1 as the next frame; the device stays silent until moor_line_opened. */
void moor_close(moor_device_t *device);

moor_state_t moor_state(const moor_device_t *device);
const moor_counters_t *moor_counters(const moor_device_t *device);
const moor_memory_t *moor_memory(const moor_device_t *device);
/* Slots that moor_publish can still fill. */
size_t moor_free_slots(const moor_device_t *device);

/* True when no message lacks a result and no result of a command is on its way: moor_close loses nothing then. */
bool moor_idle(const moor_device_t *device);

/* Overwrites all keys. The device must be initialised again before any other call. */
void moor_wipe(moor_device_t *device);

/* Short English texts, for logs. */
const char *moor_status_text(moor_status_t status);
const char *moor_result_text(moor_result_t result);
const char *moor_refuse_text(uint8_t code);
const char *moor_lost_text(moor_lost_t why);

#ifdef __cplusplus
}
#endif

#endif
