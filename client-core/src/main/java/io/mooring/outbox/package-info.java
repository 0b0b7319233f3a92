/** Messages kept on disk until the broker has them: settings, and a look inside. */
@NullMarked
package io.mooring.outbox;

import org.jspecify.annotations.NullMarked;
