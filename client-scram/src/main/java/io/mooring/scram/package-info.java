@NullMarked
package io.mooring.scram;

import org.jspecify.annotations.NullMarked;
