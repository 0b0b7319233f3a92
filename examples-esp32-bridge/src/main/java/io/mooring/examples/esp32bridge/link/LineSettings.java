package io.mooring.examples.esp32bridge.link;

import java.time.Duration;

/**
 * How a line is run.
 *
 * @param name of the port, for events and for devices that are bound to one
 * @param baud what a retransmission time is reckoned from
 * @param keepAlive after so long without a frame a side pings; three of them lose the session
 * @param window sequenced frames under way in each direction, 1 to 32
 * @param largestPayload of a frame that the bridge takes
 * @param floodPause how long the line is ignored after a flood
 */
public record LineSettings(
    String name,
    int baud,
    Duration keepAlive,
    int window,
    int largestPayload,
    Duration floodPause) {}
