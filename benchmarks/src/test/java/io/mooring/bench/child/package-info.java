@NullMarked
package io.mooring.bench.child;

import org.jspecify.annotations.NullMarked;
