/* The crypto port over mbedTLS 3 and the random generator of an ESP32: ESP-IDF 5, Arduino core 3. */
#ifndef MOOR_MBEDTLS_H
#define MOOR_MBEDTLS_H

#include "moor_crypto.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Sets all of the port. SHA-256 is the hardware's where the chip has it. Nothing is allocated.
 *
 * The hardware generator is random only while Wi-Fi or Bluetooth runs, or an entropy source is switched on. A bridge's
 * device has its radio off, so each call switches the source on and off again (bootloader_random_enable). That source
 * uses the ADC: do not read the ADC from another task while moor_transmit runs, or set CONFIG_MOOR_RADIO_ON when a
 * radio is always on.
 */
void moor_mbedtls(moor_crypto_t *crypto);

#ifdef __cplusplus
}
#endif

#endif
