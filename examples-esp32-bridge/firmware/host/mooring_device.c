/* The firmware library as a process on a serial line or pseudo terminal. Usage: ../README.md. */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "faults.h"
#include "line.h"
#include "moor_internal.h"
#include "options.h"
#include "work.h"

/* A line that takes nothing for so long has nobody at its end; as a UART does, it loses what is sent. */
#define STUCK_MS 500u
#define LONGEST_SLEEP_MS 200u

typedef enum { DONE = 0, USAGE = 1, LINE = 2, DEADLINE = 3, REFUSED = 4, SIGNAL = 5, RUNNING = 6 } outcome_t;

static const char *const OUTCOMES[] = {"done", "usage", "line", "deadline", "refused", "signal", "running"};

typedef struct {
  options_t options;
  line_t line;
  faults_t faults;
  work_t work;
  uint32_t begun_ms, cut_ms, plug_ms, reset_ms, paced_ms, moved_ms, done_ms, flooded;
  uint32_t cuts, resets;
  uint64_t allowance; /* bytes the baud rate lets through now, times 10000 */
  bool pulled, done, flooding;
} program_t;

static volatile sig_atomic_t stopped;

static void stop(int number) {
  (void)number;
  stopped = 1;
}

static uint32_t clock_ms(void) {
  struct timespec now;
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint32_t)((uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u);
}

static void line_lost(program_t *program, uint32_t now) {
  line_close(&program->line);
  faults_discard(&program->faults);
  moor_line_closed(&program->work.device, now);
}

static bool plug_in(program_t *program, uint32_t now) {
  if (!line_open(&program->line)) {
    program->plug_ms = now + 50;
    return program->line.link == NULL;
  }
  printf("{\"event\":\"line\",\"path\":\"%s\"}\n", program->line.name);
  (void)fflush(stdout);
  program->pulled = false;
  program->paced_ms = now;
  program->moved_ms = now;
  program->allowance = 0;
  moor_line_opened(&program->work.device, now);
  return true;
}

static void pull_and_reset(program_t *program, uint32_t now) {
  const options_t *options = &program->options;
  if (options->cut_every_ms != 0 && !program->pulled && moor_past(now, program->cut_ms)) {
    program->cuts++;
    program->pulled = true;
    program->plug_ms = now + options->cut_for_ms;
    program->cut_ms = program->plug_ms + options->cut_every_ms;
    line_lost(program, now);
    printf("{\"event\":\"cut\"}\n");
  }
  if (options->reset_every_ms != 0 && moor_past(now, program->reset_ms)) {
    program->resets++;
    program->reset_ms = now + options->reset_every_ms;
    faults_discard(&program->faults);
    printf("{\"event\":\"reset\"}\n");
    if (work_power_on(&program->work) && program->line.fd >= 0) {
      moor_line_opened(&program->work.device, now);
    }
  }
}

static void read_line(program_t *program, uint32_t now) {
  uint8_t bytes[1024];
  ssize_t length;
  while (program->line.fd >= 0 && (length = line_read(&program->line, bytes, sizeof bytes)) != 0) {
    if (length < 0) {
      line_lost(program, now);
      program->plug_ms = now + 50;
      return;
    }
    faults_received(&program->faults, bytes, (size_t)length);
    moor_receive(&program->work.device, bytes, (size_t)length, now);
  }
}

static void session_opened(program_t *program) {
  program->work.opened_now = false;
  if (program->options.replay_file != NULL && !faults_replay_file(&program->faults, program->options.replay_file)) {
    fprintf(stderr, "Cannot read %s: %s.\n", program->options.replay_file, strerror(errno));
  }
  program->flooding = program->options.flood != 0 && program->flooded == 0;
}

/* Bytes of the library, through the faults, into the queue for the wire; a frame or two at a time. */
static void fill_queue(program_t *program, uint32_t now) {
  uint8_t bytes[256];
  size_t length;
  moor_device_t *device = &program->work.device;
  while (faults_waiting(&program->faults) == 0 && (length = moor_transmit(device, bytes, sizeof bytes, now)) > 0) {
    faults_send(&program->faults, bytes, length);
  }
  while (program->flooding && moor_wake_in(device, now) > 0 && moor_state(device) == MOOR_LIVE) {
    work_flood(&program->work, program->flooded++, now);
    while ((length = moor_transmit(device, bytes, sizeof bytes, now)) > 0) {
      faults_send(&program->faults, bytes, length);
    }
    program->flooding = program->flooded < program->options.flood;
  }
}

