/** Serial lines: ports that come and go, two threads for each line. */
@NullMarked
package io.mooring.examples.esp32bridge.serial;

import org.jspecify.annotations.NullMarked;
