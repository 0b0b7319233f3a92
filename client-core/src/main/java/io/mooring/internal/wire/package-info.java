@NullMarked
package io.mooring.internal.wire;

import org.jspecify.annotations.NullMarked;