static size_t paced(program_t *program, size_t waiting, uint32_t now) {
  if (program->line.baud == 0 || program->line.link == NULL) {
    return waiting;
  }
  /* 10 bits a byte: bytes in a millisecond are baud / 10000. Unused time is kept for 20 ms. */
  program->allowance += (uint64_t)(now - program->paced_ms) * program->line.baud;
  program->paced_ms = now;
  uint64_t most = 20u * (uint64_t)program->line.baud;
  program->allowance = program->allowance < most ? program->allowance : most;
  uint64_t bytes = program->allowance / 10000u;
  return bytes < waiting ? (size_t)bytes : waiting;
}

static void write_line(program_t *program, uint32_t now) {
  for (;;) {
    fill_queue(program, now);
    size_t waiting = faults_waiting(&program->faults);
    size_t ready = paced(program, waiting, now);
    if (waiting == 0) {
      program->moved_ms = now;
    }
    if (ready == 0) {
      return;
    }
    ssize_t written = line_write(&program->line, faults_next(&program->faults), ready);
    if (written < 0) {
      line_lost(program, now);
      program->plug_ms = now + 50;
      return;
    }
    if (written == 0) {
      if (moor_past(now, program->moved_ms + STUCK_MS)) {
        faults_discard(&program->faults);
        program->moved_ms = now;
      }
      return;
    }
    program->moved_ms = now;
    if (program->line.baud != 0 && program->line.link != NULL) {
      program->allowance -= (uint64_t)written * 10000u;
    }
    faults_written(&program->faults, (size_t)written);
  }
}

static outcome_t judge(program_t *program, uint32_t now) {
  if (stopped) {
    return SIGNAL;
  }
  if (program->work.refused_now && program->options.stop_on_refuse) {
    return REFUSED;
  }
  program->work.refused_now = false;
  if (!work_done(&program->work)) {
    program->done = false;
  } else if (!program->done) {
    program->done = true;
    program->done_ms = now;
  }
  if (program->done && moor_past(now, program->done_ms + program->options.linger_ms)) {
    return DONE;
  }
  return (now - program->begun_ms) / 1000u >= program->options.deadline_s ? DEADLINE : RUNNING;
}

static void sleep_until_needed(program_t *program, uint32_t publish_in, uint32_t now) {
  uint32_t wake = publish_in < LONGEST_SLEEP_MS ? publish_in : LONGEST_SLEEP_MS;
  bool waiting = faults_waiting(&program->faults) > 0;
  uint32_t device = moor_wake_in(&program->work.device, now);
  wake = !waiting && device < wake ? device : wake;
  if (program->options.cut_every_ms != 0 && !program->pulled) {
    wake = moor_sooner(now, program->cut_ms, wake);
  }
  if (program->options.reset_every_ms != 0) {
    wake = moor_sooner(now, program->reset_ms, wake);
  }
  if (program->done) {
    wake = moor_sooner(now, program->done_ms + program->options.linger_ms, wake);
  }
  if (program->line.fd < 0) {
    wake = moor_sooner(now, program->plug_ms, wake);
  }
  bool pace = waiting && program->line.link != NULL && program->line.baud != 0;
  wake = pace && wake > 1 ? 1 : wake;
  struct pollfd event = {.fd = program->line.fd, .events = (short)(POLLIN | (waiting && !pace ? POLLOUT : 0))};
  (void)poll(&event, 1, (int)wake);
}

