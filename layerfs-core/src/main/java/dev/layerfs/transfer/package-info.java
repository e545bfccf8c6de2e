/** Images from and to OCI layouts, OCI archives and docker archives. */
package dev.layerfs.transfer;
