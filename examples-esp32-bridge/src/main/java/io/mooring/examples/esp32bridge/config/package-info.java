/** One commented file, checked with line and reason. */
@NullMarked
package io.mooring.examples.esp32bridge.config;

import org.jspecify.annotations.NullMarked;
