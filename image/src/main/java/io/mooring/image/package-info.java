/**
 * The parts of {@code image/build} that are not shell: {@link io.mooring.image.MergedJar} makes one
 * module out of many jars, {@link io.mooring.image.OpenModule} its descriptor, {@link
 * io.mooring.image.PlainLambdas} the classes of its lambdas, {@link
 * io.mooring.image.TrainingGround} runs a program against a broker so that the JVM can list the
 * classes it loads, and {@link io.mooring.image.FirstMessage} is such a program.
 */
@NullMarked
package io.mooring.image;

import org.jspecify.annotations.NullMarked;
