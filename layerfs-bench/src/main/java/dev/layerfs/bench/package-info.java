/** JMH benchmarks of the copy-on-write hot path. Each names its command line. */
@org.jspecify.annotations.NullMarked
package dev.layerfs.bench;
