@NullMarked
package io.mooring.identity;

import org.jspecify.annotations.NullMarked;
