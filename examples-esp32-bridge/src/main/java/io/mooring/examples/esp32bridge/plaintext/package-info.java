/** Plaintext MQTT for a closed network, by Paho's own client; nothing else may use that. */
@NullMarked
package io.mooring.examples.esp32bridge.plaintext;

import org.jspecify.annotations.NullMarked;
