/* ../protocol/vectors.txt, written by a program that shares no code with this library. */
#include "check.h"
#include "hex.h"
#include "moor_internal.h"
#include "moor_small_crypto.h"

#define MOST 8192u

static moor_device_t device;
static uint8_t keys[4][32]; /* hello, salt (unused), up, down */
static uint8_t hello[256], welcome[256];
static size_t hello_length, welcome_length;

static moor_cobs_t feed(const uint8_t *bytes, size_t length) {
  moor_cobs_t last = MOOR_COBS_MORE;
  for (size_t i = 0; i < length; i++) {
    last = moor_cobs_take(&device, bytes[i]);
  }
  return last;
}

static void cobs(char **words) {
  static uint8_t data[MOST], encoded[MOST], work[MOST];
  size_t length = hex_bytes(words[1], data, MOST);
  size_t encoded_length = hex_bytes(words[2], encoded, MOST);
  memcpy(work + 64, data, length);
  CHECK_NUMBER(encoded_length + 1, moor_cobs_encode(work, 0, 64, length));
  CHECK_BYTES(encoded, work, encoded_length);
  /* In place and as near as the header allows. */
  size_t shift = 2u + length / 254u;
  memcpy(work + shift, data, length);
  CHECK_NUMBER(encoded_length + 1, moor_cobs_encode(work, 0, shift, length));
  CHECK_BYTES(encoded, work, encoded_length);
  CHECK_NUMBER(0, work[encoded_length]);
  if (length <= MOOR_FRAME_SIZE) {
    CHECK_NUMBER(MOOR_COBS_FRAME, feed(work, encoded_length + 1));
    CHECK_NUMBER(length, device.in.length);
    CHECK_BYTES(data, device.in.bytes, length);
  }
}

static void bad_cobs(char **words) {
  uint8_t data[64];
  size_t length = hex_bytes(words[1], data, sizeof data);
  data[length] = 0;
  CHECK_NUMBER(MOOR_COBS_BAD, feed(data, length + 1));
}

static void crc(char **words) {
  uint8_t data[64];
  uint8_t sum[4];
  size_t length = hex_bytes(words[1], data, sizeof data);
  hex_bytes(words[2], sum, sizeof sum);
  CHECK_NUMBER(moor_get32(sum), moor_crc32(data, length));
}

static void value(char **words) {
  uint8_t bytes[128];
  size_t length = hex_bytes(words[2], bytes, sizeof bytes);
  if (strcmp(words[1], "deviceKey") == 0) {
    memcpy(device.key, bytes, length);
  } else if (strcmp(words[1], "id") == 0) {
    memcpy(device.id, bytes, length);
  } else if (strcmp(words[1], "helloKey") == 0) {
    memcpy(keys[0], bytes, length);
  } else if (strcmp(words[1], "upKey") == 0) {
    memcpy(keys[2], bytes, length);
  } else if (strcmp(words[1], "downKey") == 0) {
    memcpy(keys[3], bytes, length);
  }
}

static unsigned number(const char *text) {
  unsigned result = 0;
  for (; *text != '\0'; text++) {
    result = result * 10u + (unsigned)(*text - '0');
  }
  return result;
}

static void frame(char **words) {
  static uint8_t payload[MOST], line[MOST], built[MOST];
  size_t payload_length = hex_bytes(words[9], payload, MOST);
  size_t line_length = hex_bytes(words[10], line, MOST);
  const uint8_t *key = strcmp(words[3], "hello") == 0 ? keys[0] : strcmp(words[3], "up") == 0 ? keys[2] : keys[3];
  bool plain = strcmp(words[3], "none") == 0;

  if (line_length <= MOOR_FRAME_SIZE) {
    CHECK_NUMBER(MOOR_COBS_FRAME, feed(line, line_length));
    const uint8_t *in = device.in.bytes;
    CHECK_NUMBER(payload_length + MOOR_FRAME_OVERHEAD, device.in.length);
    CHECK_NUMBER(payload_length, moor_get16(in + 2));
    CHECK_NUMBER(number(words[6]), moor_get32(in + 4));
    CHECK_NUMBER(moor_crc32(in, device.in.length - 4), moor_get32(in + device.in.length - 4));
    CHECK_BYTES(payload, in + MOOR_HEAD_SIZE, payload_length);
    CHECK(plain || moor_tag_good(&device, key, in, MOOR_HEAD_SIZE + payload_length));
    if (strcmp(words[1], "hello") == 0) {
      hello_length = MOOR_HEAD_SIZE + payload_length;
      memcpy(hello, in, hello_length);
    } else if (strcmp(words[1], "welcome") == 0) {
      welcome_length = MOOR_HEAD_SIZE + payload_length;
      memcpy(welcome, in, welcome_length);
    }
  }
  if (plain || payload_length > MOOR_MAX_PAYLOAD) {
    return;
  }
  memcpy(moor_out_payload(&device), payload, payload_length);
  uint8_t type = 0;
  hex_bytes(words[4], &type, 1);
  const moor_frame_t wanted = {type,
                               (uint8_t)number(words[5]),
                               (uint16_t)payload_length,
                               number(words[6]),
                               (uint16_t)number(words[7]),
                               (uint16_t)number(words[8]),
                               NULL};
  CHECK(moor_out_frame(&device, &wanted, key, false, 0));
  memcpy(built, device.out.bytes + device.out.at, device.out.end - device.out.at);
  CHECK_NUMBER(line_length, device.out.end - device.out.at);
  CHECK_BYTES(line, built, line_length);
}

