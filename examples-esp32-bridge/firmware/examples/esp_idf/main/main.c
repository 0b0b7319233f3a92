/*
 * A sensor and a relay behind the bridge: UART1 on GPIO 17 (TX) and 16 (RX), 115200 baud, relay on GPIO 4. The radio is
 * never started. Id and key come from NVS, namespace "mooring", written once as the README shows.
 *
 * Up: telemetry/uptime each 10 s at QoS 1. Down: command/relay with "on" or "off"; it may come twice without harm.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "driver/gpio.h"
#include "driver/uart.h"
#include "esp_err.h"
#include "esp_log.h"
#include "esp_task_wdt.h"
#include "esp_timer.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"
#include "moor_mbedtls.h"
#include "mooring_bridge.h"
#include "nvs.h"
#include "nvs_flash.h"

#define LINE UART_NUM_1
#define LINE_TX 17
#define LINE_RX 16
#define RELAY GPIO_NUM_4
#define BAUD 115200
#define REPORT_MS 10000u
#define LONGEST_READ_MS 100u

static const char *const TAG = "mooring";

/* Some kilobytes; static, because a task's stack has not the room. */
static moor_device_t device;

static uint32_t now_ms(void) { return (uint32_t)(esp_timer_get_time() / 1000); }

static bool is(const moor_message_t *message, const char *topic, const char *content) {
  return message->topic_length == strlen(topic) && memcmp(message->topic, topic, message->topic_length) == 0 &&
         message->content_length == strlen(content) &&
         memcmp(message->content, content, message->content_length) == 0;
}

static moor_result_t on_command(void *context, const moor_message_t *command) {
  (void)context;
  if (is(command, "command/relay", "on")) {
    return gpio_set_level(RELAY, 1) == ESP_OK ? MOOR_ACCEPTED : MOOR_FAILED;
  }
  if (is(command, "command/relay", "off")) {
    return gpio_set_level(RELAY, 0) == ESP_OK ? MOOR_ACCEPTED : MOOR_FAILED;
  }
  return MOOR_NOT_UNDERSTOOD;
}

static void on_result(void *context, uint32_t number, moor_result_t result) {
  (void)context;
  if (result != MOOR_ACCEPTED) {
    ESP_LOGW(TAG, "message %" PRIu32 ": %s", number, moor_result_text(result));
  }
}

static void on_event(void *context, const moor_event_t *event) {
  (void)context;
  switch (event->kind) {
    case MOOR_EVENT_LIVE:
      ESP_LOGI(TAG, "session open");
      break;
    case MOOR_EVENT_LOST:
      ESP_LOGW(TAG, "session lost: %s %u", moor_lost_text(event->is.lost.why), (unsigned)event->is.lost.code);
      break;
    case MOOR_EVENT_REFUSED:
      ESP_LOGE(TAG, "the bridge refuses this board: %s", moor_refuse_text(event->is.refused.code));
      break;
    case MOOR_EVENT_STATUS:
      ESP_LOGI(TAG, "broker %s, outbox %u %%", event->is.status.online ? "online" : "offline",
               (unsigned)event->is.status.fill);
      break;
  }
}

/* The id with its terminator, and the key. ESP_ERR_NVS_NOT_FOUND: the board was never provisioned. */
static esp_err_t read_identity(char *id, size_t id_size, uint8_t key[MOOR_KEY_SIZE]) {
  nvs_handle_t nvs;
  esp_err_t result = nvs_open("mooring", NVS_READONLY, &nvs);
  if (result != ESP_OK) {
    return result;
  }
  size_t key_size = MOOR_KEY_SIZE;
  result = nvs_get_str(nvs, "id", id, &id_size);
  if (result == ESP_OK) {
    result = nvs_get_blob(nvs, "key", key, &key_size);
  }
  nvs_close(nvs);
  return result == ESP_OK && key_size != MOOR_KEY_SIZE ? ESP_ERR_NVS_INVALID_LENGTH : result;
}

