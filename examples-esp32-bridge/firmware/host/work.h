/* What the device of the tests does with its line: publishes by count, does commands, keeps a ledger. */
#ifndef WORK_H
#define WORK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "mooring_bridge.h"
#include "options.h"
#include "state.h"

#define WORK_NUMBERS 64u

typedef struct {
  const options_t *options;
  moor_device_t device;
  state_t state;
  FILE *ledger;
  uint8_t key[MOOR_KEY_SIZE];
  uint32_t next, settled;          /* messages of --messages: next to publish, settled in all */
  uint32_t index[WORK_NUMBERS];    /* of the message with a number modulo, 0 for an answer */
  uint32_t accepted, refused, commands, commands_refused, qos0_sent, sessions, publish_ms;
  moor_counters_t counters; /* of devices before a reset */
  bool refused_now, opened_now, first_session, bye_ended;
} work_t;

/* Reads key, state and ledger. False: what is wrong was said on standard error. */
bool work_begin(work_t *work, const options_t *options);
/* Makes the device, as at power on: all it knows is the state on disk. */
bool work_power_on(work_t *work);
/* Publishes what is due; milliseconds until the next is. */
uint32_t work_publish(work_t *work, uint32_t now);
bool work_done(const work_t *work);
/* Correctly signed frames that the bridge gave no credit for, one a call. */
void work_flood(work_t *work, uint32_t count, uint32_t now);
moor_counters_t work_counters(const work_t *work);
void work_end(work_t *work);

#endif
