/** The clients that are compared, behind one face. Each runs in a process without the others. */
@NullMarked
package io.mooring.bench.peer;

import org.jspecify.annotations.NullMarked;
