// The public headers as a C++ program sees them, and C linkage.
#include "moor_mbedtls.h"
#include "moor_small_crypto.h"
#include "mooring_bridge.h"

int main() {
  static moor_device_t device;
  moor_config_t config;
  moor_config_defaults(&config);
  return moor_init(&device, &config) == MOOR_BAD_ARGUMENT ? 0 : 1;
}
