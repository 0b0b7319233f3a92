/** Topic Names and Topic Filters: what they look like, what matches what (MQTT 5, section 4.7). */
@NullMarked
package io.mooring.internal.topic;

import org.jspecify.annotations.NullMarked;
