@NullMarked
package io.mooring.internal.net;

import org.jspecify.annotations.NullMarked;
