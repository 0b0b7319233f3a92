/* The command line of mooring-device; its meaning stands in ../README.md. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
  const char *pty, *line, *id, *key_file, *state, *topic, *refuse_command, *ledger, *record, *replay_file;
  uint32_t baud, messages, qos0, size, interval_ms, expect, linger_ms, deadline_s, hello_ms, hold_ms, retransmit_ms;
  uint32_t corrupt_every, corrupt_in_every, drop_every, noise_every, replay_every, flood, cut_every_ms, cut_for_ms;
  uint32_t reset_every_ms, seed;
  bool retain, answer, no_bye, stop_on_refuse, wrong_key;
} options_t;

/* False: what is wrong was said on standard error. */
bool options_parse(options_t *options, int count, char **words);

#endif
