/** What has to survive a crash: commands for devices, and how far each device is settled. */
@NullMarked
package io.mooring.examples.esp32bridge.store;

import org.jspecify.annotations.NullMarked;
