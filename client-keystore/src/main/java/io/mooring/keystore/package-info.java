@NullMarked
package io.mooring.keystore;

import org.jspecify.annotations.NullMarked;
