#ifndef STUB_ESP_LOG_H
#define STUB_ESP_LOG_H
__attribute__((format(printf, 2, 3))) void stub_log(const char *tag, const char *format, ...);
#define ESP_LOGI(tag, ...) stub_log(tag, __VA_ARGS__)
#define ESP_LOGW(tag, ...) stub_log(tag, __VA_ARGS__)
#define ESP_LOGE(tag, ...) stub_log(tag, __VA_ARGS__)
#endif
