/** Keys of devices: handles from a keystore file, and how a device gets its key. */
@NullMarked
package io.mooring.examples.esp32bridge.key;

import org.jspecify.annotations.NullMarked;