static void topic(char **words, bool good) {
  uint8_t bytes[256];
  size_t length = hex_bytes(words[1], bytes, sizeof bytes);
  CHECK(moor_topic_good(bytes, length) == good);
}

static void keys_fromTranscript_match(void) {
  uint8_t made[64];
  CHECK(moor_hello_key(&device, made));
  CHECK_BYTES(keys[0], made, 32);
  CHECK(moor_session_keys(&device, hello, hello_length, welcome, welcome_length, made));
  CHECK_BYTES(keys[2], made, 32);
  CHECK_BYTES(keys[3], made + 32, 32);
}

static void cobs_everyLength_comesBack(void) {
  static uint8_t data[MOOR_FRAME_SIZE], work[MOOR_WIRE_SHIFT + MOOR_FRAME_SIZE + 2];
  for (size_t length = 0; length <= MOOR_FRAME_SIZE; length++) {
    for (unsigned kind = 0; kind < 3; kind++) {
      for (size_t i = 0; i < length; i++) {
        data[i] = kind == 0 ? 0 : kind == 1 ? 0x55 : (uint8_t)(i * 7u % 5u == 0 ? 0 : i);
      }
      memcpy(work + MOOR_WIRE_SHIFT, data, length);
      size_t end = moor_cobs_encode(work, 1, MOOR_WIRE_SHIFT, length);
      CHECK(memchr(work + 1, 0, end - 2) == NULL);
      CHECK_NUMBER(MOOR_COBS_FRAME, feed(work + 1, end - 1));
      CHECK_NUMBER(length, device.in.length);
      CHECK_BYTES(data, device.in.bytes, length);
    }
  }
}

static void cobs_longerThanTheBuffer_isDropped_andTheNextFrameIsRead(void) {
  for (size_t i = 0; i < 3 * MOOR_FRAME_SIZE; i++) {
    CHECK_NUMBER(MOOR_COBS_MORE, moor_cobs_take(&device, 1));
  }
  CHECK_NUMBER(MOOR_COBS_BAD, moor_cobs_take(&device, 0));
  static const uint8_t next[] = {2, 0x11, 0};
  CHECK_NUMBER(MOOR_COBS_FRAME, feed(next, sizeof next));
  CHECK_NUMBER(1, device.in.length);
}

static void cobs_emptyPieces_areNothing(void) {
  static const uint8_t nothing[] = {0, 0, 0};
  CHECK_NUMBER(MOOR_COBS_MORE, feed(nothing, sizeof nothing));
}

static size_t split(char *line, char **words, size_t most) {
  size_t count = 0;
  for (char *word = strtok(line, " \n"); word != NULL && count < most; word = strtok(NULL, " \n")) {
    words[count++] = word;
  }
  return count;
}

static FILE *file;

static void vectors_all_match(void) {
  static char line[3 * MOST];
  char *words[12];
  int seen[8] = {0};
  while (fgets(line, sizeof line, file) != NULL) {
    size_t count = split(line, words, 12);
    if (count == 0 || words[0][0] == '#') {
      continue;
    }
    if (strcmp(words[0], "cobs") == 0) {
      cobs(words);
      seen[0]++;
    } else if (strcmp(words[0], "badcobs") == 0) {
      bad_cobs(words);
      seen[1]++;
    } else if (strcmp(words[0], "crc") == 0) {
      crc(words);
      seen[2]++;
    } else if (strcmp(words[0], "value") == 0) {
      value(words);
      seen[3]++;
    } else if (strcmp(words[0], "frame") == 0 && count == 11) {
      frame(words);
      seen[4]++;
    } else if (strcmp(words[0], "badtopic") == 0 || strcmp(words[0], "goodtopic") == 0) {
      topic(words, words[0][0] == 'g');
      seen[5]++;
    }
  }
  /* A vector file that lost its lines must not pass. */
  CHECK(seen[0] >= 12 && seen[1] >= 4 && seen[2] >= 4 && seen[3] == 11 && seen[4] >= 17 && seen[5] >= 20);
}

void vector_tests(const char *path) {
  memset(&device, 0, sizeof device);
  moor_small_crypto(&device.crypto, NULL, NULL);
  moor_cobs_reset(&device);
  file = fopen(path, "r");
  if (file == NULL) {
    check_failures++;
    printf("Cannot read %s\n", path);
    return;
  }
  RUN(vectors_all_match);
  (void)fclose(file);
  RUN(keys_fromTranscript_match);
  RUN(cobs_everyLength_comesBack);
  RUN(cobs_longerThanTheBuffer_isDropped_andTheNextFrameIsRead);
  RUN(cobs_emptyPieces_areNothing);
}
