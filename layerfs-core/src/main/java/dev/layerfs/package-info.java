/** The front door: stores, images and containers. */
package dev.layerfs;
