/** Pieces by themselves, under JMH: {@code benchmarks/micro}. */
@NullMarked
package io.mooring.bench.micro;

import org.jspecify.annotations.NullMarked;
