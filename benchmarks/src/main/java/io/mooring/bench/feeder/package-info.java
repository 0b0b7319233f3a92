/** The server of the receive rows, in a process of its own. */
@NullMarked
package io.mooring.bench.feeder;

import org.jspecify.annotations.NullMarked;
