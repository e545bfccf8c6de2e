/**
 * The union view against the kernel's overlayfs, by enumeration: every {@link dev.layerfs.union.differential.State} of an
 * upper over two layers, every {@link dev.layerfs.union.differential.Operation}, and what comes of it: the result, the
 * visible tree, the raw upper. One view or mount carries all cases, each in a directory of its own.
 *
 * <p>A {@link dev.layerfs.union.differential.Case} says what to do and knows no backend. {@link
 * dev.layerfs.union.differential.ViewRunner} and {@link dev.layerfs.union.differential.KernelOverlay} each make of cases
 * the {@link dev.layerfs.union.differential.Outcome}s that a {@link dev.layerfs.union.differential.Comparer} compares;
 * where the two may differ, and how, is in {@link dev.layerfs.union.differential.Rule}, and nowhere else.
 */
@org.jspecify.annotations.NullMarked
package dev.layerfs.union.differential;
