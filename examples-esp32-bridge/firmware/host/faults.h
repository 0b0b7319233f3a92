/* A bad line between the library and the wire: frames go in whole, and come out damaged, doubled, or not at all. */
#ifndef FAULTS_H
#define FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "mooring_bridge.h"
#include "options.h"

#define FAULTS_FRAME (MOOR_FRAME_SIZE + MOOR_FRAME_SIZE / 254u + 8u)
#define FAULTS_HISTORY 512u

typedef struct {
  const options_t *options;
  FILE *record;
  uint64_t random;
  uint32_t frames, pieces;
  uint32_t replayed, corrupted, dropped;
  uint8_t frame[FAULTS_FRAME]; /* being collected */
  size_t length;
  size_t kept; /* frames ever put into the history */
  struct {
    size_t length;
    uint8_t bytes[FAULTS_FRAME];
  } history[FAULTS_HISTORY];
  uint8_t *queue; /* for the wire; grows */
  size_t queued, room, written;
} faults_t;

bool faults_begin(faults_t *faults, const options_t *options);
void faults_end(faults_t *faults);
/* Bytes from the library. */
void faults_send(faults_t *faults, const uint8_t *bytes, size_t length);
/* Bytes from the wire, changed in place. */
void faults_received(faults_t *faults, uint8_t *bytes, size_t length);
/* Puts the frames of a recording into the queue. False: it cannot be read. */
bool faults_replay_file(faults_t *faults, const char *path);
/* What the wire has not taken yet. */
size_t faults_waiting(const faults_t *faults);
const uint8_t *faults_next(const faults_t *faults);
void faults_written(faults_t *faults, size_t length);
void faults_discard(faults_t *faults);

#endif
