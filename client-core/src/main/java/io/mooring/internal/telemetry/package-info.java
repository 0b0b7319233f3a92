/** What the client says of itself: loggers by their documented names, events, phases, tracing. */
@NullMarked
package io.mooring.internal.telemetry;

import org.jspecify.annotations.NullMarked;
