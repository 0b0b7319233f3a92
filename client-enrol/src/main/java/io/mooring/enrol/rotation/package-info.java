/**
 * Renews certificates, and rotates SCRAM keys and pins, on a running client: what is new is stored
 * beside what is in use, tried, and only then put in its place.
 */
@NullMarked
package io.mooring.enrol.rotation;

import org.jspecify.annotations.NullMarked;
