/**
 * What is mounted in a container's root: host directories, memory and other places as POSIX views ({@link
 * dev.layerfs.volume.HostView}), the table that mounts them ({@link dev.layerfs.volume.MountedView}), and copies of trees.
 */
package dev.layerfs.volume;
