/**
 * A client of container registries, as the OCI distribution specification 1.1 describes them: {@link
 * dev.layerfs.registry.RegistryClient}. It knows nothing of stores; {@link dev.layerfs.LayerStore#pull} and {@link
 * dev.layerfs.LayerStore#push} bring the two together.
 */
@NullMarked
package dev.layerfs.registry;

import org.jspecify.annotations.NullMarked;
