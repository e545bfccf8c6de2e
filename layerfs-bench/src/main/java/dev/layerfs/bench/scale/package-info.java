/** Runs that show how time, memory and disk grow with the number of layers, files, containers, threads and images. */
@org.jspecify.annotations.NullMarked
package dev.layerfs.bench.scale;
