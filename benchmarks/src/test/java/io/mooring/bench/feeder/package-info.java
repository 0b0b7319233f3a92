@NullMarked
package io.mooring.bench.feeder;

import org.jspecify.annotations.NullMarked;
