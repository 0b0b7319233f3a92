// As much of the Arduino core for ESP32 as the sketch uses; core.cpp runs it.
#ifndef STUB_ARDUINO_H
#define STUB_ARDUINO_H

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>

#define HIGH 1
#define LOW 0
#define OUTPUT 3
#define SERIAL_8N1 0x800001c

struct HardwareSerial {
  void begin(unsigned long baud, uint32_t config = SERIAL_8N1, int8_t rx = -1, int8_t tx = -1);
  size_t setRxBufferSize(size_t size);
  int available();
  int read();
  size_t read(uint8_t *buffer, size_t size);
  size_t write(const uint8_t *buffer, size_t size);
  size_t println(const char *text);
  const char *input;
  size_t written;
};

extern HardwareSerial Serial;
extern HardwareSerial Serial1;

unsigned long millis();
void delay(uint32_t ms);
void pinMode(uint8_t pin, uint8_t mode);
void digitalWrite(uint8_t pin, uint8_t value);
void setup();
void loop();

#endif
