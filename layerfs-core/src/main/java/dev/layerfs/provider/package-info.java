/** Images and containers as file systems that {@link java.nio.file.FileSystems} opens by URI. */
package dev.layerfs.provider;
