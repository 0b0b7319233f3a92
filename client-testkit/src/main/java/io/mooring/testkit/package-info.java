/**
 * Tools with which Mooring is tested and shown: certificates made at test time, a clock that moves
 * when told, a broker that says anything on cue, a network that breaks on cue, real brokers as
 * processes, and a reader of a process's own sockets.
 *
 * <p>Nothing here knows the client. The MQTT 5 codec is a second opinion, written apart from the
 * client's.
 */
@NullMarked
package io.mooring.testkit;

import org.jspecify.annotations.NullMarked;