static outcome_t run(program_t *program) {
  outcome_t outcome = RUNNING;
  for (;;) {
    uint32_t now = clock_ms();
    pull_and_reset(program, now);
    if (program->line.fd < 0 && moor_past(now, program->plug_ms) && !plug_in(program, now)) {
      fprintf(stderr, "Cannot make a pseudo terminal at %s: %s.\n", program->options.pty, strerror(errno));
      return LINE;
    }
    read_line(program, now);
    /* Before the bridge has heard of the session it would take the noise for somebody else's. */
    if (program->work.opened_now && program->work.device.session.heard) {
      session_opened(program);
    }
    uint32_t publish_in = work_publish(&program->work, now);
    if (program->line.fd >= 0) {
      write_line(program, now);
    }
    outcome = judge(program, now);
    if (outcome != RUNNING) {
      return outcome;
    }
    sleep_until_needed(program, publish_in, now);
  }
}

/* Says BYE and waits until the far end has read it, for half a second at most. */
static void say_goodbye(program_t *program) {
  uint32_t begun = clock_ms();
  moor_close(&program->work.device);
  while (program->line.fd >= 0 && !moor_past(clock_ms(), begun + 500u)) {
    write_line(program, clock_ms());
    if (program->line.fd < 0 || (moor_state(&program->work.device) == MOOR_CLOSED &&
                                 faults_waiting(&program->faults) == 0)) {
      break;
    }
    (void)poll(NULL, 0, 1);
  }
  line_drain(&program->line, 500u);
}

static void report(const program_t *program, outcome_t outcome) {
  const work_t *work = &program->work;
  moor_counters_t c = work_counters(work);
  printf("{\"event\":\"end\",\"outcome\":\"%s\",\"settled\":%" PRIu32 ",\"accepted\":%" PRIu32 ",\"refused\":%" PRIu32
         ",\"commands\":%" PRIu32 ",\"commandsRefused\":%" PRIu32 ",\"qos0Sent\":%" PRIu32 ",\"qos0Dropped\":%" PRIu32,
         OUTCOMES[outcome], work->settled, work->accepted, work->refused, work->commands, work->commands_refused,
         work->qos0_sent, c.dropped_qos0);
  printf(",\"sessions\":%" PRIu32 ",\"cuts\":%" PRIu32 ",\"resets\":%" PRIu32 ",\"replayed\":%" PRIu32
         ",\"corrupted\":%" PRIu32 ",\"dropped\":%" PRIu32 ",\"flooded\":%" PRIu32,
         work->sessions, program->cuts, program->resets, program->faults.replayed, program->faults.corrupted,
         program->faults.dropped, program->flooded);
  printf(",\"framesSent\":%" PRIu32 ",\"framesReceived\":%" PRIu32 ",\"retransmitted\":%" PRIu32
         ",\"crcErrors\":%" PRIu32 ",\"badTags\":%" PRIu32 ",\"replays\":%" PRIu32 ",\"duplicates\":%" PRIu32
         ",\"gaps\":%" PRIu32 ",\"unexpected\":%" PRIu32 "}\n",
         c.frames_sent, c.frames_received, c.retransmitted, c.crc_errors, c.bad_tags, c.replays, c.duplicates, c.gaps,
         c.unexpected);
  (void)fflush(stdout);
}

int main(int count, char **words) {
  static program_t program;
  if (!options_parse(&program.options, count, words) || !work_begin(&program.work, &program.options)) {
    return USAGE;
  }
  if (!faults_begin(&program.faults, &program.options)) {
    fprintf(stderr, "Cannot append to %s: %s.\n", program.options.record, strerror(errno));
    return USAGE;
  }
  if (!work_power_on(&program.work)) {
    return USAGE;
  }
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = stop;
  (void)sigaction(SIGTERM, &action, NULL);
  (void)sigaction(SIGINT, &action, NULL);
  line_prepare(&program.line, program.options.line, program.options.pty, program.options.baud);
  uint32_t now = clock_ms();
  program.begun_ms = now;
  program.plug_ms = now;
  program.cut_ms = now + program.options.cut_every_ms;
  program.reset_ms = now + program.options.reset_every_ms;
  outcome_t outcome = run(&program);
  if (!program.options.no_bye) {
    say_goodbye(&program);
  }
  report(&program, outcome);
  line_close(&program.line);
  faults_end(&program.faults);
  work_end(&program.work);
  return (int)outcome;
}
