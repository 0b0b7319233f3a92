#ifndef STUB_PREFERENCES_H
#define STUB_PREFERENCES_H

#include <cstddef>

class Preferences {
 public:
  bool begin(const char *name, bool readOnly);
  void end();
  size_t getString(const char *key, char *value, size_t maxLen);
  size_t getBytes(const char *key, void *buf, size_t maxLen);
  size_t putString(const char *key, const char *value);
  size_t putBytes(const char *key, const void *value, size_t len);
};

#endif
