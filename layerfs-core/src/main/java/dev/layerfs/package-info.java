/**
 * The front door: stores, images and containers. {@link dev.layerfs.LayerStore} is where to begin.
 *
 * <p>The interfaces of this package are the library's to implement; later versions may add methods. Options are made by their
 * builders; later versions may add components to the records, so programs should not call their constructors.
 *
 * <p><b>Closing.</b> Whoever opens something closes it: a store, a container, the root of an image or volume, a registry client. Closing
 * a store closes what is open in it, closing a container its files. A mount is different: it stays when its store is closed and when its process
 * ends, and goes when it is closed or unmounted. Closing twice does nothing.
 *
 * <p><b>Waiting.</b> Calls block until they are done. Loads, pulls, pushes, commits, builds, saves, exports, checks and repairs, which
 * may take long, tell a {@link dev.layerfs.ProgressListener}, end with {@link java.io.InterruptedIOException} if their thread is
 * interrupted, and leave nothing half done then.
 */
@NullMarked
package dev.layerfs;

import org.jspecify.annotations.NullMarked;
