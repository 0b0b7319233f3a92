#include "moor_internal.h"

const char *moor_status_text(moor_status_t status) {
  switch (status) {
    case MOOR_OK:
      return "ok";
    case MOOR_FULL:
      return "every slot holds a message without a result; try again after the next result";
    case MOOR_TOO_LARGE:
      return "message larger than MOOR_MAX_PAYLOAD or than the bridge takes";
    case MOOR_BAD_TOPIC:
      return "topic: 1 to 128 bytes of UTF-8, at most 8 levels, none empty, no leading $, no + # or control characters";
    case MOOR_BAD_ARGUMENT:
      return "argument missing or outside its range";
    case MOOR_BAD_ID:
      return "id: 1 to 64 of A-Z a-z 0-9 . _ -";
    case MOOR_BAD_TEXT:
      return "text: at most 32 printable ASCII characters";
    case MOOR_NUMBERS_SPENT:
      return "no message numbers left in this stream; start with a new one";
    case MOOR_NO_RANDOM:
      return "the random generator failed";
    case MOOR_WRONG_BUILD:
      return "program and library were compiled with different MOOR_ limits";
  }
  return "unknown status";
}

const char *moor_result_text(moor_result_t result) {
  switch (result) {
    case MOOR_ACCEPTED:
      return "accepted";
    case MOOR_TOPIC_NOT_ALLOWED:
      return "topic not allowed for this device";
    case MOOR_RESULT_TOO_LARGE:
      return "too large";
    case MOOR_MALFORMED:
      return "malformed topic or correlation";
    case MOOR_QOS_NOT_ALLOWED:
      return "QoS not allowed";
    case MOOR_RETAIN_NOT_ALLOWED:
      return "retain not allowed";
    case MOOR_OUTBOX_FULL:
      return "outbox full";
    case MOOR_NOT_UNDERSTOOD:
      return "command not understood";
    case MOOR_FAILED:
      return "command failed";
    case MOOR_REFUSED_EARLIER:
      return "refused earlier";
    case MOOR_EXPIRED:
      return "expired";
  }
  return "refused for a reason unknown to this version";
}

const char *moor_refuse_text(uint8_t code) {
  static const char *const texts[] = {"version",    "unknown-device", "bad-key",
                                      "wrong-line", "malformed",      "too-many-devices"};
  return code >= 1 && code <= sizeof texts / sizeof texts[0] ? texts[code - 1u] : "unknown";
}

const char *moor_lost_text(moor_lost_t why) {
  switch (why) {
    case MOOR_LOST_SILENCE:
      return "silence";
    case MOOR_LOST_RETRANSMIT:
      return "retransmissions";
    case MOOR_LOST_LINE:
      return "line";
    case MOOR_LOST_RENEWED:
      return "renewed";
    case MOOR_LOST_BYE_RECEIVED:
      return "bye";
    case MOOR_LOST_BYE_SENT:
      return "bye-sent";
    case MOOR_LOST_CRYPTO:
      return "crypto";
  }
  return "unknown";
}
