package io.mooring.bench.run;

/**
 * What is measured: a cell of the report.
 *
 * @param row such as {@code publish-q1-64-w100}
 * @param client such as {@code mooring}
 * @param metric such as {@code cpu}
 * @param unit such as {@code us/msg}
 */
record Figure(String row, String client, String metric, String unit) {}
