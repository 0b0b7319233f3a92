@NullMarked
package io.mooring.demo;

import org.jspecify.annotations.NullMarked;
