/** What runs in a measured process: one client, and as little else as can be. */
@NullMarked
package io.mooring.bench.child;

import org.jspecify.annotations.NullMarked;
