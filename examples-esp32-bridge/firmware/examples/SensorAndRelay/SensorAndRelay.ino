/*
 * A sensor and a relay behind the bridge, with the Arduino core for ESP32 (3.x). Serial1 on GPIO 17 (TX) and 16 (RX),
 * 115200 baud, relay on GPIO 4; Serial stays free for messages to people. The radio is never started.
 *
 * Id and key come from Preferences, namespace "mooring". Once per board, over Serial at 115200 baud:
 *   provision meter-0042 64-hexadecimal-digits
 */
#include <Preferences.h>

#include "moor_mbedtls.h"
#include "mooring_bridge.h"

static const int LINE_TX = 17;
static const int LINE_RX = 16;
static const int RELAY = 4;
static const uint32_t BAUD = 115200;
static const uint32_t REPORT_MS = 10000;

static moor_device_t device;
static bool ready = false;

static bool says(const moor_message_t *message, const char *topic, const char *content) {
  return message->topic_length == strlen(topic) && memcmp(message->topic, topic, message->topic_length) == 0 &&
         message->content_length == strlen(content) && memcmp(message->content, content, message->content_length) == 0;
}

static moor_result_t onCommand(void *, const moor_message_t *command) {
  if (says(command, "command/relay", "on")) {
    digitalWrite(RELAY, HIGH);
    return MOOR_ACCEPTED;
  }
  if (says(command, "command/relay", "off")) {
    digitalWrite(RELAY, LOW);
    return MOOR_ACCEPTED;
  }
  return MOOR_NOT_UNDERSTOOD;
}

static void onEvent(void *, const moor_event_t *event) {
  if (event->kind == MOOR_EVENT_LIVE) {
    Serial.println("session open");
  } else if (event->kind == MOOR_EVENT_LOST) {
    Serial.println(moor_lost_text(event->is.lost.why));
  } else if (event->kind == MOOR_EVENT_REFUSED) {
    Serial.println(moor_refuse_text(event->is.refused.code));
  }
}

static bool begin() {
  Preferences stored;
  char id[MOOR_MAX_ID + 1] = "";
  uint8_t key[MOOR_KEY_SIZE];
  bool found = stored.begin("mooring", true) && stored.getString("id", id, sizeof id) > 0 &&
               stored.getBytes("key", key, sizeof key) == sizeof key;
  stored.end();
  if (!found) {
    Serial.println("no id and key: provision ID KEY");
    return false;
  }
  moor_config_t config;
  moor_config_defaults(&config);
  config.id = id;
  config.text = "sketch 1.0";
  config.key = key;
  config.baud = BAUD;
  config.handlers.command = onCommand;
  config.handlers.event = onEvent;
  moor_mbedtls(&config.crypto);
  const moor_status_t status = moor_init(&device, &config);
  memset(key, 0, sizeof key);
  if (status != MOOR_OK) {
    Serial.println(moor_status_text(status));
    return false;
  }
  moor_line_opened(&device, millis());
  return true;
}

static int digit(char c) {
  return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* "provision ID KEY", once: a board that has a key keeps it, so that nobody re-keys it over this port. */
static void provision(const char *line) {
  char id[MOOR_MAX_ID + 1];
  char hex[2 * MOOR_KEY_SIZE + 1];
  uint8_t key[MOOR_KEY_SIZE];
  if (ready || sscanf(line, "provision %64s %64s", id, hex) != 2 || strlen(hex) != 2 * MOOR_KEY_SIZE) {
    Serial.println("not now, or not: provision ID KEY");
    return;
  }
  for (size_t i = 0; i < MOOR_KEY_SIZE; i++) {
    const int high = digit(hex[2 * i]);
    const int low = digit(hex[2 * i + 1]);
    if (high < 0 || low < 0) {
      Serial.println("the key has 64 hexadecimal digits");
      return;
    }
    key[i] = static_cast<uint8_t>(high * 16 + low);
  }
  Preferences stored;
  const bool kept = stored.begin("mooring", false) && stored.putString("id", id) > 0 &&
                    stored.putBytes("key", key, sizeof key) == sizeof key;
  stored.end();
  memset(key, 0, sizeof key);
  memset(hex, 0, sizeof hex);
  Serial.println(kept ? "provisioned" : "could not store");
  ready = kept && begin();
}

static void readConsole() {
  static char line[160];
  static size_t length = 0;
  while (Serial.available() > 0) {
    const char c = static_cast<char>(Serial.read());
    if (c == '\n' || c == '\r') {
      line[length] = '\0';
      if (length > 0) {
        provision(line);
      }
      memset(line, 0, sizeof line);
      length = 0;
    } else if (length < sizeof line - 1) {
      line[length++] = c;
    }
  }
}

static void report() {
  static uint32_t last = 0;
  const uint32_t now = millis();
  if (now - last < REPORT_MS) {
    return;
  }
  last = now;
  char content[16];
  moor_message_t message = moor_message_t();
  message.topic = "telemetry/uptime";
  message.topic_length = strlen(message.topic);
  message.content = reinterpret_cast<const uint8_t *>(content);
  message.content_length = static_cast<size_t>(snprintf(content, sizeof content, "%lu", static_cast<unsigned long>(now / 1000)));
  message.qos = 1;
  const moor_status_t status = moor_publish(&device, &message, nullptr);
  if (status != MOOR_OK) {
    Serial.println(moor_status_text(status));
  }
}

void setup() {
  Serial.begin(115200);
  pinMode(RELAY, OUTPUT);
  Serial1.setRxBufferSize(4096);
  Serial1.begin(BAUD, SERIAL_8N1, LINE_RX, LINE_TX);
  ready = begin();
}

void loop() {
  readConsole();
  if (!ready) {
    delay(10);
    return;
  }
  uint8_t bytes[128];
  while (Serial1.available() > 0) {
    const size_t got = Serial1.read(bytes, sizeof bytes);
    moor_receive(&device, bytes, got, millis());
  }
  report();
  size_t length;
  while ((length = moor_transmit(&device, bytes, sizeof bytes, millis())) > 0) {
    Serial1.write(bytes, length);
  }
  delay(1);
}
