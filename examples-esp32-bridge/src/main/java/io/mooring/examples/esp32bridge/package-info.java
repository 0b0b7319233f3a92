/** The bridge: devices on one side, the cloud broker on the other, and no open port. */
@NullMarked
package io.mooring.examples.esp32bridge;

import org.jspecify.annotations.NullMarked;
