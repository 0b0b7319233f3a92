@NullMarked
package io.mooring.internal.session;

import org.jspecify.annotations.NullMarked;
