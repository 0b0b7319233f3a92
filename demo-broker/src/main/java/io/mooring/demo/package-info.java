/**
 * A real broker to try Mooring against: HiveMQ CE embedded, with SCRAM over MQTT 5 AUTH and topic
 * permissions. For the quickstart and for tests, never for production.
 */
@NullMarked
package io.mooring.demo;

import org.jspecify.annotations.NullMarked;
