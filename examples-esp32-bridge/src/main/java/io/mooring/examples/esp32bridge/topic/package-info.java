/** Which topics of a device go where, and which do not go at all. */
@NullMarked
package io.mooring.examples.esp32bridge.topic;

import org.jspecify.annotations.NullMarked;
