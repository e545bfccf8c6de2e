/** The layerfs command-line tool and programs that show how to embed the library. */
package dev.layerfs.examples;
