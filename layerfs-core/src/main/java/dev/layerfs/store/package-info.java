/** The store on disk: content, layers, image trees, containers, locks. */
package dev.layerfs.store;
