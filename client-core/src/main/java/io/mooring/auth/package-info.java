@NullMarked
package io.mooring.auth;

import org.jspecify.annotations.NullMarked;
