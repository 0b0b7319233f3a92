/**
 * What is wired to the board: sensors, LED and button. Nothing here knows of MQTT. The drivers
 * speak to narrow interfaces, behind which stand Pi4J, the kernel's files, or a simulation.
 */
@NullMarked
package io.mooring.examples.raspberrypi.hardware;

import org.jspecify.annotations.NullMarked;
