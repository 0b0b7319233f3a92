/** Devices, lines and brokers brought together: one thread owns the state of all devices. */
@NullMarked
package io.mooring.examples.esp32bridge.gateway;

import org.jspecify.annotations.NullMarked;
