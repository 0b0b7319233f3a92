/** What the program tells systemd about itself: that it is ready, how it stands, that it lives. */
@NullMarked
package io.mooring.examples.raspberrypi.systemd;

import org.jspecify.annotations.NullMarked;
