/** How a blob is made again of a layer file: what its tar is put together of, and what compressed it. */
package dev.layerfs.recipe;
