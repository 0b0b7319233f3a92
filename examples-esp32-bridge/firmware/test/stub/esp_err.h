/* Declarations of ESP-IDF 5 that examples/esp_idf calls, to compile it on the host; there is nothing behind them. */
#ifndef STUB_ESP_ERR_H
#define STUB_ESP_ERR_H
typedef int esp_err_t;
#define ESP_OK 0
#define ESP_ERR_NVS_INVALID_LENGTH 0x110c
const char *esp_err_to_name(esp_err_t code);
void stub_abort(esp_err_t code);
#define ESP_ERROR_CHECK(x)   \
  do {                       \
    esp_err_t stub_rc = (x); \
    if (stub_rc != ESP_OK) { \
      stub_abort(stub_rc);   \
    }                        \
  } while (0)
#endif
