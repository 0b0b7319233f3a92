/**
 * The append-only log behind the outbox: segments, records, recovery. No thread, no clock, no
 * engine; every file operation goes through {@link io.mooring.internal.outbox.FileOps}. The format
 * is described in docs/OUTBOX-FORMAT.md.
 */
@NullMarked
package io.mooring.internal.outbox;

import org.jspecify.annotations.NullMarked;
