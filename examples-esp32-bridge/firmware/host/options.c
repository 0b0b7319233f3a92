#include "options.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  const char *name;
  enum { TEXT, NUMBER, FLAG } kind;
  size_t at;
  uint32_t least, most;
} option_t;

#define TEXT_OPTION(name, field) {name, TEXT, offsetof(options_t, field), 0, 0}
#define NUMBER_OPTION(name, field, least, most) {name, NUMBER, offsetof(options_t, field), least, most}
#define FLAG_OPTION(name, field) {name, FLAG, offsetof(options_t, field), 0, 0}

static const option_t OPTIONS[] = {
    TEXT_OPTION("--pty", pty),
    TEXT_OPTION("--line", line),
    TEXT_OPTION("--id", id),
    TEXT_OPTION("--key-file", key_file),
    TEXT_OPTION("--state", state),
    TEXT_OPTION("--topic", topic),
    TEXT_OPTION("--refuse-command", refuse_command),
    TEXT_OPTION("--ledger", ledger),
    TEXT_OPTION("--record", record),
    TEXT_OPTION("--replay-file", replay_file),
    NUMBER_OPTION("--baud", baud, 0, 3000000),
    NUMBER_OPTION("--messages", messages, 0, 100000000),
    NUMBER_OPTION("--qos0", qos0, 0, 100000000),
    NUMBER_OPTION("--size", size, 0, 8192),
    NUMBER_OPTION("--interval-ms", interval_ms, 0, 3600000),
    NUMBER_OPTION("--expect", expect, 0, 100000000),
    NUMBER_OPTION("--linger-ms", linger_ms, 0, 3600000),
    NUMBER_OPTION("--deadline-s", deadline_s, 1, 1000000),
    NUMBER_OPTION("--hello-ms", hello_ms, 200, 10000),
    NUMBER_OPTION("--hold-ms", hold_ms, 1000, 300000),
    NUMBER_OPTION("--retransmit-ms", retransmit_ms, 50, 2000),
    NUMBER_OPTION("--corrupt-every", corrupt_every, 1, 100000000),
    NUMBER_OPTION("--corrupt-in-every", corrupt_in_every, 1, 100000000),
    NUMBER_OPTION("--drop-every", drop_every, 1, 100000000),
    NUMBER_OPTION("--noise-every", noise_every, 1, 100000000),
    NUMBER_OPTION("--replay-every", replay_every, 1, 100000000),
    NUMBER_OPTION("--flood", flood, 1, 100000),
    NUMBER_OPTION("--cut-every-ms", cut_every_ms, 10, 3600000),
    NUMBER_OPTION("--cut-for-ms", cut_for_ms, 1, 3600000),
    NUMBER_OPTION("--reset-every-ms", reset_every_ms, 10, 3600000),
    NUMBER_OPTION("--seed", seed, 0, UINT32_MAX),
    FLAG_OPTION("--retain", retain),
    FLAG_OPTION("--answer", answer),
    FLAG_OPTION("--no-bye", no_bye),
    FLAG_OPTION("--stop-on-refuse", stop_on_refuse),
    FLAG_OPTION("--wrong-key", wrong_key),
};

static const option_t *find(const char *name) {
  for (size_t i = 0; i < sizeof OPTIONS / sizeof OPTIONS[0]; i++) {
    if (strcmp(OPTIONS[i].name, name) == 0) {
      return &OPTIONS[i];
    }
  }
  return NULL;
}

static bool number(const option_t *option, const char *word, uint32_t *value) {
  char *end = NULL;
  errno = 0;
  unsigned long long read = strtoull(word, &end, 10);
  if (word[0] < '0' || word[0] > '9' || *end != '\0' || errno != 0 || read < option->least || read > option->most) {
    fprintf(stderr, "%s takes %u to %u, not '%s'.\n", option->name, (unsigned)option->least, (unsigned)option->most,
            word);
    return false;
  }
  *value = (uint32_t)read;
  return true;
}

static bool complete(const options_t *options) {
  const char *wrong = (options->pty == NULL) == (options->line == NULL) ? "Give either --pty LINK or --line PATH."
                      : options->id == NULL                             ? "--id ID is missing."
                      : options->key_file == NULL                       ? "--key-file FILE is missing."
                      : options->answer && options->state != NULL
                          ? "--answer and --state do not go together: answers are not kept over a start."
                          : NULL;
  if (wrong != NULL) {
    fprintf(stderr, "%s See examples-esp32-bridge/firmware/README.md.\n", wrong);
  }
  return wrong == NULL;
}

bool options_parse(options_t *options, int count, char **words) {
  const options_t defaults = {.topic = "telemetry/count", .baud = 115200, .size = 32, .linger_ms = 200,
                              .deadline_s = 60, .hello_ms = 1000, .hold_ms = 30000, .retransmit_ms = 200,
                              .cut_for_ms = 300, .seed = 1};
  *options = defaults;
  for (int i = 1; i < count; i++) {
    const option_t *option = find(words[i]);
    if (option == NULL) {
      fprintf(stderr, "Unknown option '%s'. See examples-esp32-bridge/firmware/README.md.\n", words[i]);
      return false;
    }
    char *field = (char *)options + option->at;
    if (option->kind == FLAG) {
      const bool on = true;
      memcpy(field, &on, sizeof on);
      continue;
    }
    if (++i == count) {
      fprintf(stderr, "%s takes a value.\n", option->name);
      return false;
    }
    uint32_t value = 0;
    const char *text = words[i];
    if (option->kind == NUMBER && !number(option, text, &value)) {
      return false;
    }
    if (option->kind == NUMBER) {
      memcpy(field, &value, sizeof value);
    } else {
      memcpy(field, &text, sizeof text);
    }
  }
  return complete(options);
}
