/** Which topics a device may use. */
@NullMarked
package io.mooring.policy;

import org.jspecify.annotations.NullMarked;
