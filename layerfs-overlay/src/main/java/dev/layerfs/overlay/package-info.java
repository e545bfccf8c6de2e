/** What the Linux kernel can do and the JDK can't: mounts, and uppers as overlayfs itself keeps them. */
package dev.layerfs.overlay;