static void open_line(void) {
  const uart_config_t settings = {
      .baud_rate = BAUD,
      .data_bits = UART_DATA_8_BITS,
      .parity = UART_PARITY_DISABLE,
      .stop_bits = UART_STOP_BITS_1,
      .flow_ctrl = UART_HW_FLOWCTRL_DISABLE,
  };
  /* Room for what the bridge may send while a command runs: all its credit. */
  const int room = (int)(MOOR_RESULTS * (MOOR_FRAME_SIZE + 8));
  ESP_ERROR_CHECK(uart_driver_install(LINE, room < 1024 ? 1024 : room, 0, 0, NULL, 0));
  ESP_ERROR_CHECK(uart_param_config(LINE, &settings));
  ESP_ERROR_CHECK(uart_set_pin(LINE, LINE_TX, LINE_RX, UART_PIN_NO_CHANGE, UART_PIN_NO_CHANGE));
}

static bool make_device(void) {
  char id[MOOR_MAX_ID + 1];
  uint8_t key[MOOR_KEY_SIZE];
  esp_err_t found = read_identity(id, sizeof id, key);
  if (found != ESP_OK) {
    ESP_LOGE(TAG, "no id and key in NVS (%s); provision this board", esp_err_to_name(found));
    return false;
  }
  moor_config_t config;
  moor_config_defaults(&config);
  config.id = id;
  config.text = "sensor 1.0";
  config.key = key;
  config.baud = BAUD;
  config.handlers.command = on_command;
  config.handlers.result = on_result;
  config.handlers.event = on_event;
  moor_mbedtls(&config.crypto);
  moor_status_t status = moor_init(&device, &config);
  memset(key, 0, sizeof key);
  if (status != MOOR_OK) {
    ESP_LOGE(TAG, "%s", moor_status_text(status));
  }
  return status == MOOR_OK;
}

static void report(uint32_t now) {
  static uint32_t last;
  if (now - last < REPORT_MS) {
    return;
  }
  last = now;
  char content[32];
  int length = snprintf(content, sizeof content, "%" PRIu32, now / 1000u);
  const moor_message_t message = {.topic = "telemetry/uptime",
                                  .topic_length = strlen("telemetry/uptime"),
                                  .content = (const uint8_t *)content,
                                  .content_length = (size_t)length,
                                  .qos = 1};
  moor_status_t status = moor_publish(&device, &message, NULL);
  if (status != MOOR_OK) {
    ESP_LOGW(TAG, "reading dropped: %s", moor_status_text(status));
  }
}

void app_main(void) {
  ESP_ERROR_CHECK(nvs_flash_init());
  ESP_ERROR_CHECK(gpio_set_direction(RELAY, GPIO_MODE_OUTPUT));
  if (!make_device()) {
    return;
  }
  open_line();
  ESP_ERROR_CHECK(esp_task_wdt_add(NULL));
  moor_line_opened(&device, now_ms());
  static uint8_t bytes[256];
  for (;;) {
    uint32_t wait = moor_wake_in(&device, now_ms());
    wait = wait < LONGEST_READ_MS ? wait : LONGEST_READ_MS;
    int got = uart_read_bytes(LINE, bytes, 1, pdMS_TO_TICKS(wait));
    size_t more = 0;
    if (got > 0 && uart_get_buffered_data_len(LINE, &more) == ESP_OK && more > 0) {
      more = more < sizeof bytes - 1 ? more : sizeof bytes - 1;
      int rest = uart_read_bytes(LINE, bytes + 1, (uint32_t)more, 0);
      got += rest > 0 ? rest : 0;
    }
    if (got > 0) {
      moor_receive(&device, bytes, (size_t)got, now_ms());
    }
    report(now_ms());
    size_t length;
    while ((length = moor_transmit(&device, bytes, sizeof bytes, now_ms())) > 0) {
      (void)uart_write_bytes(LINE, bytes, length);
    }
    ESP_ERROR_CHECK(esp_task_wdt_reset());
  }
}
