// Powers the sketch on: it asks for its key, is provisioned, and says HELLO.
#include "Arduino.h"
#include "Preferences.h"

HardwareSerial Serial = {"", 0};
HardwareSerial Serial1 = {"", 0};
static unsigned long now = 5;
static char id[65];
static unsigned char key[32];
static bool stored = false;

void HardwareSerial::begin(unsigned long, uint32_t, int8_t, int8_t) {}
size_t HardwareSerial::setRxBufferSize(size_t size) { return size; }
int HardwareSerial::available() { return static_cast<int>(strlen(input)); }
int HardwareSerial::read() { return *input == '\0' ? -1 : *input++; }
size_t HardwareSerial::read(uint8_t *buffer, size_t size) {
  size_t count = 0;
  while (count < size && *input != '\0') {
    buffer[count++] = static_cast<uint8_t>(*input++);
  }
  return count;
}
size_t HardwareSerial::write(const uint8_t *, size_t size) {
  written += size;
  return size;
}
size_t HardwareSerial::println(const char *text) {
  std::puts(text);
  return strlen(text);
}
unsigned long millis() { return now; }
void delay(uint32_t ms) { now += ms; }
void pinMode(uint8_t, uint8_t) {}
void digitalWrite(uint8_t, uint8_t) {}
bool Preferences::begin(const char *, bool) { return true; }
void Preferences::end() {}
size_t Preferences::getString(const char *, char *value, size_t maxLen) {
  std::snprintf(value, maxLen, "%s", id);
  return stored ? strlen(value) : 0;
}
size_t Preferences::getBytes(const char *, void *buf, size_t) {
  memcpy(buf, key, sizeof key);
  return sizeof key;
}
size_t Preferences::putString(const char *, const char *value) {
  std::snprintf(id, sizeof id, "%s", value);
  return strlen(id);
}
size_t Preferences::putBytes(const char *, const void *value, size_t len) {
  memcpy(key, value, len);
  stored = true;
  return len;
}

int main() {
  setup();
  loop();
  const bool silent = Serial1.written == 0;
  Serial.input = "provision meter-1 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n";
  loop();
  const bool called = Serial1.written > 60;
  for (int i = 0; i < 20000; i++) {
    loop();
  }
  return silent && called && stored && key[1] == 0x11 ? 0 : 1;
}
