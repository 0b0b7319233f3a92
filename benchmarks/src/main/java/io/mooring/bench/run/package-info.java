/** The conductor: brokers, measured processes, statistics and the report. */
@NullMarked
package io.mooring.bench.run;

import org.jspecify.annotations.NullMarked;
