/** Proof at run time that this process only opens connections and never accepts one. */
@NullMarked
package io.mooring.audit;

import org.jspecify.annotations.NullMarked;
