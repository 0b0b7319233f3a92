/** What a client tells about itself: typed events, metrics, flight recordings. */
@NullMarked
package io.mooring.telemetry;

import org.jspecify.annotations.NullMarked;
