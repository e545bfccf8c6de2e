/** The OCI data model and its strict JSON: digests, descriptors, manifests, indexes, configs, references. No input or output. */
@NullMarked
package dev.layerfs.oci;

import org.jspecify.annotations.NullMarked;
