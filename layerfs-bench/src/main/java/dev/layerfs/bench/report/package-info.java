/** Makes a page with plots of what was measured: JMH's JSON, comparisons with other tools, growth. */
@org.jspecify.annotations.NullMarked
package dev.layerfs.bench.report;
