/** What every cipher of ours needs of its keys, whoever encrypts what. */
@NullMarked
package io.mooring.internal.crypto;

import org.jspecify.annotations.NullMarked;
