@NullMarked
package io.mooring.examples.raspberrypi;

import org.jspecify.annotations.NullMarked;
