/** The OCI data model and its strict JSON: digests, descriptors, manifests, indexes, configs, references. No input or output. */
package dev.layerfs.oci;
