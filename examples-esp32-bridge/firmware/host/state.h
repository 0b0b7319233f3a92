/* What a run of mooring-device keeps on disk, so that the next one goes on exactly. */
#ifndef STATE_H
#define STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "mooring_bridge.h"

typedef struct {
  moor_memory_t memory;  /* up_next: the first number without a result */
  uint32_t commands;     /* QoS 1 commands done in all */
  uint32_t qos0;         /* QoS 0 messages sent in all */
} state_t;

/* False: there is none. */
bool state_load(state_t *state, const char *path);
/* Where the process died between ledger and state, the ledger is right. */
void state_follow_ledger(state_t *state, const char *path);
/* Whole or not at all. False: errno says why. */
bool state_save(const state_t *state, const char *path);

#endif
