@NullMarked
package io.mooring.testkit;

import org.jspecify.annotations.NullMarked;
