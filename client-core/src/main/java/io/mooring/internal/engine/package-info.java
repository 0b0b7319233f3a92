@NullMarked
package io.mooring.internal.engine;

import org.jspecify.annotations.NullMarked;
