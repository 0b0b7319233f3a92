#include "state.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool hex_in(const char *text, uint8_t *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) {
    unsigned byte;
    if (sscanf(text + 2 * i, "%2x", &byte) != 1) {
      return false;
    }
    bytes[i] = (uint8_t)byte;
  }
  return true;
}

static void hex_out(FILE *file, const uint8_t *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) {
    fprintf(file, "%02x", (unsigned)bytes[i]);
  }
}

bool state_load(state_t *state, const char *path) {
  FILE *file = fopen(path, "r");
  if (file == NULL) {
    return false;
  }
  char up[17] = "";
  char down[17] = "";
  memset(state, 0, sizeof *state);
  int read = fscanf(file, "up %16s %" SCNu32 " down %16s %" SCNu32 " %" SCNx64 " done %" SCNu32 " %" SCNu32, up,
                    &state->memory.up_next, down, &state->memory.down_last, &state->memory.down_refused,
                    &state->commands, &state->qos0);
  (void)fclose(file);
  return read == 7 && hex_in(up, state->memory.up_stream, MOOR_STREAM_SIZE) &&
         hex_in(down, state->memory.down_stream, MOOR_STREAM_SIZE) && state->memory.up_next > 0;
}

void state_follow_ledger(state_t *state, const char *path) {
  FILE *file = fopen(path, "r");
  char line[1024];
  while (file != NULL && fgets(line, sizeof line, file) != NULL) {
    uint32_t number;
    unsigned code;
    if (sscanf(line, "up %" SCNu32 " %u", &number, &code) == 2 && number >= state->memory.up_next) {
      state->memory.up_next = number + 1;
    } else if (sscanf(line, "down %" SCNu32 " %u", &number, &code) == 2 && number > state->memory.down_last) {
      uint32_t step = number - state->memory.down_last;
      uint64_t shifted = step < 64 ? state->memory.down_refused << step : 0;
      state->memory.down_refused = shifted | (code != 0 ? 1u : 0u);
      state->memory.down_last = number;
      state->commands += code == 0 ? 1u : 0u;
    }
  }
  if (file != NULL) {
    (void)fclose(file);
  }
}

bool state_save(const state_t *state, const char *path) {
  char beside[4096];
  int length = snprintf(beside, sizeof beside, "%s.new", path);
  if (length < 0 || (size_t)length >= sizeof beside) {
    return false;
  }
  FILE *file = fopen(beside, "w");
  if (file == NULL) {
    return false;
  }
  fprintf(file, "up ");
  hex_out(file, state->memory.up_stream, MOOR_STREAM_SIZE);
  fprintf(file, " %" PRIu32 "\ndown ", state->memory.up_next);
  hex_out(file, state->memory.down_stream, MOOR_STREAM_SIZE);
  fprintf(file, " %" PRIu32 " %" PRIx64 "\ndone %" PRIu32 " %" PRIu32 "\n", state->memory.down_last,
          state->memory.down_refused, state->commands, state->qos0);
  bool good = fflush(file) == 0 && ferror(file) == 0;
  return fclose(file) == 0 && good && rename(beside, path) == 0;
}
