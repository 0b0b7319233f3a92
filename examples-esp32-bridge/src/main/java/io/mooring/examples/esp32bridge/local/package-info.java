/** The local leg: a broker on the closed side, as an outbound client of it. */
@NullMarked
package io.mooring.examples.esp32bridge.local;

import org.jspecify.annotations.NullMarked;
