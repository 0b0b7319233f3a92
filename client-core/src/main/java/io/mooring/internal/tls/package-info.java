@NullMarked
package io.mooring.internal.tls;

import org.jspecify.annotations.NullMarked;
