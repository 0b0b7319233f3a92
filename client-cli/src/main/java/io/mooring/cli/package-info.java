@NullMarked
package io.mooring.cli;

import org.jspecify.annotations.NullMarked;
