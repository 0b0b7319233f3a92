#include "work.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "moor_internal.h"
#include "moor_small_crypto.h"

static bool random_bytes(void *context, uint8_t *out, size_t length) {
  (void)context;
  return getrandom(out, length, 0) == (ssize_t)length;
}

static void save(work_t *work) {
  if (work->options->state != NULL && !state_save(&work->state, work->options->state)) {
    fprintf(stderr, "Cannot write %s: %s. The next start would repeat messages.\n", work->options->state,
            strerror(errno));
    exit(2);
  }
}

static void line_of_ledger(work_t *work, const char *way, uint32_t number, unsigned code, const moor_message_t *command) {
  if (work->ledger == NULL) {
    return;
  }
  fprintf(work->ledger, "%s %" PRIu32 " %u", way, number, code);
  if (command != NULL) {
    fprintf(work->ledger, " %.*s ", (int)command->topic_length, command->topic);
    for (size_t i = 0; i < command->content_length; i++) {
      uint8_t c = command->content[i];
      (void)fputc(c < 0x20 || c == 0x7F ? '?' : c, work->ledger);
    }
  }
  (void)fputc('\n', work->ledger);
  (void)fflush(work->ledger);
}

static moor_status_t publish(work_t *work, const char *topic, const uint8_t *content, size_t length, uint8_t qos,
                             const moor_message_t *answered, uint32_t index) {
  moor_message_t message = {.topic = topic,
                            .topic_length = strlen(topic),
                            .content = content,
                            .content_length = length,
                            .qos = qos,
                            .retain = answered == NULL && work->options->retain};
  if (answered != NULL) {
    message.correlation = answered->correlation;
    message.correlation_length = answered->correlation_length;
  }
  uint32_t number = 0;
  moor_status_t status = moor_publish(&work->device, &message, &number);
  if (status == MOOR_OK && qos == 1) {
    work->index[number % WORK_NUMBERS] = index;
  } else if (status != MOOR_OK && status != MOOR_FULL) {
    fprintf(stderr, "Cannot publish on %s: %s.\n", topic, moor_status_text(status));
    exit(1);
  }
  return status;
}

static moor_result_t command(void *context, const moor_message_t *message) {
  work_t *work = context;
  const char *refuse = work->options->refuse_command;
  size_t length = refuse == NULL ? 0 : strlen(refuse);
  bool refused = refuse != NULL && message->content_length >= length && memcmp(message->content, refuse, length) == 0;
  moor_result_t result = refused ? MOOR_NOT_UNDERSTOOD : MOOR_ACCEPTED;
  if (!refused && work->options->answer && message->correlation_length > 0 &&
      publish(work, "response", message->content, message->content_length, 1, message, 0) != MOOR_OK) {
    result = MOOR_FAILED;
  }
  line_of_ledger(work, "down", message->number, result, message);
  if (message->qos == 1) {
    work->commands += result == MOOR_ACCEPTED ? 1u : 0u;
    work->commands_refused += result == MOOR_ACCEPTED ? 0u : 1u;
    work->state.commands += result == MOOR_ACCEPTED ? 1u : 0u;
  }
  return result;
}

static void remember(void *context, const moor_memory_t *memory) {
  work_t *work = context;
  uint32_t up_next = work->state.memory.up_next;
  work->state.memory = *memory;
  work->state.memory.up_next = up_next;
  save(work);
}

static void result(void *context, uint32_t number, moor_result_t code) {
  work_t *work = context;
  line_of_ledger(work, "up", number, code, NULL);
  if (number == 0) {
    return;
  }
  if (work->index[number % WORK_NUMBERS] != 0) {
    work->settled = work->index[number % WORK_NUMBERS];
    work->accepted += code == MOOR_ACCEPTED ? 1u : 0u;
    work->refused += code == MOOR_ACCEPTED ? 0u : 1u;
  }
  work->state.memory.up_next = number + 1;
  save(work);
}

static void event(void *context, const moor_event_t *event) {
  work_t *work = context;
  switch (event->kind) {
    case MOOR_EVENT_LIVE:
      printf("{\"event\":\"live\",\"last\":%" PRIu32 "}\n", event->is.live.settled);
      work->sessions++;
      work->opened_now = true;
      break;
    case MOOR_EVENT_LOST:
      if (event->is.lost.why == MOOR_LOST_BYE_RECEIVED) {
        printf("{\"event\":\"lost\",\"why\":\"bye-%u\"}\n", (unsigned)event->is.lost.code);
      } else {
        printf("{\"event\":\"lost\",\"why\":\"%s\"}\n", moor_lost_text(event->is.lost.why));
      }
      break;
    case MOOR_EVENT_REFUSED:
      printf("{\"event\":\"refused\",\"code\":%u,\"name\":\"%s\",\"detail\":%u}\n", (unsigned)event->is.refused.code,
             moor_refuse_text(event->is.refused.code), (unsigned)event->is.refused.detail);
      work->refused_now = true;
      break;
    case MOOR_EVENT_STATUS:
      printf("{\"event\":\"status\",\"broker\":%d,\"fill\":%u,\"time\":%" PRIu64 "}\n", event->is.status.online ? 1 : 0,
             (unsigned)event->is.status.fill, event->is.status.unix_ms);
      break;
  }
  (void)fflush(stdout);
}

static bool read_key(work_t *work) {
  FILE *file = fopen(work->options->key_file, "r");
  bool good = file != NULL;
  for (size_t i = 0; good && i < MOOR_KEY_SIZE; i++) {
    unsigned byte;
    good = fscanf(file, "%2x", &byte) == 1;
    work->key[i] = (uint8_t)(good ? byte : 0);
  }
  if (file != NULL) {
    (void)fclose(file);
  }
  if (!good) {
    fprintf(stderr, "%s is not a file with 64 hexadecimal digits.\n", work->options->key_file);
  }
  if (work->options->wrong_key) {
    work->key[0] ^= 1u;
  }
  return good;
}

