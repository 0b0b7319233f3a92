/**
 * The serial protocol (docs/BRIDGE-PROTOCOL.md) as pure machines: bytes and time in, bytes and
 * events out.
 */
@NullMarked
package io.mooring.examples.esp32bridge.link;

import org.jspecify.annotations.NullMarked;
