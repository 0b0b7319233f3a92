#include "faults.h"

#include <stdlib.h>
#include <string.h>

/* splitmix64: repeatable, and nothing hangs on its quality. */
static uint32_t chance(faults_t *faults, uint32_t below) {
  uint64_t z = faults->random += 0x9E3779B97F4A7C15u;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
  z = (z ^ z >> 27) * 0x94D049BB133111EBu;
  return (uint32_t)((z ^ z >> 31) % below);
}

bool faults_begin(faults_t *faults, const options_t *options) {
  memset(faults, 0, sizeof *faults);
  faults->options = options;
  faults->random = options->seed;
  if (options->record != NULL) {
    faults->record = fopen(options->record, "a");
  }
  return options->record == NULL || faults->record != NULL;
}

void faults_end(faults_t *faults) {
  if (faults->record != NULL) {
    (void)fclose(faults->record);
  }
  free(faults->queue);
}

static void enqueue(faults_t *faults, const uint8_t *bytes, size_t length) {
  if (faults->queued + length > faults->room) {
    size_t room = (faults->queued + length) * 2;
    uint8_t *queue = realloc(faults->queue, room);
    if (queue == NULL) {
      abort();
    }
    faults->queue = queue;
    faults->room = room;
  }
  memcpy(faults->queue + faults->queued, bytes, length);
  faults->queued += length;
}

static bool every(uint32_t n, uint32_t count) { return n != 0 && count % n == 0; }

static void keep(faults_t *faults) {
  size_t at = faults->kept++ % FAULTS_HISTORY;
  memcpy(faults->history[at].bytes, faults->frame, faults->length);
  faults->history[at].length = faults->length;
  if (faults->record != NULL) {
    for (size_t i = 0; i < faults->length; i++) {
      fprintf(faults->record, "%02x", (unsigned)faults->frame[i]);
    }
    fprintf(faults->record, "\n");
    (void)fflush(faults->record);
  }
}

static void send_frame(faults_t *faults) {
  const options_t *options = faults->options;
  uint32_t number = ++faults->frames;
  keep(faults);
  if (every(options->noise_every, number)) {
    uint32_t length = 1 + chance(faults, 600);
    for (uint32_t i = 0; i < length; i++) {
      uint8_t byte = (uint8_t)chance(faults, 256);
      enqueue(faults, &byte, 1);
    }
  }
  if (every(options->drop_every, number)) {
    faults->dropped++;
  } else {
    if (every(options->corrupt_every, number)) {
      faults->corrupted++;
      uint32_t at = chance(faults, (uint32_t)faults->length);
      faults->frame[at] = (uint8_t)(faults->frame[at] ^ 1u << chance(faults, 8));
    }
    enqueue(faults, faults->frame, faults->length);
  }
  if (every(options->replay_every, number)) {
    size_t known = faults->kept < FAULTS_HISTORY ? faults->kept : FAULTS_HISTORY;
    size_t at = chance(faults, (uint32_t)known);
    enqueue(faults, faults->history[at].bytes, faults->history[at].length);
    faults->replayed++;
  }
}

void faults_send(faults_t *faults, const uint8_t *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) {
    if (bytes[i] == 0 && faults->length == 0) {
      enqueue(faults, bytes + i, 1);
      continue;
    }
    faults->frame[faults->length++] = bytes[i];
    if (bytes[i] == 0 || faults->length == sizeof faults->frame) {
      send_frame(faults);
      faults->length = 0;
    }
  }
}

void faults_received(faults_t *faults, uint8_t *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) {
    if (bytes[i] == 0 && every(faults->options->corrupt_in_every, ++faults->pieces)) {
      size_t at = i > 0 ? i - 1 : i;
      bytes[at] = (uint8_t)(bytes[at] ^ 1u << chance(faults, 8));
      faults->corrupted++;
    }
  }
}

bool faults_replay_file(faults_t *faults, const char *path) {
  FILE *file = fopen(path, "r");
  if (file == NULL) {
    return false;
  }
  unsigned byte;
  int next;
  while (fscanf(file, "%2x", &byte) == 1) {
    uint8_t one = (uint8_t)byte;
    enqueue(faults, &one, 1);
    next = getc(file);
    if (next == '\n' || next == EOF) {
      faults->replayed++;
    } else {
      (void)ungetc(next, file);
    }
  }
  (void)fclose(file);
  return true;
}

size_t faults_waiting(const faults_t *faults) { return faults->queued - faults->written; }

const uint8_t *faults_next(const faults_t *faults) { return faults->queue + faults->written; }

void faults_written(faults_t *faults, size_t length) {
  faults->written += length;
  if (faults->written == faults->queued) {
    faults->written = 0;
    faults->queued = 0;
  }
}

void faults_discard(faults_t *faults) {
  faults->queued = 0;
  faults->written = 0;
  faults->length = 0;
}
