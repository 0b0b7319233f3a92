/** The cloud leg: one connection for all devices, or one for each. */
@NullMarked
package io.mooring.examples.esp32bridge.cloud;

import org.jspecify.annotations.NullMarked;
