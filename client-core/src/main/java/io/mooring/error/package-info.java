@NullMarked
package io.mooring.error;

import org.jspecify.annotations.NullMarked;
