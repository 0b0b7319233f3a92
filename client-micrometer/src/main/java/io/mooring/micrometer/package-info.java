/** The numbers of a client in a registry of Micrometer. */
@NullMarked
package io.mooring.micrometer;

import org.jspecify.annotations.NullMarked;
