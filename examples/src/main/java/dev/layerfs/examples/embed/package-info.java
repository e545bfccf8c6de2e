/** Short programs that show how to embed the library: each is one class, to be copied from. */
package dev.layerfs.examples.embed;
