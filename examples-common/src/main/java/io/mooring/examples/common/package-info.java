/** What every program among the examples has: its end, and what it tells systemd about itself. */
@NullMarked
package io.mooring.examples.common;

import org.jspecify.annotations.NullMarked;