bool work_begin(work_t *work, const options_t *options) {
  memset(work, 0, sizeof *work);
  work->options = options;
  work->first_session = true;
  if (!read_key(work)) {
    return false;
  }
  if (options->ledger != NULL && (work->ledger = fopen(options->ledger, "a")) == NULL) {
    fprintf(stderr, "Cannot append to %s: %s.\n", options->ledger, strerror(errno));
    return false;
  }
  return true;
}

static void new_state(work_t *work) {
  uint32_t commands = work->state.commands;
  uint32_t qos0 = work->state.qos0;
  memset(&work->state, 0, sizeof work->state);
  work->state.memory.up_next = 1;
  work->state.commands = commands;
  work->state.qos0 = qos0;
  (void)random_bytes(NULL, work->state.memory.up_stream, MOOR_STREAM_SIZE);
}

bool work_power_on(work_t *work) {
  const options_t *options = work->options;
  if (work->device.baud != 0) {
    work->counters = work_counters(work);
    moor_wipe(&work->device);
  }
  if (options->state == NULL) {
    new_state(work);
  } else {
    if (!state_load(&work->state, options->state)) {
      new_state(work);
    }
    if (options->ledger != NULL) {
      state_follow_ledger(&work->state, options->ledger);
    }
    save(work);
    work->settled = work->state.memory.up_next - 1;
  }
  work->next = work->settled + 1;

  moor_config_t config;
  moor_config_defaults(&config);
  config.id = options->id;
  config.text = "mooring-device";
  config.key = work->key;
  config.memory = &work->state.memory;
  moor_small_crypto(&config.crypto, random_bytes, NULL);
  config.handlers.context = work;
  config.handlers.command = command;
  config.handlers.remember = remember;
  config.handlers.result = result;
  config.handlers.event = event;
  config.baud = options->baud >= 9600 ? options->baud : 115200;
  config.hello_ms = options->hello_ms;
  config.hold_ms = options->hold_ms;
  config.retransmit_ms = options->retransmit_ms;
  moor_status_t status = moor_init(&work->device, &config);
  if (status != MOOR_OK) {
    fprintf(stderr, "Cannot make device '%s': %s.\n", options->id, moor_status_text(status));
  }
  return status == MOOR_OK;
}

static bool publish_one(work_t *work, uint8_t qos, const char *mark, uint32_t count) {
  char content[8192];
  int length = snprintf(content, sizeof content, "%s/%s%" PRIu32, work->options->id, mark, count);
  size_t size = (size_t)length < work->options->size ? work->options->size : (size_t)length;
  if (size > (size_t)length) {
    memset(content + length, ' ', size - (size_t)length);
  }
  return publish(work, work->options->topic, (const uint8_t *)content, size, qos, NULL, count) == MOOR_OK;
}

/* Counted on disk before it leaves: killed in between, the program skips one and never says one twice. */
static bool publish_qos0(work_t *work) {
  work->state.qos0++;
  save(work);
  if (!publish_one(work, 0, "q0-", work->state.qos0)) {
    work->state.qos0--;
    return false;
  }
  work->qos0_sent++;
  return true;
}

uint32_t work_publish(work_t *work, uint32_t now) {
  const options_t *options = work->options;
  /* A slot stays free for answers. */
  size_t spare = options->answer ? 1 : 0;
  while (moor_state(&work->device) == MOOR_LIVE && moor_free_slots(&work->device) > spare) {
    uint64_t qos0_due = options->messages == 0
                            ? options->qos0
                            : (uint64_t)options->qos0 * (work->next - 1) / options->messages;
    bool qos0 = work->state.qos0 < qos0_due;
    if (!qos0 && work->next > options->messages) {
      break;
    }
    if (options->interval_ms > 0 && !moor_past(now, work->publish_ms)) {
      return work->publish_ms - now;
    }
    if (!(qos0 ? publish_qos0(work) : publish_one(work, 1, "", work->next))) {
      break;
    }
    if (!qos0) {
      work->next++;
    }
    work->publish_ms = now + options->interval_ms;
  }
  return UINT32_MAX;
}

bool work_done(const work_t *work) {
  return work->settled >= work->options->messages && work->state.qos0 >= work->options->qos0 &&
         work->state.commands >= work->options->expect && moor_idle(&work->device);
}

void work_flood(work_t *work, uint32_t count, uint32_t now) {
  static const uint8_t message[] = {0, 5, 0, 0, 0, 0, 'f', 'l', 'o', 'o', 'd', '!'};
  moor_copy(moor_out_payload(&work->device), message, sizeof message);
  moor_out_session(&work->device, MOOR_PUBLISH, (uint16_t)(work->device.up.edge + count), sizeof message, now);
}

moor_counters_t work_counters(const work_t *work) {
  const moor_counters_t *now = moor_counters(&work->device);
  moor_counters_t sum = work->counters;
  sum.frames_sent += now->frames_sent;
  sum.frames_received += now->frames_received;
  sum.retransmitted += now->retransmitted;
  sum.crc_errors += now->crc_errors;
  sum.bad_tags += now->bad_tags;
  sum.replays += now->replays;
  sum.duplicates += now->duplicates;
  sum.gaps += now->gaps;
  sum.dropped_qos0 += now->dropped_qos0;
  sum.unexpected += now->unexpected;
  return sum;
}

void work_end(work_t *work) {
  moor_wipe(&work->device);
  moor_erase(work->key, sizeof work->key);
  if (work->ledger != NULL) {
    (void)fclose(work->ledger);
  }
}
