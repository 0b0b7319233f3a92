@NullMarked
package io.mooring.tls;

import org.jspecify.annotations.NullMarked;
