@NullMarked
package io.mooring.bench.run;

import org.jspecify.annotations.NullMarked;
