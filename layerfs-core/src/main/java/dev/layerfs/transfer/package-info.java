/** Where images come from besides registries: OCI layouts, as directories and archives, and docker-archives. */
package dev.layerfs.transfer;
